"""Packages that must be refused: with a code, in one line of JSON, and with nothing left behind."""

import contextlib
import importlib
import io
import json
import os
import pickle
import shutil
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sambert import checkpoint, demo, errors, package, source, storage, symbols  # noqa: E402

command = importlib.import_module("sambert.import")


class Evil:
    """Would run a command in any ordinary unpickler."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch {self.mark}",)


class Bad(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.sound = Path(folder.name) / "sound"
        demo.write(cls.sound, tiny=True, voices=("one", "two"))

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.package = self.folder / "package"
        shutil.copytree(self.sound, self.package)
        self.voice = self.package / "voices/one"

    def run_import(self, path=None, *words):
        """(exit status, the error on stderr or None); the voices' folder must hold nothing but whole packs."""
        told = io.StringIO()
        out = self.folder / "voices" / "one"
        with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.StringIO()):
            status = command.main([str(path or self.package), "--out", str(out), *words])
        lines = told.getvalue().splitlines()
        self.assertLessEqual(len(lines), 1)
        return status, json.loads(lines[0]) if lines else None

    def refused(self, code, pattern, path=None, *words):
        status, error = self.run_import(path, *words)
        self.assertEqual((status, error and error["code"]), (1, code))
        self.assertRegex(error["message"], pattern)
        voices = self.folder / "voices"
        self.assertEqual(list(voices.iterdir()) if voices.exists() else [], [])

    def change(self, name, *path, to):
        document = yaml.safe_load((self.voice / name).read_text())
        at = document
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = to
        (self.voice / name).write_text(yaml.safe_dump(document))

    def zipped(self, top="", extra=()):
        path = self.folder / "package.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file in sorted(self.package.rglob("*")):
                if file.is_file():
                    archive.write(file, top + str(file.relative_to(self.package)))
            for name in extra:
                archive.writestr(name, b"x")
        return path

    def test_a_sound_package_is_imported(self):
        self.assertEqual(self.run_import(), (0, None))
        manifest = json.loads((self.folder / "voices/one/voice.json").read_bytes())
        self.assertEqual(manifest["kind"], "sambert")
        self.assertEqual(sorted(p.name for p in (self.folder / "voices").iterdir()), ["one"])

    def test_a_zip_gives_the_same_bytes(self):
        self.run_import()
        wanted = (self.folder / "voices/one/voice.json").read_bytes()
        for top in ("", "model-1.0/"):
            self.assertEqual(self.run_import(self.zipped(top)), (0, None))
            self.assertEqual((self.folder / "voices/one/voice.json").read_bytes(), wanted)

    def test_the_voices_may_be_a_zip_of_their_own(self):
        self.run_import()
        wanted = (self.folder / "voices/one/voice.json").read_bytes()
        for top in ("voices", "."):
            self.pack_voices(top)
            for path in (None, self.zipped("model-1.0/")):
                self.assertEqual(self.run_import(path), (0, None))
                self.assertEqual((self.folder / "voices/one/voice.json").read_bytes(), wanted)

    def pack_voices(self, top):
        """Puts the sound voices in `voices.zip`, in the folder `top` of it, in place of the folder."""
        shutil.rmtree(self.package / "voices", ignore_errors=True)
        place = self.folder / "packed" / top
        shutil.copytree(self.sound / "voices", place, dirs_exist_ok=True)
        shutil.make_archive(str(self.package / "voices"), "zip", self.folder / "packed")
        shutil.rmtree(self.folder / "packed")

    def test_voices_in_a_damaged_zip_are_corrupt(self):
        self.pack_voices("voices")
        path = self.package / "voices.zip"
        path.write_bytes(path.read_bytes()[:5000])
        self.refused(errors.CORRUPT, "voices.zip: .*cut short")
        path.write_bytes(b"no zip")
        self.refused(errors.CORRUPT, "voices.zip: not a zip")

    def test_every_voice_can_be_chosen(self):
        self.assertEqual(package.names(source.opened(self.package)), ["one", "two"])
        self.assertEqual(self.run_import(None, "--voice", "two"), (0, None))

    def test_emotions_are_those_that_are_told(self):
        self.assertEqual(self.run_import(None, "--emotions", "sad, happy,sad"), (0, None))
        manifest = json.loads((self.folder / "voices/one/voice.json").read_bytes())
        self.assertEqual([emotion["name"] for emotion in manifest["emotions"]], ["neutral", "sad", "happy"])
        self.assertTrue(manifest["emotions_known"])

    def test_emotions_that_the_tables_lack_are_named(self):
        self.refused(errors.OPTION_INVALID, "'bored'", None, "--emotions", "sad,bored")

    def test_what_is_missing_is_named(self):
        self.refused(errors.MISSING, "no such folder", self.folder / "nothing")
        self.refused(errors.MISSING, "no voice 'three'; it has one, two", None, "--voice", "three")
        for name in ("am/ckpt/checkpoint_0.pth", "voc/config.yaml", "audio_config.yaml"):
            (self.voice / name).rename(self.folder / "aside")
            self.refused(errors.MISSING, name.split("/checkpoint")[0])
            (self.folder / "aside").rename(self.voice / name)
        (self.package / "configuration.json").unlink()
        self.refused(errors.MISSING, "configuration.json")

    def test_options_that_are_not_known_are_named(self):
        am = ("Model", "KanTtsSAMBERT", "params")
        voc = ("Model", "Generator", "params")
        cases = [
            ("am/config.yaml", (*am, "NSF"), True, "NSF"),
            ("am/config.yaml", (*am, "SE"), True, "SE"),
            ("am/config.yaml", (*am, "FP"), True, "FP"),
            ("am/config.yaml", (*am, "brand_new"), 1, "brand_new"),
            ("am/config.yaml", (*am, "outputs_per_step"), 2, "outputs_per_step"),
            ("am/config.yaml", ("linguistic_unit", "language"), "Sichuan", "language"),
            ("voc/config.yaml", (*voc, "nsf_params"), {"nb_harmonics": 7}, "nsf_params"),
            ("voc/config.yaml", (*voc, "repeat_upsample"), False, "repeat_upsample"),
        ]
        for name, path, value, pattern in cases:
            with self.subTest(option=pattern):
                before = (self.voice / name).read_text()
                self.change(name, *path, to=value)
                self.refused(errors.UNSUPPORTED, pattern)
                (self.voice / name).write_text(before)

    def test_wrong_shapes_are_named(self):
        self.change("am/config.yaml", "Model", "KanTtsSAMBERT", "params", "decoder_ffn_inner_dim", to=20)
        self.refused(errors.CORRUPT, r"w_1.weight is \[12, 8, 1\] where the configuration asks for \[20, 8, 1\]")

    def test_the_mask_is_part_of_the_tables_or_not(self):
        demo.write(self.package, tiny=True, voices=("one",), has_mask=False)
        self.assertEqual(self.run_import(), (0, None))
        manifest = json.loads((self.folder / "voices/one/voice.json").read_bytes())
        self.assertEqual([names[-1] for names in manifest["symbols"].values()], ["~"] * 6)
        shutil.rmtree(self.folder / "voices")
        shutil.copy(self.sound / "configuration.json", self.package)
        self.refused(errors.CORRUPT, r"sy_emb.weight is \[146, 16\] where the configuration asks for \[147, 16\]")

    def test_more_layers_than_the_configuration_has_are_not_dropped(self):
        self.change("am/config.yaml", "Model", "KanTtsSAMBERT", "params", "encoder_num_layers", to=1)
        self.refused(errors.UNSUPPORTED, "fft.1")

    def test_nonsense_for_numbers_is_corrupt(self):
        for value in ("many", -1, True, 1 << 40, None, [1]):
            with self.subTest(value=value):
                self.change("am/config.yaml", "Model", "KanTtsSAMBERT", "params", "embedding_dim", to=value)
                self.refused(errors.CORRUPT, "embedding_dim")

    def test_yaml_that_builds_objects_is_corrupt(self):
        mark = self.folder / "mark"
        (self.voice / "am/config.yaml").write_text(f"a: !!python/object/apply:os.system ['touch {mark}']\n")
        self.refused(errors.CORRUPT, "am/config.yaml is not plain YAML")
        self.assertFalse(mark.exists())

    def test_a_pickle_with_code_runs_nothing(self):
        mark = self.folder / "mark"
        path = self.voice / "am/ckpt/checkpoint_7.pth"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("checkpoint_7/data.pkl", pickle.dumps({"model": Evil(mark)}, protocol=2))
        self.refused(errors.UNSUPPORTED, r"(posix|nt)\.system; only weights are read, and no code is run")
        self.assertFalse(mark.exists())

    def test_damaged_checkpoints_are_corrupt(self):
        path = self.voice / "voc/ckpt/checkpoint_0.pth"
        whole = path.read_bytes()
        for at in (0, 1, 100, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:at])
            self.refused(errors.CORRUPT, "voc/ckpt/checkpoint_0.pth")
        at = whole.index(b"data/0") + 200
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
        self.refused(errors.CORRUPT, "data/0|checkpoint_0")

    def test_the_format_before_zip_is_named(self):
        (self.voice / "am/ckpt/checkpoint_0.pth").write_bytes(pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2))
        self.refused(errors.UNSUPPORTED, "torch before 1.6")

    def test_a_zip_cut_short_is_corrupt(self):
        path = self.zipped()
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        self.refused(errors.CORRUPT, "cut short", path)

    def test_a_zip_that_reaches_outside_is_corrupt(self):
        for name in ("../outside", "a/../../outside", "/etc/outside", "C:/outside", "..\\outside"):
            with self.subTest(name=name):
                self.refused(errors.CORRUPT, "outside", self.zipped(extra=[name]))
        self.assertFalse((self.folder.parent / "outside").exists())

    def test_a_place_that_can_not_be_written_is_named(self):
        (self.folder / "voices").write_text("a file where a folder should be")
        status, error = self.run_import()
        self.assertEqual((status, error["code"]), (1, errors.OUTPUT_FAILED))

    def test_a_fault_of_the_importer_is_told_with_its_place(self):
        with mock.patch.object(package, "names", side_effect=ZeroDivisionError("by zero")):
            self.refused(errors.CRASHED, r"ZeroDivisionError: by zero, at mock.py:\d+")

    def test_what_is_no_pack_is_left_alone(self):
        for name, text in (("notes.txt", "mine"), ("voice.json", "[]"), ("voice.json", '{"kind": "fastspeech2"}')):
            with self.subTest(name=name, text=text):
                place = self.folder / "voices/one"
                place.mkdir(parents=True)
                (place / name).write_text(text)
                status, error = self.run_import()
                self.assertEqual((status, error["code"]), (1, errors.OUTPUT_FAILED))
                self.assertEqual([path.read_text() for path in place.iterdir()], [text])
                shutil.rmtree(self.folder / "voices")

    def test_an_empty_folder_is_filled(self):
        (self.folder / "voices/one").mkdir(parents=True)
        self.assertEqual(self.run_import(), (0, None))

    def test_a_failure_leaves_the_old_pack(self):
        self.run_import()
        before = (self.folder / "voices/one/voice.json").read_bytes()
        (self.voice / "voc/ckpt/checkpoint_0.pth").unlink()
        status, error = self.run_import()
        self.assertEqual((status, error["code"]), (1, errors.MISSING))
        self.assertEqual((self.folder / "voices/one/voice.json").read_bytes(), before)


