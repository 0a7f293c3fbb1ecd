"""Measures what one unit of the predicted f0 and energy stands for (F0 and ENERGY of manifest.py).

    python models/baker/measure_contours.py

The net predicts normalised contours, one value a symbol; their scales were lost with the training data.
What the host needs is the answer to a move: the selection sentences are synthesised as they are and with
the whole contour moved up and down, and `std` is the measured change of the finals per unit moved. `mean`
then makes the line `mean + std * predicted` go through the finals as they are. As a check the sentences
are spoken with the contours moved as the host moves them for a factor, and the ratio reached is printed.
Needs the imported pack and the packages of requirements-golden.txt.
"""

import numpy as np

from pitch import f0_hz
from sentences import sentences
from voice import Voice

MOVES = (-1.0, -0.5, 0.5, 1.0)
FACTORS = (0.5, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.5, 1.7, 2.0)
# A final counts when this many of its frames have the contour; consonants and silences have no F0.
MIN_FRAMES = 4
# The analysis of the training recipe for this corpus: 50 ms windows, 2048 bins, one a hop.
WINDOW = 1200
FFT = 2048


def energy(audio, hop):
    """Euclidean norm of the magnitude spectrum of each frame, as the training recipe takes it."""
    padded = np.pad(audio, WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[: len(audio) : hop]
    return np.linalg.norm(np.fft.rfft(frames * np.hanning(WINDOW + 1)[:-1], FFT), axis=1)


class Utterance:
    """One sentence encoded, to be spoken with any contours."""

    def __init__(self, voice, symbols):
        self._voice = voice
        self._hidden, self._frames, f0, power = voice.encode(voice.ids(symbols))
        self.predicted = {"f0": f0[0], "energy": power[0]}
        ends = np.cumsum(self._frames)
        finals = [i for i, symbol in enumerate(symbols) if symbol[-1] in "12345" and symbol[0] != "#"]
        self._finals = [(i, slice(ends[i] - self._frames[i], ends[i])) for i in finals]

    def measured(self, **moved):
        """F0 (Hz, 0 where unvoiced) and energy of every frame, with some contours replaced."""
        contours = {n: moved.get(n, own).astype(np.float32)[None] for n, own in self.predicted.items()}
        voice, hop = self._voice, self._voice.manifest["hop"]
        audio = voice.audio(voice.decode(voice.vary(self._hidden, **contours), self._frames))
        return {"f0": f0_hz(audio, voice.manifest["sample_rate"], hop), "energy": energy(audio, hop)}

    def finals(self, contour, move=0.0):
        """Median of each final with the contour moved by `move`; NaN where it can't be measured."""
        track = self.measured(**{contour: self.predicted[contour] + move})[contour]
        present = [track[span][track[span] > 0] for _, span in self._finals]
        return np.array([np.median(values) if len(values) >= MIN_FRAMES else np.nan for values in present])

    def final_predictions(self, contour):
        return self.predicted[contour][[index for index, _ in self._finals]]

    def reached(self, contour, mean, std, factor):
        """Median measured ratio over the finals when the contour is scaled by `factor`."""
        moved = ((mean + std * self.predicted[contour]) * factor - mean) / std
        plain, scaled = self.measured()[contour], self.measured(**{contour: moved})[contour]
        finals = np.concatenate([np.r_[span] for _, span in self._finals])
        both = finals[(plain[finals] > 0) & (scaled[finals] > 0)]
        return np.median(scaled[both] / plain[both])


def scale(spoken, contour):
    """(mean, std) of `mean + std * predicted`."""
    found = np.concatenate([utterance.finals(contour) for utterance in spoken])
    predicted = np.concatenate([utterance.final_predictions(contour) for utterance in spoken])
    slopes = [(np.concatenate([u.finals(contour, move) for u in spoken]) - found) / move for move in MOVES]
    std = np.nanmedian(slopes)
    measured = ~np.isnan(found)
    correlation = np.corrcoef(predicted[measured], found[measured])[0, 1]
    print(f"{contour}: {measured.sum()} finals, correlation of measured with predicted {correlation:.3f}")
    return np.nanmean(found - std * predicted), std


def main():
    voice = Voice()
    spoken = [Utterance(voice, symbols) for _, symbols in sentences("selection", voice.manifest["pinyin"])]
    for contour in ("f0", "energy"):
        mean, std = scale(spoken, contour)
        print(f"  mean {mean:.1f}, std {std:.1f}", flush=True)
        for factor in FACTORS:
            reached = np.nanmedian([utterance.reached(contour, mean, std, factor) for utterance in spoken])
            print(f"  factor {factor}: reached {reached:.3f}", flush=True)


if __name__ == "__main__":
    main()
