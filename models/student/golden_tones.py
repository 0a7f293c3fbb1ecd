"""Writes tests/golden/student_tones.json: pitch contours, and how far each value is drawn towards its tone.

    python models/student/golden_tones.py

Written from docs/prosody.md, apart from what the engine does. A case has its `symbols` (role, tone and number of values
of each), the `semitones` of the values (null where there is no voice) and the `moves` in semitones. Needs `numpy`.
"""

import json
from pathlib import Path

import numpy as np

OUTPUT = Path(__file__).resolve().parents[2] / "tests/golden/student_tones.json"
CASES, SEED = 24, 11
CITATION_SYLLABLES, CITATION_SHARE, RUNNING_SHARE = 2, 0.7, 0.3
NEIGHBORS, DYING = 3, 8.0
# Hann window over 60 ms: values are 12.5 ms apart, and the two at its ends have no weight.
WINDOW = np.hanning(11)[1:-1]
# Places in the voiced part, and semitones there.
TONES = {
    1: ([0, 1], [3, 3]),
    2: ([0, 0.25, 1], [-2, -2.5, 4]),
    3: ([0, 0.55, 0.7, 1], [-2, -8, -8, -5]),
    4: ([0, 0.15, 1], [6, 6, -6]),
    "half third": ([0, 1], [-2, -7]),
}


def case(random, syllables):
    """Symbols [(role, tone, values)] and semitones of an input of so many syllables."""
    symbols, semitones = [("end", None, 4)], [np.nan] * 4
    for number in range(syllables):
        tone = [1, 2, 3, 4, 5, None][random.integers(6)]
        if random.random() < 0.8:
            values = int(random.integers(2, 8))
            symbols.append(("onset", None, values))
            semitones += list(pitches(random, values, voiced=0.3))
        for role, own in (("rhyme", None), ("coda", None), ("coda", tone)):
            values = int(random.integers(2, 10))
            symbols.append((role, own, values))
            semitones += list(pitches(random, values, voiced=0.9))
        if random.random() < 0.5:
            # The voice dies away, or falls silent early.
            semitones[-2:] = [70.0, np.nan]
        if number + 1 == syllables or random.random() < 0.2:
            symbols.append(("pause", None, 5))
            semitones += [np.nan] * 5
        if number + 1 < syllables:
            symbols.append(("boundary", None, 2))
            semitones += list(pitches(random, 2, voiced=0.5))
    symbols.append(("end", None, 4))
    return symbols, np.array(semitones + [np.nan] * 4)


def pitches(random, count, voiced):
    values = 90 + 4 * random.standard_normal() + np.cumsum(random.standard_normal(count))
    return np.where(random.random(count) < voiced, values, np.nan)


def moves(symbols, semitones):
    """Semitones that are added to each value."""
    ends = np.cumsum([values for _, _, values in symbols])
    starts = ends - [values for _, _, values in symbols]
    found = list(split(symbols, starts, ends, semitones))
    cited = sum(role == "rhyme" for role, _, _ in symbols) <= CITATION_SYLLABLES
    moved = np.zeros(len(semitones))
    for number, (whole, voice, tone, closes) in enumerate(found):
        if tone not in (1, 2, 3, 4):
            continue
        near = found[max(0, number - NEIGHBORS) : number + NEIGHBORS + 1]
        register = np.nanmean(np.concatenate([semitones[part] for _, part, _, _ in near]))
        places, heights = TONES["half third" if tone == 3 and not closes else tone]
        place = np.linspace(0, 1, voice.stop - voice.start)
        said = np.where(np.isnan(semitones[voice]), register, semitones[voice])
        inside = register + np.interp(place, places, heights) - said
        before, after = voice.start - whole.start, whole.stop - voice.stop
        moved[whole] = np.pad(inside, (before, after), mode="edge")
    moved *= CITATION_SHARE if cited else RUNNING_SHARE
    if cited:
        return moved
    reach = len(WINDOW) // 2
    return np.convolve(np.pad(moved, reach, mode="edge"), WINDOW / WINDOW.sum(), mode="valid")


def split(symbols, starts, ends, semitones):
    """Each syllable with a voice: its values, those of its voiced part, its tone, whether a pause follows."""
    first = [
        i for i, (role, _, _) in enumerate(symbols)
        if role == "onset" or (role == "rhyme" and symbols[i - 1][0] != "onset")
    ]  # fmt: skip
    for begin, end in zip(first, [*first[1:], len(symbols)]):
        roles = [role for role, _, _ in symbols[begin:end]]
        rhyme = begin + roles.index("rhyme")
        sounding = begin + sum(role in ("onset", "rhyme", "coda") for role in roles)
        tone = next((tone for _, tone, _ in symbols[begin:end] if tone), None)
        voice = semitones[starts[rhyme] : ends[sounding - 1]]
        known = np.sort(voice[~np.isnan(voice)])
        if not len(known):
            continue
        alive = np.flatnonzero(voice > known[len(known) // 2] - DYING)
        part = slice(int(starts[rhyme]), int(starts[rhyme] + alive[-1] + 1))
        closes = "pause" in roles or "end" in roles
        yield slice(int(starts[begin]), int(ends[end - 1])), part, tone, closes


def main():
    random = np.random.default_rng(SEED)
    cases = []
    for number in range(CASES):
        symbols, semitones = case(random, 1 + number % 3 if number < 9 else int(random.integers(3, 12)))
        semitones = np.round(semitones, 3)
        numbers = [None if np.isnan(value) else float(value) for value in semitones]
        moved = np.round(moves(symbols, semitones), 4).tolist()
        cases.append({"symbols": symbols, "semitones": numbers, "moves": moved})
    OUTPUT.write_text("[\n" + ",\n".join(json.dumps(one) for one in cases) + "\n]\n")


if __name__ == "__main__":
    main()