class Bounds(unittest.TestCase):
    """Tensors whose description can't be true."""

    def values(self, offset, shape, strides, count=6):
        shared = checkpoint.Storage(None, checkpoint.np.float32, "0", count)
        shared._values = checkpoint.np.arange(count, dtype=checkpoint.np.float32)
        return checkpoint.Tensor(shared, offset, shape, strides).values()

    def test_views_are_read_by_offset_and_stride(self):
        self.assertEqual(self.values(1, (2, 2), (1, 2)).tolist(), [[1, 3], [2, 4]])
        self.assertEqual(self.values(0, (0, 3), (3, 1)).shape, (0, 3))

    def test_views_beyond_the_storage_are_corrupt(self):
        for offset, shape, strides in ((5, (2,), (1,)), (0, (2, 4), (4, 1)), (0, (1 << 30,), (0,))):
            with self.assertRaises(errors.ImportFailed) as caught:
                self.values(offset, shape, strides)
            self.assertEqual(caught.exception.code, errors.CORRUPT)


class Storage(unittest.TestCase):
    def test_a_weight_that_16_bits_can_not_hold_is_refused(self):
        with self.assertRaisesRegex(errors.ImportFailed, "65,504"):
            storage.stored([1.0, -70000.0], "f16")
        self.assertEqual(storage.stored([65504.0], "f16")[0][0], 65504)


