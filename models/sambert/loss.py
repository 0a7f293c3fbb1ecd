"""What storing weights in fewer bits changes: compares packs of one voice, made with different storages.

    python models/sambert/loss.py FULL PACK... [--symbols FILE]

FULL is the f32 pack. FILE holds lines as the original front end writes them. Frames of each symbol are those of FULL,
so that mel and sound can be compared sample by sample; how many symbols would get others is told beside it.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sambert import chain  # noqa: E402

# The published sample line: 北京今天天气怎么样.
SYLLABLES = (
    "b_c ei_c tone3", "j_c ing_c tone1", "#1", "j_c in_c tone1", "t_c ian_c tone1", "#1", "t_c ian_c tone1",
    "q_c i_c tone4", "#1", "z_c en_c tone3", "m_c e_c tone5", "y_c ang_c tone4", "#4",
)  # fmt: skip


def sample_line(speaker):
    """A line of symbols; words are simplified to their first syllables."""
    parts = []
    for syllable in SYLLABLES:
        initial, *rest = syllable.split()
        if not rest:
            parts.append(f"{{{initial}$tone_none$s_none$word_none$emotion_none${speaker}}}")
            continue
        for phone, flag, word in ((initial, "s_begin", "word_begin"), (rest[0], "s_end", "word_end")):
            parts.append(f"{{{phone}${rest[1]}${flag}${word}$emotion_neutral${speaker}}}")
    return " ".join(parts)


def compared(full, other, line):
    """Largest differences, signal-to-noise of the sound in dB, and symbols whose frames differ."""
    ids = full.ids(line)
    wanted = full.speak(ids)
    found = other.speak(ids, repeats=wanted["repeats"])
    result = {
        stage: np.abs(found[stage] - wanted[stage]).max() for stage in ("pitch", "energy", "log_duration", "mel")
    }
    result["mel_mean"] = np.abs(found["mel"] - wanted["mel"]).mean()
    # The vocoder alone, fed with the same mel: rounding that piles up in the mel would hide it.
    for name, sound in (("sound_db", found["audio"]), ("vocoder_db", other.audio(wanted["mel"]))):
        noise = ((sound - wanted["audio"]) ** 2).sum()
        result[name] = 10 * np.log10((wanted["audio"] ** 2).sum() / noise) if noise else np.inf
    result["other_frames"] = int((found["repeats"] != wanted["repeats"]).sum())
    return result


def main():
    parser = argparse.ArgumentParser(description="Compare packs of one voice.")
    parser.add_argument("full", type=Path)
    parser.add_argument("packs", type=Path, nargs="+")
    parser.add_argument("--symbols", type=Path, help="lines of symbols")
    arguments = parser.parse_args()
    full = chain.Pack(arguments.full)
    lines = [sample_line(full.manifest["speaker"])]
    if arguments.symbols:
        lines = [line for line in arguments.symbols.read_text().splitlines() if line]
    for folder in arguments.packs:
        other = chain.Pack(folder)
        for line in lines:
            numbers = compared(full, other, line)
            print(folder.name, *(f"{name} {value:.3g}" for name, value in numbers.items()))


if __name__ == "__main__":
    main()
