"""The net of g2pM, quantised: the embedding in 4 bits, the other weights in 8, one scale a row."""

import io
import pickle
import struct

import sources

# Order and rows of the 8-bit matrices, as `src/frontend/lexicon/polyphone.rs` reads them.
MATRICES = [
    "lstm.weight_ih_l0", "lstm.weight_hh_l0", "lstm.weight_ih_l0_reverse", "lstm.weight_hh_l0_reverse",
    "logit_layer.0.weight", "logit_layer.2.weight",
]
BIASES = [
    ("lstm.bias_ih_l0", "lstm.bias_hh_l0"), ("lstm.bias_ih_l0_reverse", "lstm.bias_hh_l0_reverse"),
    ("logit_layer.0.bias",), ("logit_layer.2.bias",),
]


class Array:
    """What unpickling a numpy array leaves, without numpy: shape and 32-bit floats."""

    def __setstate__(self, state):
        _, self.shape, _, _, data = state
        self.values = struct.unpack(f"<{len(data) // 4}f", data)

    def rows(self):
        width = self.shape[-1]
        return [self.values[i : i + width] for i in range(0, len(self.values), width)]


class Type:
    """Stands for the element type, which is always a 32-bit float."""

    def __setstate__(self, state):
        pass


class Unpickler(pickle.Unpickler):
    """Reads pickled dictionaries of arrays and nothing else."""

    def find_class(self, module, name):
        known = {"_reconstruct": lambda *_: Array(), "ndarray": Array, "dtype": lambda *_: Type()}
        if module.startswith("numpy") and name in known:
            return known[name]
        raise pickle.UnpicklingError(f"{module}.{name} is not expected in this file")


def load(name):
    return Unpickler(io.BytesIO(sources.package_file("g2pM", f"g2pM/{name}.pkl").read_bytes())).load()


def classes():
    """The syllables that the net tells apart, in the order of its outputs."""
    ids = load("class2idx")
    return [reading.replace("u:", "v") for reading in sorted(ids, key=ids.get)]


def candidates(class_ids):
    """Character -> the classes among which the net chooses."""
    table = {char: [r.replace("u:", "v") for r in readings] for char, readings in load("digest_cedict").items()}
    known = {c: [class_ids[r] for r in readings if r in class_ids] for c, readings in table.items()}
    return {c: ids for c, ids in known.items() if len(ids) > 1 and sources.is_han(c)}


def characters():
    """The characters that the net knows, in order."""
    return sorted(candidates({name: i for i, name in enumerate(classes())}))


def section(base_ids):
    """The packed net; syllables as the numbers that `base_ids` gives."""
    names = classes()
    letters = load("char2idx")
    weights = load("np_ckpt")
    choices = candidates({name: i for i, name in enumerate(names)})
    letter_codes = [0] * len(letters)
    for letter, i in letters.items():
        letter_codes[i] = ord(letter) if len(letter) == 1 and ord(letter) < 0x10000 else 0
    parts = [
        counts(len(letter_codes), weights["embedding.weight"].shape[1], weights["lstm.weight_hh_l0"].shape[1],
               weights["logit_layer.0.weight"].shape[0], len(names), len(choices), sum(map(len, choices.values()))),
        columns(letter_codes),
        columns([base_ids[name[:-1]] * 8 + int(name[-1]) for name in names]),
        columns([ord(c) for c in sorted(choices)]),
        bytes(len(choices[c]) for c in sorted(choices)),
        columns([i for c in sorted(choices) for i in choices[c]]),
        embedding(weights["embedding.weight"].rows()),
    ]
    parts += [matrix(weights[name].rows()) for name in MATRICES]
    parts += [floats([sum(v) for v in zip(*(weights[n].values for n in names))]) for names in BIASES]
    return b"".join(parts)


def counts(*numbers):
    return struct.pack(f"<{len(numbers)}I", *numbers)


def columns(numbers, size=2):
    """All lowest bytes, then all next ones."""
    return b"".join(bytes(n >> 8 * i & 255 for n in numbers) for i in range(size))


def floats(values):
    return struct.pack(f"<{len(values)}f", *values)


def scaled(rows, steps):
    """Rows as whole numbers from -steps to steps, and a scale each."""
    scales = [max(map(abs, row)) / steps or 1.0 for row in rows]
    return scales, [[round(v / s) for v in row] for row, s in zip(rows, scales)]


def matrix(rows):
    scales, numbers = scaled(rows, 127)
    return floats(scales) + bytes(n & 255 for row in numbers for n in row)


def embedding(rows):
    scales, numbers = scaled(rows, 7)
    nibbles = [n + 8 for row in numbers for n in row]
    return columns([half(s) for s in scales]) + bytes(a << 4 | b for a, b in zip(nibbles[::2], nibbles[1::2]))


def half(value):
    """The upper half of the bits of a 32-bit float, rounded."""
    return min(struct.unpack("<I", struct.pack("<f", value))[0] + 0x8000 >> 16, 0xFFFF)