class Symbols(unittest.TestCase):
    def test_the_tables_have_the_sizes_of_published_voices(self):
        speakers = "F7,F74,FBYN,FRXL,M7,xiaoyu".split(",")
        sizes = {track: len(names) for track, names in symbols.tables(speakers, True).items()}
        wanted = {"sy": 147, "tone": 10, "syllable_flag": 8, "word_segment": 8, "emotion": 36, "speaker": 9}
        self.assertEqual(sizes, wanted)
        without = symbols.tables(speakers, False)
        self.assertEqual({track: len(names) + 1 for track, names in without.items()}, wanted)
        self.assertEqual(without["sy"][139:], ["pau", "#1", "#2", "#3", "#4", "_", "~"])

    def test_syllables_become_phones(self):
        table = symbols.pinyin()
        self.assertEqual(len(table), 661)
        wanted = {
            "xue": ("xx_c", "ve_c"), "yuan": ("y_c", "van_c"), "wei": ("w_c", "ei_c"), "zi": ("z_c", "ii_c"),
            "shi": ("sh_c", "ih_c"), "dui": ("d_c", "uei_c"), "lve": ("l_c", "ve_c"), "er": ("ge", "er_c"),
            "ou": ("go", "ou_c"), "huar": ("h_c", "uar_c"), "jue": ("j_c", "ve_c"), "yuer": ("y_c", "ver_c"),
        }  # fmt: skip
        self.assertEqual({key: table[key] for key in wanted}, wanted)
        known = set(symbols.tables(["F7"], True)["sy"])
        self.assertLessEqual({phone for pair in table.values() for phone in pair}, known)


if __name__ == "__main__":
    unittest.main()
