"""Packs the lexicon of the front end into one file, `lexicon.bin` beside this script.

    python models/lexicon/build.py            # writes the file
    python models/lexicon/build.py --check    # only says whether the committed file is what these sources give
    python models/lexicon/build.py --words F  # the words of the dictionary with their readings

Needs the packages of requirements.txt; the bytes depend on nothing but them and the files here.
`src/frontend/lexicon/mod.rs` documents and reads the format.
"""

import argparse
import sys
from pathlib import Path

import costs
import pack
import polyphone
import sources
from words import Readings

# Words rarer than this in jieba's counts are left out: at 50, 46,000 words stay.
MIN_COUNT = 50
# Words on 子, whose second syllable is light, are kept down to here.
MIN_COUNT_LIGHT = 5
# A phrase that jieba does not count, as if it had been seen this often. Two-character ones would
# cut across real words, so they are held to be rarest.
UNCOUNTED = {2: 1, 3: 3}
UNCOUNTED_LONG = 5
MAX_WORD = 8
# So many of the polyphones the dictionary reads better than the net, for they fill running text.
FREQUENT = 100


def vocabulary(counts, readings):
    """Word -> count, of the words to pack."""
    words = {w: c for w, c in counts.items() if len(w) > 1 and c >= MIN_COUNT}
    words |= {w: c for w, c in counts.items() if w.endswith("子") and 2 <= len(w) <= 3 and c >= MIN_COUNT_LIGHT}
    for word in readings.listed_words():
        words.setdefault(word, counts.get(word) or UNCOUNTED.get(len(word), UNCOUNTED_LONG))
    return {w: c for w, c in words.items() if len(w) <= MAX_WORD and not readings.depends_on_context(w)}


def dictionary():
    """Lines of the words of all sources with their readings, for the front end to read them."""
    readings = Readings(sources.char_readings(), sources.frequencies())
    words = (w for w in sorted(readings.phrases) if 2 <= len(w) <= MAX_WORD and not readings.depends_on_context(w))
    return "".join(f"{word}\t{' '.join(readings.entry(word).syllables)}\n" for word in words)


def build():
    counts = sources.frequencies()
    chars = sources.char_readings()
    readings = Readings(chars, counts)
    words = vocabulary(counts, readings)
    steps = costs.of_words(words, counts, readings.whole())
    entries = [(w, steps[w], readings.entry(w)) for w in sorted(words)]
    lists = sources.rule_lists() | {"frequent": frequent(counts)}
    lists["verbal"] = sorted(word for word in readings.verbal if len(word) == 1)
    for group in ("common", "after-xing"):
        lists[f"surnames-{group}"] = [f"{name} {reading}" for name, [reading] in sources.surnames()[group].items()]
    lists["contexts"] = list(sources.context_rules())
    return pack.lexicon(chars, costs.of_characters(counts), entries, lists)


def frequent(counts):
    """The polyphones that are most frequent in running text."""
    seen = dict.fromkeys(polyphone.characters(), 0)
    for word, count in counts.items():
        for char in word:
            if char in seen:
                seen[char] += count
    return sorted(seen, key=seen.get, reverse=True)[:FREQUENT]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=sources.HERE / "lexicon.bin")
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    parser.add_argument("--words", type=Path, help="write the words of the dictionary with their readings to this file")
    arguments = parser.parse_args()
    if arguments.words:
        arguments.words.write_text(dictionary(), encoding="utf-8")
        return
    out, packed = arguments.out, build()
    if not arguments.check:
        out.write_bytes(packed)
        print(f"{out}: {len(packed)} bytes")
    elif not out.exists() or out.read_bytes() != packed:
        sys.exit(f"{out} is not what models/lexicon gives: run npm run lexicon, and commit the file")


if __name__ == "__main__":
    main()
