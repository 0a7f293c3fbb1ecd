"""Makes the fixture voices of the tests: whole voices with arithmetic for weights, of the kind `fastspeech2` and one
of the kind `sambert`.

    .venv/bin/python tests/voices/make.py [--check]

Needs the voice `baker` of the set-up, whose symbols and pinyin they share, so that they can speak every text. The
result is committed; --check only says whether what is there is what this script makes.
"""

import argparse
import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "models"))

import numpy as np

import nets
import sambert_nets
from sambert import symbols

LICENCE = "MIT OR Apache-2.0"
POSITIONS = {"file": "positions.bin", "rows": 2049, "cols": nets.HIDDEN, "dtype": "i8", "scale": 1.0}
# mean + std * predicted = 1 where a net predicts 0, so that a ratio r of pitch or loudness arrives as r - 1.
UNIT = {"mean": 1.0, "std": 1.0}

# id: what it is for, and what of it differs from `tone`: the one symbol that has a frame, the symbol that opens every
# text, a change of the vocoder, a load of the decoder.
VOICES = {
    "tone": ("healthy: a tone for every symbol, at once", {}),
    "one-frame": ("its encoder gives every text one frame, for its opening", {"sounding": "eos", "begin": "eos"}),
    "empty": ("its encoder gives every text no frames at all", {"sounding": None}),
    "nan": ("its vocoder gives samples that are not numbers", {"change": nets.times(np.nan)}),
    "silent": ("its vocoder gives silence", {"change": nets.times(0)}),
    "clipped": ("its vocoder is far beyond full scale", {"change": nets.times(1e4)}),
    "slow": ("its decoder takes seconds for every chunk", {"load": nets.slow}),
    "hungry": ("its decoder needs memory that grows with the square of the chunk", {"load": nets.hungry}),
    "hang": ("its decoder takes hours", {"load": nets.endless}),
    "moods": ("healthy, of the kind sambert: four emotions that it was trained on", {}),
}

EMOTIONS = ["neutral", "happy", "sad", "hate"]
SPEAKER = "F7"


def main():
    parser = argparse.ArgumentParser(description="Make the fixture voices.")
    parser.add_argument("--check", action="store_true", help="only say whether they are up to date")
    check = parser.parse_args().check
    stale = [voice for voice in VOICES if files_of(voice) != read(HERE / voice)]
    if check:
        print(f"stale: {', '.join(stale)}" if stale else "all fixture voices are up to date")
        return 1 if stale else 0
    for voice in stale:
        write(HERE / voice, files_of(voice))
        print(f"{voice}: made")
    return 0


def files_of(voice):
    """File name -> bytes of the whole voice."""
    purpose, fault = VOICES[voice]
    if voice == "moods":
        return sambert_files(voice, purpose)
    # Symbols and pinyin are those of baker, as `npm run import-baker` makes it.
    baker = json.loads((Path(os.environ.get("HANVOX_BAKER_PACK", ROOT / "www/voices/baker")) / "voice.json").read_bytes())
    frames, loudness = symbol_tables(baker["symbols"])
    if "sounding" in fault:
        frames = np.array([symbol == fault["sounding"] for symbol in baker["symbols"]], np.float32)
    ends = {"begin": [fault.get("begin", "sil")], "end": ["sil"]}
    files = {
        "encoder.onnx": nets.encoder(frames, loudness),
        "variance.onnx": nets.variance(),
        "decoder.onnx": nets.decoder(fault.get("load")),
        "vocoder.onnx": nets.vocoder(fault.get("change")),
        "positions.bin": bytes(POSITIONS["rows"] * POSITIONS["cols"]),
        "CARD.md": card(voice, purpose),
    }
    files["voice.json"] = voice_json(voice, baker, ends, files)
    return files


def card(voice, purpose):
    return f"# {voice}\n\nA fixture of hanvox's tests; {purpose}. Made by tests/voices/make.py.\n".encode()


