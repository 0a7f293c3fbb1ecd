"""Sentences for the checks, as the symbols the voice was trained on."""

from pathlib import Path

FILE = Path(__file__).resolve().parent / "sentences.tsv"


def sentences(use, pinyin):
    """[(text, symbols)] of one use, `golden` or `selection`; `pinyin`: syllable -> [initial, final]."""
    rows = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines())
    return [(text, symbols(syllables, pinyin)) for kind, text, syllables in rows if kind == use]


def symbols(syllables, pinyin):
    """Symbols of syllables with tone digits: `#0` between two, `#3` at a comma, the ends around."""
    found = ["sil"]
    for syllable in syllables.split():
        if syllable == ",":
            found[-1] = "#3"
            continue
        initial, final = pinyin[syllable[:-1]]
        found += [initial, final + syllable[-1], "#0"]
    return found[:-1] + ["sil", "eos"]
