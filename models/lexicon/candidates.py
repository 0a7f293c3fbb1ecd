"""Writes the readings that the page offers for a character, with words that have them: www/app/readings/candidates.txt.

    python models/lexicon/candidates.py            # writes the file
    python models/lexicon/candidates.py --check    # only says whether the committed file is what these sources give

Needs the packages of requirements.txt. A line is a character, then its readings, the usual one first, each with up to
two words: `重 zhong4:重要,重点 chong2:重新,重复`.
"""

import argparse
import sys
from collections import defaultdict

import sources
from words import Readings

OUT = sources.HERE.parents[1] / "www/app/readings/candidates.txt"
# Of a word and of a character in jieba's counts: rarer ones explain nothing.
MIN_WORD = 30
MIN_CHARACTER = 300
WORDS = 2
LONGEST = 4


def examples(counts, readings):
    """Character -> reading -> its most frequent words, of those that a source lists with their readings."""
    found = defaultdict(lambda: defaultdict(list))
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if not 2 <= len(word) <= LONGEST or count < MIN_WORD:
            continue
        entry = readings.entry(word)
        for char, syllable in zip(word, entry.syllables) if entry.listed else ():
            words = found[char][syllable]
            if len(words) < WORDS and all(word not in other and other not in word for other in words):
                words.append(word)
    return found


def lines():
    counts, chars = sources.frequencies(), sources.char_readings()
    found = examples(counts, Readings(chars, counts))
    seen = defaultdict(int)
    for word, count in counts.items():
        for char in word:
            seen[char] += count
    for char in sorted(seen, key=lambda char: (-seen[char], char)):
        if seen[char] < MIN_CHARACTER or char not in chars:
            continue
        # A reading that no word has is one of old or rare uses; the usual one stays.
        offered = [r for r in sources.unique([*chars[char], *found[char]]) if found[char][r] or r == chars[char][0]]
        if len(offered) > 1:
            yield " ".join([char, *(f"{r}:{','.join(found[char][r])}".rstrip(":") for r in offered)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    text = "\n".join(lines()) + "\n"
    if not parser.parse_args().check:
        OUT.parent.mkdir(parents=True, exist_ok=True)
        OUT.write_text(text, encoding="utf-8")
    elif OUT.read_text(encoding="utf-8") != text:
        sys.exit(f"{OUT} is not what the sources give")


if __name__ == "__main__":
    main()
