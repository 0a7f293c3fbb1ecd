"""The files of a package: a folder, or the zip of one, which is read where it is and never unpacked."""

import io
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from .errors import corrupt, missing, unsupported

CONFIGURATION = "configuration.json"
VOICES, LIST = "voices", "voices.json"
VOICES_ZIP = "voices.zip"
MAX_FILE = 2 << 30
MAX_ENTRIES = 100_000


def opened(path):
    """The package at `path`, a Folder or a Zip. `voice-missing` if there is nothing."""
    path = Path(path)
    if path.is_dir():
        package = Folder(path)
    elif path.is_file():
        package = Zip(path, path, CONFIGURATION)
    else:
        raise missing(f"{path}: there is no such folder or zip file")
    # The hub's older loader unpacked the voices itself, its newer one finds them unpacked.
    if package.has(VOICES_ZIP) and not package.has(f"{VOICES}/{LIST}"):
        return WithVoices(package, Zip(io.BytesIO(package.read(VOICES_ZIP)), VOICES_ZIP, LIST))
    return package


class Folder:
    """A package as the hub's client lays it out."""

    def __init__(self, path):
        self._path = path
        if not (path / CONFIGURATION).is_file():
            raise missing(f"{path}: {CONFIGURATION} is not there; is this the package's own folder?")

    def has(self, name):
        return (self._path / name).is_file()

    def under(self, folder):
        """Names of the files right in `folder`."""
        inside = self._path / folder
        return sorted(entry.name for entry in inside.iterdir() if entry.is_file()) if inside.is_dir() else []

    def read(self, name, limit=MAX_FILE):
        path = self._path / name
        if not path.is_file():
            raise missing(f"{name} is not in the package")
        if path.stat().st_size > limit:
            raise unsupported(f"{name} is larger than {limit >> 20} MiB")
        return path.read_bytes()


class Zip:
    """The same in a zip file, at its top or in one folder of it: there where `mark` lies. `label` names it in errors."""

    def __init__(self, file, label, mark):
        try:
            self._zip = zipfile.ZipFile(file)
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise corrupt(f"{label}: not a zip file, or one that is cut short ({error})") from error
        # Of a zip that is cut short, zipfile may read the end of a checkpoint, which is a zip inside of it.
        if min((entry.header_offset for entry in entries), default=0) != 0:
            raise corrupt(f"{label}: the zip is cut short, or something stands before it")
        if len(entries) > MAX_ENTRIES:
            raise unsupported(f"{label}: more than {MAX_ENTRIES} files in the zip")
        for entry in entries:
            _refuse_escape(entry.filename)
        tops = [entry.filename for entry in entries if PurePosixPath(entry.filename).name == mark]
        if not tops:
            raise missing(f"{label}: {mark} is not in the zip")
        self._top = min(tops, key=lambda name: name.count("/"))[: -len(mark)]
        self._names = {entry.filename for entry in entries if not entry.is_dir()}

    def has(self, name):
        return self._top + name in self._names

    def under(self, folder):
        start = f"{self._top}{folder}/"
        rest = (name[len(start) :] for name in self._names if name.startswith(start))
        return sorted(name for name in rest if "/" not in name)

    def read(self, name, limit=MAX_FILE):
        if not self.has(name):
            raise missing(f"{name} is not in the package")
        if self._zip.getinfo(self._top + name).file_size > limit:
            raise unsupported(f"{name} is larger than {limit >> 20} MiB")
        try:
            return self._zip.read(self._top + name)
        except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zlib.error) as error:
            raise corrupt(f"{name} is damaged in the zip ({error})") from error


class WithVoices:
    """A package whose folder of voices is a zip of its own."""

    def __init__(self, package, voices):
        self._package, self._voices = package, voices

    def has(self, name):
        source, name = self._place(name)
        return source.has(name)

    def under(self, folder):
        source, folder = self._place(folder)
        return source.under(folder)

    def read(self, name, limit=MAX_FILE):
        source, name = self._place(name)
        return source.read(name, limit)

    def _place(self, name):
        inside = name.startswith(f"{VOICES}/")
        return (self._voices, name[len(VOICES) + 1 :]) if inside else (self._package, name)


def _refuse_escape(name):
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name:
        raise corrupt(f"the zip holds {name!r}, which would lie outside of the package")
