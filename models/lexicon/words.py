"""The reading of a word, from all that is known about it and its parts."""

from typing import NamedTuple

import polyphone
import sources


class Entry(NamedTuple):
    """Syllables of a word, whether a source lists them (not just the characters' usual readings), whether
    nothing may change them: they come from a list of ours, or from a dictionary that has no others; and whether
    the word is a verb, an adjective or an idiom."""

    syllables: list
    listed: bool
    settled: bool
    verbal: bool


# Words of suffixes.txt that begin with these are endings (其子, 得子) and no words by themselves.
AFFIXED = "的之其有生教得无一二三如为与求产荫继吾我爱"


def is_complement(word):
    """忘不了, 够得着."""
    return len(word) == 3 and word[1] in "不得" and word[2] in "了着"


class Readings:
    """Readings of words: own list, then phrases, then the parts of the word; light syllables on top."""

    def __init__(self, chars, counts):
        self.chars = chars
        self.counts = counts
        self.neutral = sources.neutral_words()
        own = sources.own_readings()
        second = sources.second_dictionary(counts)
        first = sources.phrase_readings() | own
        phrases = second | first
        self.second = second.keys() - first.keys()
        self.phrases = {word: readings for word, readings in phrases.items() if readings}
        self.open = {word for word, readings in own.items() if not readings}
        self.loose = set(" ".join(sources.listed("loose.txt")).split())
        self.light_first = set(" ".join(sources.listed("light-first.txt")).split())
        self.ambiguous = set(" ".join(sources.listed("two-readings.txt")).split())
        self.in_words = sources.readings_in_words()
        self.idioms = sources.idioms()
        self.verbal = sources.verbal_words()
        self.full = sources.full_suffixes()
        lists = sources.rule_lists()
        self.doubled_verbs = set(lists["verbs"]) - set(lists["full-doubles"])
        self.doubled_before_object = self.doubled_verbs | set(lists["doubled-before-object"])
        self.phrases |= sources.surnames()["double"]
        self.phrases = {f"{word}地": [*self.entry(word).syllables, "de5"] for word in sources.reduplicated()} | self.phrases
        self.open_chars = self._open_chars()

    def _open_chars(self):
        """Characters that the net, a rule or a word could read otherwise than usual."""
        in_words = {
            char
            for word, readings in self.phrases.items()
            for char, reading in zip(word, readings)
            if reading[-1] != "5" and reading != self.chars[char][0]
        }
        return in_words | set(polyphone.characters()) | {line[0] for line in sources.context_rules()}

    def listed_words(self):
        """Words to pack however rare they are: a character of theirs could be read otherwise."""
        nouns = (word for word in self.full if word[0] not in AFFIXED)
        for word in dict.fromkeys([*self.phrases, *self.neutral, *nouns]):
            opens = any(c in self.open_chars for c in word) or self._has_light_part(word)
            if opens or self.entry(word).syllables != self.usual(word):
                yield word

    def _has_light_part(self, word):
        """Words read in full although a part of theirs is light by itself: 不经世故 beside 世故, 紧巴巴 beside 紧巴."""
        return any(word[at : at + 2] in self.neutral for at in range(len(word) - 1))

    def whole(self):
        """Words that are not to be taken for their parts; those of the second dictionary are as rare as they are."""
        return set(self.listed_words()) - self.loose - self.second

    def depends_on_context(self, word):
        """Words to leave out, so that rules can look at what stands around their characters.

        看看, 点点头: the second verb is light, except in 走走停停. 两只, 几行: counted, these have readings of their own.
        """
        verb = word[0] == word[1] and word[0] in (self.doubled_verbs if len(word) == 2 else self.doubled_before_object)
        doubled = verb and (len(word) == 2 or len(word) == 3 and word[1:] in self.phrases)
        counted = word[-1] in "只行场卷" and all(c in "一二两三四五六七八九十百千万几数多" for c in word[:-1])
        return doubled or counted or word in self.open

    def usual(self, word):
        """Each character's first reading."""
        return [self.chars[c][0] for c in word]

    def entry(self, word):
        syllables, listed = self._base(word)
        settled = word in self.phrases and word not in self.ambiguous or is_complement(word)
        return Entry(self._light(word, list(syllables)), listed, settled, word in self.verbal)

    def _base(self, word):
        if word in self.phrases:
            return self.phrases[word], True
        parts = self._parts(word)
        known = all(p in self.phrases or all(len(self.chars[c]) == 1 for c in p) for p in parts)
        return [s for p in parts for s in self.phrases.get(p) or self._plain(p, word)], known

    def _plain(self, part, word):
        """Readings of characters that no phrase vouches for. 长 is "long" first in a word, "head of" at its end."""
        return ["chang2" if c == "长" and word[0] == c else self.in_words[c] for c in part]

    def _parts(self, word):
        """The longest listed phrases inside the word, from the left."""
        parts, at = [], 0
        while at < len(word):
            sizes = range(min(len(word) - at, len(word) - 1), 1, -1)
            size = next((n for n in sizes if word[at : at + n] in self.phrases), 1)
            parts.append(word[at : at + size])
            at += size
        return parts

    def _light(self, word, syllables):
        for start, part in self._light_parts(word):
            for position in self.neutral[part]:
                syllables[start + position] = syllables[start + position][:-1] + "5"
        if is_complement(word):
            syllables[1:] = ["bu5" if word[1] == "不" else "de5", "liao3" if word[2] == "了" else "zhao2"]
        if len(word) > 2 and word[-1] == "地" and word[-2] == word[-3]:
            syllables[-1] = "de5"
        for suffix, light in (("子", "zi5"), ("儿", "er5")):
            if word.endswith(suffix) and len(word) > 1:
                keeps = any(word.endswith(full) for full in self.full)
                syllables[-1] = sources.FULL[suffix] if keeps else light
        return syllables

    def _light_parts(self, word):
        """A known light word that is the word, ends it, or is the first half of four characters, or of three if it is one
        of light-first.txt.

        Idioms keep full tones: 自由自在 beside 自在.
        """
        if word in self.idioms:
            return
        ending = next((word[i:] for i in range(len(word) - 1) if word[i:] in self.neutral), None)
        if ending:
            yield len(word) - len(ending), ending
        if len(word) == 4 and word[:2] in self.neutral or len(word) == 3 and word[:2] in self.light_first:
            yield 0, word[:2]
