"""What words cost the search for the cheapest way through a text, in the packed steps."""

import math

# Costs are natural logarithms in steps of 1/8; 255 stands for a character that has none.
STEPS = 8
NONE = 255
# The engine takes this for a character without a cost.
UNKNOWN = 150
# How much cheaper than its parts a listed word must be, by its length: the longer, the less likely by chance.
MARGINS = {2: 1, 3: 6}
MARGIN_LONG = 20


def step(cost):
    """The cost in steps; `None` is a character that has none."""
    return NONE if cost is None else min(round(cost * STEPS), NONE - 1)


def of_characters(counts):
    """Character -> steps."""
    total = sum(counts.values())
    return {c: step(math.log(total / n)) for c, n in counts.items() if len(c) == 1}


def of_words(words, counts, whole):
    """Word -> steps. `words` word -> count; those of `whole` cost less than the parts they could be taken for."""
    total = sum(counts.values())
    characters = of_characters(counts)
    costs = {word: step(math.log(total / count)) for word, count in words.items()}
    for word in sorted(whole & costs.keys(), key=lambda word: (len(word), word)):
        costs[word] = max(1, min(costs[word], cheapest_split(word, costs, characters) - margin(word)))
    return costs


def margin(word):
    """慢慢地 must be cheap enough for 慢慢地上楼, which has no 地上."""
    adverb = word[-1] == "地" and word[-2] == word[-3:-2]
    return MARGIN_LONG if adverb else MARGINS.get(len(word), MARGIN_LONG)


def cheapest_split(word, costs, characters):
    """What the word costs in parts; to the engine a word doubled (坎坎坷坷) costs what it costs once."""
    def cost(part):
        if len(part) == 1:
            return characters.get(part, UNKNOWN)
        doubled = len(part) == 4 and part[::2] == part[1::2]
        return min(costs.get(part, 1 << 16), costs.get(part[::2], 1 << 16) if doubled else 1 << 16)

    best = [0]
    for end in range(1, len(word) + 1):
        starts = (start for start in range(end) if end - start < len(word))
        best.append(min(best[start] + cost(word[start:end]) for start in starts))
    return best[-1]
