"""The packed form of the lexicon: little endian, columns rather than rows so that it compresses well."""

import costs
import latin
import polyphone
from polyphone import columns

MAGIC = b"HANVOXLX"
VERSION = 4


def lexicon(chars, steps, entries, lists):
    """`chars` char -> readings; `steps` char -> cost; `entries` (word, cost, Entry) sorted by word."""
    chars = with_word_readings(chars, entries)
    syllables = {r for readings in chars.values() for r in readings} | set(polyphone.classes())
    bases = sorted({syllable[:-1] for syllable in syllables})
    base_ids = {base: i for i, base in enumerate(bases)}
    sections = [
        "\n".join(bases).encode(),
        char_section(chars, steps, base_ids),
        word_section(chars, entries),
        "\n".join(f"{name}\t{line}" for name, lines in lists.items() for line in lines).encode(),
        polyphone.section(base_ids),
        latin.section(),
    ]
    head = MAGIC + VERSION.to_bytes(4, "little")
    return head + b"".join(len(s).to_bytes(4, "little") + s for s in sections)


def with_word_readings(chars, entries):
    """Each character's usual reading and those that words give it; no others are ever looked up."""
    chars = {char: readings[:1] for char, readings in chars.items()}
    for word, _, entry in entries:
        for char, syllable in zip(word, entry.syllables):
            if syllable not in chars[char]:
                chars[char].append(syllable)
    return chars


def char_section(chars, steps, base_ids):
    order = sorted(chars)
    codes = [ord(c) for c in order]
    deltas = [b - a for a, b in zip([0, *codes], codes)]
    sounds = [base_ids[r[:-1]] * 8 + int(r[-1]) for c in order for r in chars[c]]
    return b"".join([
        len(order).to_bytes(4, "little"),
        len(sounds).to_bytes(4, "little"),
        columns(deltas, 3),
        bytes(len(chars[c]) for c in order),
        bytes(steps.get(c, costs.NONE) for c in order),
        columns(sounds),
    ])


def word_section(chars, entries):
    shared = [common_prefix(a[0], b[0]) for a, b in zip([("",), *entries], entries)]
    rests = [word[n:] for n, (word, _, _) in zip(shared, entries)]
    picks = [[chars[c].index(s) for c, s in zip(word, e.syllables)] for word, _, e in entries]
    kinds = [8 * e.verbal + 4 * e.settled + 2 * any(p) + e.listed for p, (_, _, e) in zip(picks, entries)]
    return b"".join([
        len(entries).to_bytes(4, "little"),
        sum(map(len, rests)).to_bytes(4, "little"),
        bytes(shared),
        bytes(map(len, rests)),
        bytes(cost for _, cost, _ in entries),
        bytes(kinds),
        columns([ord(c) for rest in rests for c in rest]),
        bytes(i for kind, pick in zip(kinds, picks) if kind & 2 for i in pick),
    ])


def common_prefix(a, b):
    return next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
