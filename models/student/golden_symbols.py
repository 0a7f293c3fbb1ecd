"""Writes tests/golden/student_symbols.tsv: misaki's symbols of every Mandarin syllable in every tone.

    python models/student/golden_symbols.py < syllables.txt

`syllables.txt` has pinyin without tones (v for ü), separated by white space. Needs `misaki[zh]`. Syllables that misaki
knows nothing of are left out and named on standard error.
"""

import pathlib
import sys

from misaki.zh import ZHG2P

OUTPUT = pathlib.Path(__file__).parents[2] / "tests/golden/student_symbols.tsv"
NON_SYLLABIC = chr(0x32F)
# pypinyin takes the y of the interjection yo for no sound at all; misaki knows it as io.
SPELLINGS = {"yo": "io"}


def symbols(pinyin):
    return ZHG2P.py2ipa(pinyin).replace(NON_SYLLABIC, "")


def spelling(base):
    return SPELLINGS.get(base, base.replace("v", "ü"))


def lines(bases):
    for base in bases:
        try:
            yield from [f"{base}{tone}\t{symbols(spelling(base) + str(tone))}" for tone in range(1, 6)]
        except (ValueError, KeyError, AssertionError) as error:
            print(f"{base}: {error}", file=sys.stderr)


if __name__ == "__main__":
    written = list(lines(sorted(set(sys.stdin.read().split()))))
    OUTPUT.write_text("\n".join(written) + "\n", encoding="utf-8")
