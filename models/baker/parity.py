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


def compare(voice, originals, symbols):
    """One row of figures: frames equal, mean and largest mel error, vocoder SNR, flips against int8 arithmetic."""
    ids = originals.ids(symbols)
    mel, frames, _, _ = voice.mel(ids)
    wanted, wanted_frames, _, _ = originals.acoustic.run(ids)
    mel_int8, frames_int8, _, _ = originals.acoustic_int8.run(ids)
    row = {"frames": len(frames), "flips": int((frames != wanted_frames).sum()), "flips_int8": int((frames != frames_int8).sum())}
    row["mean"], row["max"] = _errors(mel, wanted)
    row["mean_int8"], _ = _errors(_forced(voice, ids, frames_int8), mel_int8)
    row["snr"] = _snr(originals.vocoder.run(wanted), voice.audio(wanted))
    return row


def main():
    voice, originals = Voice(), Originals()
    rows = []
    for name, symbols in _wanted(voice.manifest["pinyin"]):
        row = compare(voice, originals, symbols)
        rows.append(row)
        print(
            "{frames:4d} symbols, {flips} durations differ, mel mean {mean:.1e} max {max:.1e}, vocoder {snr:.1f} dB; "
            "int8 activations: {flips_int8} durations differ, mel mean {mean_int8:.3f}".format(**row), name, flush=True
        )
    failed = [r for r in rows if r["flips"] or r["mean"] > MAX_MEL_ERROR or r["snr"] < MIN_SNR_DB]
    print(f"{len(rows)} sentences, {len(failed)} outside the targets; worst mel mean {max(r['mean'] for r in rows):.1e},", end=" ")
    print(f"worst SNR {min(r['snr'] for r in rows):.1f} dB, {_share_int8(rows)} of the symbols differ from int8 arithmetic")
    return 1 if failed else 0


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


def _share_int8(rows):
    return f"{sum(r['flips_int8'] for r in rows)} of {sum(r['frames'] for r in rows)}"


if __name__ == "__main__":
    sys.exit(main())
