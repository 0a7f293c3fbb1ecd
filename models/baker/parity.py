"""Compares the voice pack, run by onnxruntime, with the original graphs, run by LiteRT.

    python models/baker/parity.py                 the golden and selection sentences
    python models/baker/parity.py - < lines.txt   one line of symbols a sentence: sil n i3 #0 h ao3 sil eos

Fails where a sentence misses the targets. Needs the pack and the packages of requirements-golden.txt.
"""

import sys

import numpy as np

from golden import Originals
from sentences import sentences
from voice import Voice

MAX_MEL_ERROR = 0.05
MIN_SNR_DB = 40.0
FIGURES = (
    "{symbols:4d} symbols: {flips} durations differ, mel mean {mean:.1e} max {max:.1e}, vocoder {snr:.1f} dB"
    " (int8 activations: {flips_int8} durations differ, mel mean {mean_int8:.3f})"
)


def compare(voice, originals, symbols):
    """The figures of one sentence, by name."""
    ids = originals.ids(symbols)
    mel, frames, _, _ = voice.mel(ids)
    wanted, wanted_frames, _, _ = originals.acoustic.run(ids)
    mel_int8, frames_int8, _, _ = originals.acoustic_int8.run(ids)
    mean, largest = _errors(mel, wanted)
    return {
        "symbols": len(ids),
        "flips": int((frames != wanted_frames).sum()),
        "mean": mean,
        "max": largest,
        "snr": _snr(originals.vocoder.run(wanted), voice.audio(wanted)),
        "flips_int8": int((frames != frames_int8).sum()),
        "mean_int8": _errors(_forced(voice, ids, frames_int8), mel_int8)[0],
    }


def main():
    voice, originals = Voice(), Originals()
    rows = []
    for name, symbols in _wanted(voice.manifest["pinyin"]):
        rows.append(compare(voice, originals, symbols))
        print(FIGURES.format(**rows[-1]), name, flush=True)
    failed = [row for row in rows if row["flips"] or row["mean"] > MAX_MEL_ERROR or row["snr"] < MIN_SNR_DB]
    print(f"{len(rows)} sentences, {len(failed)} outside the targets; worst or total:")
    print(FIGURES.format(**_worst(rows)))
    return 1 if failed else 0


def _worst(rows):
    totals = {name: sum(row[name] for row in rows) for name in ("symbols", "flips", "flips_int8")}
    largest = {name: max(row[name] for row in rows) for name in ("mean", "max", "mean_int8")}
    return {**totals, **largest, "snr": min(row["snr"] for row in rows)}


def _wanted(pinyin):
    if sys.argv[1:] == ["-"]:
        return [(line.strip(), line.split()) for line in sys.stdin if line.strip()]
    return sentences("golden", pinyin) + sentences("selection", pinyin)


def _forced(voice, ids, frames):
    """Our mel with the durations of another run, so that frames line up."""
    hidden, _, f0, energy = voice.encode(ids)
    return voice.decode(voice.vary(hidden, f0, energy), frames)


def _errors(mel, wanted):
    if mel.shape != wanted.shape:
        return np.inf, np.inf
    difference = np.abs(mel - wanted)
    return difference.mean(), difference.max()


def _snr(wanted, found):
    return 10 * np.log10((wanted**2).sum() / ((wanted - found) ** 2).sum())


if __name__ == "__main__":
    sys.exit(main())