def sambert_files(voice, purpose):
    tables = symbols.tables([SPEAKER], True)
    files = {
        "encoder.onnx": sambert_nets.encoder(tables),
        "variance.onnx": sambert_nets.variance(),
        "steps.safetensors": sambert_nets.steps(),
        "postnet.onnx": sambert_nets.postnet(),
        "vocoder.onnx": sambert_nets.vocoder(),
        "CARD.md": card(voice, purpose),
    }
    files["voice.json"] = sambert_json(voice, tables, files)
    return files


def sambert_json(voice, tables, files):
    """The manifest of a voice of the kind `sambert` as bytes."""
    stages = {name: {"file": f"{name}.onnx"} for name in ("encoder", "variance", "postnet")}
    context = {"context_before": 0, "context_after": 0, "context": 0}
    vocoder = {"file": "vocoder.onnx", "window": 64, **context, "min_frames": 1}
    manifest = {
        **{"format": 1, "id": voice, "name": f"{voice} (fixture)", "language": "zh-CN", "kind": "sambert"},
        **{"licence": LICENCE, "card": "CARD.md", "sample_rate": 24000, "hop": nets.HOP, "mels": nets.MELS},
        "symbols": tables,
        "emotions": [emotion(name, tables) for name in EMOTIONS],
        "speaker": SPEAKER,
        "limits": {"symbols": 800},
        "acoustic": sambert_nets.GEOMETRY,
        "f0": UNIT,
        "energy": UNIT,
        "stages": {**stages, "steps": {"file": "steps.safetensors"}, "vocoder": vocoder},
    }
    return manifest_bytes(manifest, files)


def emotion(name, tables):
    symbol = f"emotion_{name}"
    return {"name": name, "symbol": symbol, "id": tables["emotion"].index(symbol)}


def manifest_bytes(manifest, files):
    """With the list of files, and the version that they make."""
    listed = [entry(name, files[name]) for name in sorted(files)]
    version = hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:16]
    return (json.dumps({**manifest, "version": version, "files": listed}, ensure_ascii=False) + "\n").encode()


def symbol_tables(symbols):
    """Frames of each symbol [n], and loudness of the two tones [n, 2]: a tone of its own for each rhyme."""
    frames = [frames_of(symbol) for symbol in symbols]
    high = np.array([index % 16 for index in range(len(symbols))]) / 64
    loudness = np.stack([0.3 - high, high], axis=1)
    loudness[[is_mark(symbol) for symbol in symbols]] /= 64
    return np.array(frames, np.float32), loudness.astype(np.float32)


def is_mark(symbol):
    """Silence, padding and boundaries: all that is no sound of speech."""
    return symbol in ("pad", "sil", "eos") or symbol.startswith("#")


def frames_of(symbol):
    """About as in speech: a syllable takes 14 frames of 12.5 ms, the silence at an end 8."""
    if symbol == "sil":
        return 8
    if is_mark(symbol):
        return 0
    return 10 if symbol[-1].isdigit() else 4


def voice_json(voice, baker, ends, files):
    """The manifest as bytes: that of `baker` where nothing else is said."""
    listed = [entry(name, files[name]) for name in sorted(files)]
    vocoder = {**baker["stages"]["vocoder"], "context": 0}
    manifest = {
        **baker,
        "id": voice,
        "name": f"{voice} (fixture)",
        "licence": LICENCE,
        "version": hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:16],
        "ends": ends,
        "positions": POSITIONS,
        "f0": UNIT,
        "energy": UNIT,
        "stages": {**baker["stages"], "vocoder": vocoder},
        "files": listed,
    }
    del manifest["importer"]
    return (json.dumps(manifest, ensure_ascii=False) + "\n").encode()


def entry(name, data):
    return {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def read(folder):
    """The files of a folder as `files_of` gives them; none if there is no folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


def write(folder, files):
    if folder.is_dir():
        shutil.rmtree(folder)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
