"""Packs made of the packages with published numbers, against those numbers; and the windows of the vocoder."""

import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models"))

from sambert import chain, demo, pack, package, source  # noqa: E402

GOLDENS = ROOT / "tests/data/kantts-tiny"
# The README of the goldens suggests these.
TOLERANCES = {
    "text_hid": 1e-4,
    "pitch": 1e-4,
    "energy": 1e-4,
    "log_duration": 2e-4,
    "repeats": 0,
    "x_band_width": 0,
    "mel_before_postnet": 2e-4,
    "mel": 2e-4,
    "audio": 5e-4,
}
# The reference evaluator takes half a minute for what onnxruntime does in a tenth of a second.
# That of Python 3.9, onnx 1.19, has no LSTM of two directions.
CAN_RUN = chain.onnxruntime or sys.version_info >= (3, 10)
CASES = ("beijing", "a", "long") if chain.onnxruntime else ("a",)


@unittest.skipUnless(CAN_RUN, "neither onnxruntime nor a new enough onnx is here to run the nets")
class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def pack_of(self, path, mode="f32", twins=False):
        opened = source.opened(path)
        out = self.folder / mode
        pack.make(opened, package.names(opened)[0], out, mode, twins, say=lambda _line: None)
        return out


class Goldens(InFolder):
    def check(self, name):
        golden = np.load(GOLDENS / name / "golden.npz")
        symbols = dict(line.split("\t") for line in (GOLDENS / name / "symbols.txt").read_text().splitlines())
        out = self.pack_of(GOLDENS / name, twins=True)
        for kind in (chain.Pack, chain.Twins):
            runner = kind(out)
            for case in CASES:
                self.compare(runner, golden, case, symbols[case])

    def compare(self, runner, golden, case, line):
        ids = runner.ids(line)
        for track in chain.TRACKS:
            np.testing.assert_array_equal(ids[track], golden[f"{case}/ids_{track}"])
        found = runner.speak(ids)
        for stage, tolerance in TOLERANCES.items():
            with self.subTest(runner=type(runner).__name__, case=case, stage=stage):
                np.testing.assert_allclose(found[stage], golden[f"{case}/{stage}"], rtol=0, atol=tolerance)

    def test_the_causal_voice_says_the_same(self):
        self.check("tiny-causal")

    def test_the_non_causal_voice_says_the_same(self):
        self.check("tiny-noncausal")


class Windows(InFolder):
    def test_a_window_with_its_context_equals_the_whole(self):
        for causal in (False, True):
            with self.subTest(causal=causal):
                self.check(causal)

    def check(self, causal):
        path = self.folder / f"package-{causal}"
        demo.write(path, causal, tiny=True)
        out = self.pack_of(path)
        runner = chain.Pack(out)
        stage = runner.manifest["stages"]["vocoder"]
        before, after, hop = stage["context_before"], stage["context_after"], runner.manifest["hop"]
        mel = np.random.default_rng(1).standard_normal((before + 3 + after + 6, 80)).astype(np.float32)
        whole = runner.audio(mel)
        self.assertEqual(len(whole), hop * len(mel))
        kept = slice((3 + before) * hop, (6 + before) * hop)
        windowed = runner.audio(mel[3 : 6 + before + after])[before * hop : (before + 3) * hop]
        np.testing.assert_allclose(windowed, whole[kept], rtol=0, atol=1e-5)
        bare = runner.audio(mel[3 + before : 6 + before])
        self.assertGreater(np.abs(bare - whole[kept]).max(), 1e-4)

    def test_a_single_frame_is_enough(self):
        path = self.folder / "package"
        demo.write(path, tiny=True)
        runner = chain.Pack(self.pack_of(path))
        self.assertEqual(runner.audio(np.zeros((1, 80), np.float32)).shape, (200,))


class Storage(InFolder):
    def test_every_storage_gives_the_same_nets(self):
        path = self.folder / "package"
        demo.write(path, tiny=True)
        line = "{b_c$tone3$s_begin$word_begin$emotion_neutral$F7} {ei_c$tone3$s_end$word_end$emotion_neutral$F7}"
        full = chain.Pack(self.pack_of(path))
        ids = full.ids(line)
        wanted = full.speak(ids)
        for mode, tolerance in (("f16", 0.02), ("int8", 0.3)):
            with self.subTest(mode=mode):
                found = chain.Pack(self.pack_of(path, mode)).speak(ids, repeats=wanted["repeats"])
                np.testing.assert_allclose(found["mel"], wanted["mel"], rtol=0, atol=tolerance)


if __name__ == "__main__":
    unittest.main()
