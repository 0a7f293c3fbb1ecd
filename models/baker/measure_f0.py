"""Measures hertz per unit of the predicted f0 (F0_MEAN_HZ and F0_STD_HZ of manifest.py).

    python models/baker/measure_f0.py

The net predicts one normalised f0 a symbol; its scale was lost with the training data. The selection
sentences are synthesised, and the median measured F0 of every voiced final is regressed on its f0. Then
the sentences are spoken again with f0 moved as the host moves it for a pitch factor, and the ratio
reached is printed. Needs the imported pack and the packages of requirements-golden.txt.
"""

import numpy as np

from pitch import f0_hz
from sentences import sentences
from voice import Voice

FACTORS = (0.7, 0.8, 0.9, 1.1, 1.2, 1.3)
# A final counts when it has this many voiced frames; consonants and silences have no F0 of their own.
MIN_VOICED = 4


class Utterance:
    """One sentence encoded, to be spoken with any f0."""

    def __init__(self, voice, symbols):
        self._voice = voice
        self._hidden, self._frames, self.f0, self._energy = voice.encode(voice.ids(symbols))
        self._finals = [index for index, symbol in enumerate(symbols) if symbol[-1] in "12345" and symbol[0] != "#"]

    def measured(self, f0):
        """F0 of every frame when spoken with `f0`."""
        voice, manifest = self._voice, self._voice.manifest
        mel = voice.decode(voice.vary(self._hidden, f0.astype(np.float32), self._energy), self._frames)
        return f0_hz(voice.audio(mel), manifest["sample_rate"], manifest["hop"])

    def points(self):
        """(predicted f0, measured Hz) of every voiced final."""
        hertz = self.measured(self.f0)
        ends = np.cumsum(self._frames)
        for index in self._finals:
            voiced = hertz[ends[index] - self._frames[index] : ends[index]]
            voiced = voiced[voiced > 0]
            if len(voiced) >= MIN_VOICED:
                yield self.f0[0, index], np.median(voiced)


def main():
    voice = Voice()
    spoken = [Utterance(voice, symbols) for _, symbols in sentences("selection", voice.manifest["pinyin"])]
    predicted, hertz = np.array([point for utterance in spoken for point in utterance.points()]).T
    std, mean = np.polyfit(predicted, hertz, 1)
    spread = np.abs(hertz - (mean + std * predicted))
    print(f"{len(hertz)} finals: hz = {mean:.1f} + {std:.1f} * f0, correlation {np.corrcoef(predicted, hertz)[0, 1]:.3f}")
    print(f"distance from the line: median {np.median(spread):.1f} Hz, 90 % within {np.percentile(spread, 90):.1f} Hz")
    for factor in FACTORS:
        print(f"pitch {factor}: reached {np.median([_reached(u, mean, std, factor) for u in spoken]):.3f}")


def _reached(utterance, mean, std, factor):
    """Median ratio of F0 with the factor to F0 without, over frames voiced in both."""
    moved = ((mean + std * utterance.f0) * factor - mean) / std
    plain, shifted = utterance.measured(utterance.f0), utterance.measured(moved)
    both = (plain > 0) & (shifted > 0)
    return np.median(shifted[both] / plain[both])


if __name__ == "__main__":
    main()
