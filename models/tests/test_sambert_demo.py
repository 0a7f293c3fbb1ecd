"""The demonstration voice: the same bytes every time, of the published sizes, and marked."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sambert import demo  # noqa: E402


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class Demo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_a_package_is_the_same_every_time(self):
        for name in ("one", "two"):
            demo.write(self.folder / name, tiny=True)
        self.assertEqual(contents(self.folder / "one"), contents(self.folder / "two"))

    def test_a_pack_is_the_same_every_time_and_no_voice_to_speak_with(self):
        for place in ("one", "two"):
            demo.write_pack(self.folder / place / "demo", causal=True, tiny=True, say=lambda _line: None)
        one, two = (contents(self.folder / place / "demo") for place in ("one", "two"))
        self.assertEqual(one, two)
        self.assertIs(json.loads(one[Path("voice.json")])["demonstration"], True)

    def test_the_weights_are_those_of_the_seed(self):
        first, again = demo.Recorder(demo.SEED), demo.Recorder(demo.SEED)
        numbers = first.take("some.weight", 2, 3)
        self.assertEqual(numbers.tobytes(), again.take("some.weight", 2, 3).tobytes())
        self.assertAlmostEqual(float(numbers[0, 0]), 0.6080, places=4)
        self.assertNotEqual(numbers.tobytes(), demo.Recorder(demo.SEED + 1).take("some.weight", 2, 3).tobytes())


if __name__ == "__main__":
    unittest.main()
