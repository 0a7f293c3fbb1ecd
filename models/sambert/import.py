"""Makes voice packs from a Sambert-HifiGAN package: the folder that the hub's client downloads, or a zip of it.

    python models/sambert/import.py PATH --into FOLDER [--voice NAME] [--storage f32|f16|int8] [--twins]
    python models/sambert/import.py PATH --out FOLDER/ID [--voice NAME] [--storage f32|f16|int8] [--twins]

`--into` makes FOLDER/NAME of every voice of the package, or of the one that is named; `--out` makes one pack with an id
of your own. Ends with 0, or with 1 and one JSON error on stderr: code, message.
"""

import argparse
import json
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sambert import pack, package, source, storage  # noqa: E402
from sambert.errors import CRASHED, MISSING, OPTION_INVALID, OUT_OF_MEMORY, ImportFailed  # noqa: E402


class Parser(argparse.ArgumentParser):
    """Tells what is wrong with the words as any other error is told."""

    def error(self, message):
        raise ImportFailed(OPTION_INVALID, message)


def main(words=None):
    path = None
    try:
        arguments = _arguments(words)
        path = arguments.path
        _run(arguments)
    except ImportFailed as error:
        _tell(error.code, str(error))
        return 1
    except OSError as error:
        _tell(MISSING, f"{error.filename or path} can't be read ({error.strerror})")
        return 1
    except MemoryError:
        _tell(OUT_OF_MEMORY, f"{path}: there is not enough memory for this package")
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # No file of a user's may end in a traceback; the last line tells us where to look.
        place = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error}, at {Path(place.filename).name}:{place.lineno}"
        _tell(CRASHED, f"{path}: the importer itself failed ({told})")
        return 1
    return 0


def _arguments(words):
    parser = Parser(description="Make voice packs from a Sambert-HifiGAN package.")
    parser.add_argument("path", type=Path, help="the package's folder, or a zip of it")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--into", type=Path, help="folder that gets a pack of each voice, by the voice's name")
    place.add_argument("--out", type=Path, help="folder of a single pack; its name is the voice's id")
    parser.add_argument("--voice", help="name of the voice inside the package (--into: all; --out: its first one)")
    parser.add_argument("--storage", choices=storage.MODES, default="f16", help="how weights are stored (f16)")
    parser.add_argument("--emotions", type=_listed, default=(), help="those it was trained on, with commas between")
    parser.add_argument("--twins", action="store_true", help="add the step nets as ONNX, for tests")
    return parser.parse_args(words)


def _run(arguments):
    package_source = source.opened(arguments.path)
    names = package.names(package_source)
    if arguments.voice is not None:
        names = [arguments.voice]
    if arguments.out:
        voices = {arguments.out: names[0]}
    else:
        voices = {arguments.into / name: name for name in names}
    mode, twins, emotions = arguments.storage, arguments.twins, arguments.emotions
    pack.make_all(package_source, voices, mode, twins, lambda line: print(line, flush=True), emotions)


def _listed(names):
    return tuple(dict.fromkeys(name.strip() for name in names.split(",")))


def _tell(code, message):
    print(json.dumps({"name": "HanvoxError", "code": code, "level": "error", "message": message}), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
