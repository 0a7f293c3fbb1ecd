"""Measures what the prosody presets do to the sound: `npm run bench:emotions` calls it after examples/emotions.rs.

    python tests/bench/emotions.py FOLDER

FOLDER holds the sound of every line with every emotion, and spoken.json. Each figure compares a line with the same
line spoken neutrally, and is the mean over the lines:
    F0        semitones of the mean of the voiced frames
    range     ratio of their standard deviation in semitones
    rate      ratio of syllables a second, silences left out
    energy    decibels of the voiced frames' power
    tone 2, 4 share of syllables of that tone whose F0 slope keeps its sign: a line through the semitones of the
              rhyme and of what follows it up to the next syllable, where it is voiced. As written in the presets.
Needs the packages of models/requirements-golden.txt.
"""

import json
import sys
import wave
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models" / "baker"))
from pitch import f0_hz  # noqa: E402

# The shortest stretch that a slope is taken of, in frames of 12.5 ms.
LEAST_FRAMES = 4
SPEECH = ("Onset", "Rhyme", "Boundary")


class Line:
    """One line spoken with one emotion."""

    def __init__(self, spoken, hop):
        with wave.open(spoken["path"]) as file:
            rate = file.getframerate()
            audio = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
        f0 = f0_hz(audio, rate, hop)
        self._voiced = f0 > 0
        self._semitones = np.where(self._voiced, 12 * np.log2(np.maximum(f0, 1)), 0)
        self._symbols = spoken["symbols"]
        power = np.square(audio[: len(f0) * hop]).reshape(-1, hop).mean(axis=1)
        self.energy = 10 * np.log10(power[self._voiced].mean())
        self.f0 = self._semitones[self._voiced].mean()
        self.range = self._semitones[self._voiced].std()
        syllables = sum(role == "Rhyme" for _, role, _ in self._symbols)
        self.rate = syllables / sum(frames for _, role, frames in self._symbols if role in SPEECH)

    def slopes(self):
        """(tone, slope) of each syllable, NaN where it can't be measured."""
        ends = np.cumsum([frames for _, _, frames in self._symbols])
        found = []
        for i, (name, role, frames) in enumerate(self._symbols):
            if role == "Rhyme":
                after = self._symbols[i + 1][1] if i + 1 < len(self._symbols) else "Onset"
                end = ends[i + 1] if after != "Rhyme" and after != "Onset" else ends[i]
                found.append((name[-1], self._slope(ends[i] - frames, end)))
        return found

    def _slope(self, start, end):
        run = longest_run(self._voiced[start:end])
        if run.stop - run.start < LEAST_FRAMES:
            return np.nan
        values = self._semitones[start:end][run]
        return np.polyfit(np.arange(len(values)), values, 1)[0]


def longest_run(flags):
    best, start = slice(0, 0), None
    for i, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = i
        if not flag and start is not None:
            best = max(best, slice(start, i), key=lambda run: run.stop - run.start)
            start = None
    return best


def kept(neutral, moved, tone):
    """(syllables whose slope keeps its sign, syllables measured)."""
    pairs = [
        (a, b)
        for before, after in zip(neutral, moved)
        for (wanted, a), (_, b) in zip(before.slopes(), after.slopes())
        if wanted == tone and not np.isnan(a + b)
    ]
    return sum(a * b > 0 for a, b in pairs), len(pairs)


def main(folder):
    report = json.loads((folder / "spoken.json").read_bytes())
    lines = {}
    for spoken in report["spoken"]:
        lines.setdefault(spoken["emotion"], []).append(Line(spoken, report["hop"]))
    neutral = lines["neutral"]
    print(f"{len(neutral)} lines; each figure: measured (stated)")
    print(f"{'emotion':<9} {'F0 st':>15} {'range':>13} {'rate':>13} {'energy dB':>15}   tone 2         tone 4")
    for preset in report["presets"]:
        moved = lines[preset["name"]]
        pairs = list(zip(neutral, moved))
        f0 = np.mean([b.f0 - a.f0 for a, b in pairs])
        span = np.mean([b.range / a.range for a, b in pairs])
        rate = np.mean([b.rate / a.rate for a, b in pairs])
        energy = np.mean([b.energy - a.energy for a, b in pairs])
        tones = "   ".join(
            f"{100 * same / max(1, all_):5.1f} % of {all_:3}"
            for same, all_ in (kept(neutral, moved, tone) for tone in "24")
        )
        print(
            f"{preset['name']:<9} {f0:+6.2f} ({preset['register']:+5.2f}) {span:5.2f} ({preset['range']:4.2f})"
            f" {rate:5.2f} ({preset['rate']:4.2f}) {energy:+6.2f} ({preset['energy']:+5.2f})   {tones}"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
