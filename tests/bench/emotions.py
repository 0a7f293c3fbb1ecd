"""Measures what the prosody presets do to the sound: `npm run bench:emotions` calls it after tests/bench/emotions.rs.

    python tests/bench/emotions.py FOLDER

FOLDER holds the sound of every line with every emotion, and spoken.json; emotions.json beside this file has the stated
figures of each voice, in the order of the table below. Each figure compares a line with the same line spoken neutrally,
and is the mean over the lines:
    F0      semitones of the mean of the voiced frames
    range   ratio of their standard deviation in semitones
    rate    ratio of syllables a second, pauses left out
    energy  decibels of the power of the voiced frames
    tones   share of the syllables of tone 2, of tone 4 and of both together whose F0 slope keeps its sign: of all that
            can be measured, and of those that are heard to rise (2) or fall (4) in neutral speech, which is faster
            than 0.16 / T² semitones a second over T seconds (the glissando threshold of 't Hart, Collier and Cohen
            1990, A Perceptual Study of Intonation)
The slope is that of Theil and Sen, the median of the slopes between any two values of F0: where a consonant disturbs
F0, or its tracker errs, a fit by least squares takes the sign of the disturbance. `control` is neutral speech 5 %
slower: its tones show how many syllables are as good as flat, so that next to nothing turns their sign.

Ends with 1 if a figure is further from the stated one than TOLERANCE, or too few of the audible tones are kept.
Needs the packages of models/requirements-golden.txt.
"""

import json
import sys
import wave
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models" / "baker"))
from pitch import f0_hz  # noqa: E402

# Seconds between two values of F0.
STEP = 0.0025
# The shortest stretch of voice that a slope is taken of, in seconds.
LEAST_VOICE = 0.04
# The part of a syllable's voice that carries its tone; before it F0 comes from the tone before (Xu 1997, Contextual
# tonal variations in Mandarin), after it the voice dies down.
TONE = (0.2, 0.9)
SPEECH = ("Onset", "Rhyme", "Coda", "Boundary", "Phrase")
TOLERANCE = {"f0": 0.5, "range": 0.1, "rate": 0.05, "energy": 1.0}
LEAST_KEPT = 0.95
DIRECTION = {2: 1, 4: -1}


class Line:
    """One line spoken with one emotion."""

    def __init__(self, spoken, hop):
        with wave.open(spoken["path"]) as file:
            rate = file.getframerate()
            audio = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
        step = round(STEP * rate)
        f0 = f0_hz(audio, rate, step)
        self._semitones = np.where(f0 > 0, 12 * np.log2(np.maximum(f0, 1)), np.nan)
        self._symbols = spoken["symbols"]
        self._steps = hop / step
        voiced = f0 > 0
        power = np.square(audio[: len(f0) * step]).reshape(-1, step).mean(axis=1)
        syllables = sum(role == "Rhyme" for _, role, *_ in self._symbols)
        self.figures = {
            "f0": np.nanmean(self._semitones),
            "range": np.nanstd(self._semitones),
            "rate": syllables / sum(frames for _, role, frames, _ in self._symbols if role in SPEECH),
            "energy": 10 * np.log10(power[voiced].mean()),
        }
        self.glides = list(self._glides())

    def _glides(self):
        """(tone, semitones a second, whether its tone is heard) of each syllable; NaN where there is too little voice.

        A rhyme sounds on through the rest of its syllable, and where it has none through the symbol after it, whatever
        that is, unless it is of the next syllable."""
        ends = np.cumsum([frames for _, _, frames, _ in self._symbols])
        roles = [role for _, role, _, _ in self._symbols] + ["Onset"]
        for i, (_, role, frames, tone) in enumerate(self._symbols):
            if role == "Rhyme":
                last = i
                while roles[last + 1] == "Coda":
                    last += 1
                    tone = tone or self._symbols[last][3]
                if last == i and roles[i + 1] not in ("Onset", "Rhyme"):
                    last += 1
                start, end = (int(frame * self._steps) for frame in (ends[i] - frames, ends[last]))
                slope, least = glide(longest_voice(self._semitones[start:end]))
                yield tone, slope, slope * DIRECTION.get(tone, 0) > least


