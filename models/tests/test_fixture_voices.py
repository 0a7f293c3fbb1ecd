import subprocess
import sys
import unittest
from pathlib import Path

MAKE = Path(__file__).resolve().parents[2] / "tests" / "voices" / "make.py"


class FixtureVoices(unittest.TestCase):
    def test_the_committed_voices_are_what_the_script_makes(self):
        check = subprocess.run([sys.executable, str(MAKE), "--check"], capture_output=True, text=True)
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
