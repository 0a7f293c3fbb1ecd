"""Makes a voice pack from a Sambert-HifiGAN package: the folder that the hub's client downloads, or a zip of it.

    python models/sambert/import.py PATH --out www/voices/ID [--voice NAME] [--storage f32|f16|int8] [--twins]
    python models/sambert/import.py PATH --list

Ends with 0, or with 1 and one JSON error on stderr: code, message.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sambert import pack, package, source, storage  # noqa: E402
from sambert.errors import MISSING, ImportFailed  # noqa: E402


def main(words=None):
    arguments = _arguments(words)
    try:
        _run(arguments)
    except ImportFailed as error:
        _tell(error.code, str(error))
        return 1
    except OSError as error:
        _tell(MISSING, f"{error.filename or arguments.path} can't be read ({error.strerror})")
        return 1
    return 0


def _arguments(words):
    parser = argparse.ArgumentParser(description="Make a voice pack from a Sambert-HifiGAN package.")
    parser.add_argument("path", type=Path, help="the package's folder, or a zip of it")
    parser.add_argument("--out", type=Path, help="folder of the voice pack; its name is the voice's id")
    parser.add_argument("--voice", help="name of the voice inside the package (its first one)")
    parser.add_argument("--storage", choices=storage.MODES, default="f16", help="how weights are stored (f16)")
    parser.add_argument("--twins", action="store_true", help="add the step nets as ONNX, for tests")
    parser.add_argument("--list", action="store_true", help="print the package's voices as JSON and end")
    arguments = parser.parse_args(words)
    if not arguments.list and not arguments.out:
        parser.error("--out is needed")
    return arguments


def _run(arguments):
    package_source = source.opened(arguments.path)
    names = package.names(package_source)
    if arguments.list:
        print(json.dumps(names))
        return
    name = arguments.voice or names[0]
    pack.make(
        package_source,
        name,
        arguments.out,
        arguments.storage,
        arguments.twins,
        say=lambda line: print(line, flush=True),
    )


def _tell(code, message):
    print(json.dumps({"name": "HanvoxError", "code": code, "level": "error", "message": message}), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