def longest_voice(semitones):
    """The longest stretch without a gap."""
    stretches = np.split(semitones, np.flatnonzero(np.isnan(semitones)))
    longest = max(stretches, key=len)
    return longest[~np.isnan(longest)]


def glide(voice):
    """Semitones a second, and the least that is heard."""
    if len(voice) * STEP < LEAST_VOICE:
        return np.nan, np.inf
    part = voice[int(TONE[0] * len(voice)) : int(TONE[1] * len(voice))]
    first, second = np.triu_indices(len(part), 1)
    slope = np.median((part[second] - part[first]) / (second - first)) / STEP
    return slope, 0.16 / (len(part) * STEP) ** 2


def kept(neutral, moved, tones, heard):
    """(syllables of `tones` whose slope keeps its sign, syllables measured), of all or of those that are heard."""
    pairs = [
        (a, b)
        for before, after in zip(neutral, moved)
        for (found, a, told), (_, b, _) in zip(before.glides, after.glides)
        if found in tones and not np.isnan(a + b) and (told or not heard)
    ]
    return sum(a * b > 0 for a, b in pairs), len(pairs)


def moves(neutral, moved):
    """What a listener gets beside neutral speech."""
    pairs = [(a.figures, b.figures) for a, b in zip(neutral, moved)]
    move = {name: np.divide if name in ("range", "rate") else np.subtract for name in TOLERANCE}
    return {name: np.mean([change(b[name], a[name]) for a, b in pairs]) for name, change in move.items()}


def row(name, found, stated, neutral, moved):
    cells = [f"{name:<9}"]
    for figure in TOLERANCE:
        sign = "" if figure in ("range", "rate") else "+"
        told = f" ({stated[figure]:{sign}.2f})" if stated else " " * 8
        cells.append(f"{found[figure]:{sign}6.2f}{told}")
    for tones in (*([tone] for tone in DIRECTION), list(DIRECTION)):
        for heard in (False, True):
            same, count = kept(neutral, moved, tones, heard)
            cells.append(f"{100 * same / max(1, count):5.1f} of {count:3}")
    return "  ".join(cells)


def main(folder):
    report = json.loads((folder / "spoken.json").read_bytes())
    with ProcessPoolExecutor() as pool:
        measured = pool.map(Line, report["spoken"], [report["hop"]] * len(report["spoken"]))
        lines = {}
        for spoken, line in zip(report["spoken"], measured):
            lines.setdefault(spoken["emotion"], []).append(line)
    neutral = lines["neutral"]
    print(f"{len(neutral)} lines; measured (stated)")
    print(f"{'emotion':<9}{'F0, st':>16}{'range':>15}{'rate':>15}{'energy, dB':>17}", end="")
    print("  % of tone 2   heard to rise  % of tone 4   heard to fall  % of 2 and 4  heard of both")
    table = json.loads((Path(__file__).parent / "emotions.json").read_text()).get(report["voice"], {})
    stated = {name: dict(zip(TOLERANCE, figures)) for name, figures in table.items()}
    wrong = []
    for name, moved in lines.items():
        found, told = moves(neutral, moved), stated.get(name)
        print(row(name, found, told, neutral, moved))
        off = [figure for figure in TOLERANCE if told and abs(found[figure] - told[figure]) > TOLERANCE[figure]]
        for tone in DIRECTION:
            same, count = kept(neutral, moved, [tone], heard=True)
            off += [f"tone {tone}"] if same < LEAST_KEPT * count else []
        wrong += [f"{name}: {', '.join(off)}"] if off and told else []
    print("\n".join(wrong) or "all as stated")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
