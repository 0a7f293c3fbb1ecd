"""The packs that the tests of Rust and wasm run on, made by `npm test`, are what the importer makes."""

import os
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models/tests"))

import golden_packs  # noqa: E402

PACKAGES = ROOT / "tests/data/kantts-tiny"
PACKS = os.environ.get("HANVOX_SAMBERT_PACKS")


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@unittest.skipUnless(PACKS, "HANVOX_SAMBERT_PACKS names no packs")
class GoldenPacks(unittest.TestCase):
    def test_the_importer_makes_the_same_bytes_again(self):
        with tempfile.TemporaryDirectory() as folder:
            golden_packs.make(PACKAGES, Path(folder), say=lambda _line: None)
            again, before = contents(Path(folder)), contents(Path(PACKS))
        self.assertEqual(list(again), list(before))
        self.assertEqual([path for path in again if again[path] != before[path]], [])


if __name__ == "__main__":
    unittest.main()
