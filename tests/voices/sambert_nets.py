"""The nets of the fixture voice of the kind `sambert`: arithmetic with the inputs and outputs that its manifest tells.

A symbol's text is the loudness of a low and of a high tone, its emotion is what that adds to them. The decoder hands
both through: its attention and its inner layers are zero, and two large numbers of opposite sign beside them keep its
last norm all but linear.
"""

import numpy as np

import nets
from nets import HIDDEN, MELS, Graph
from sambert import tensor_file

EMOTION = 2
SPEAKER = 1
FRAMES_PER_STEP = 3
WIDTH = FRAMES_PER_STEP * HIDDEN + 2
# Loudness 1 in the text: well above the sines of the places in a symbol, which are added to it.
TEXT = 20.0
BALLAST = 256.0
FRAMES_OF_A_SYMBOL = 5
TAPS = 9

GEOMETRY = {
    "text": HIDDEN,
    "emotion": EMOTION,
    "speaker": SPEAKER,
    "frames_per_step": FRAMES_PER_STEP,
    "prenet_in": MELS,
    "decoder": {"width": WIDTH, "heads": 1, "layers": 1},
    "postnet": {"left": 0, "right": 0},
}


def encoder(tables):
    """The ids of six fields i64 [1,T] -> text f32 [1,T,2], emotion f32 [1,T,2], speaker f32 [1,T,1]."""
    graph = Graph("encoder")
    fields = {field: _looked_up(graph, field, len(names)) for field, names in tables.items()}
    text = fields["sy"]
    for field in ("tone", "syllable_flag", "word_segment"):
        text = graph.op("Add", f"{field}/sum", text, fields[field])
    graph.output(text, "text_hid", [1, "T", HIDDEN])
    graph.output(fields["emotion"], "emo", [1, "T", EMOTION])
    graph.output(fields["speaker"], "spk", [1, "T", SPEAKER])
    return graph.serialized()


def _looked_up(graph, field, count):
    rows = graph.constant(f"{field}/rows", _rows(field, count))
    return graph.op("Gather", f"{field}/row", rows, graph.input(field, [1, "T"], "i64"))


def _rows(field, count):
    """[count, width] of a field: a tone of its own for each phone, and what each emotion adds."""
    index = np.arange(count)
    if field == "sy":
        high = index % 16 / 64
        return np.stack([0.3 - high, high], axis=1).astype(np.float32) * TEXT
    if field == "emotion":
        return np.stack([-0.01 * index, 0.01 * (index % 3)], axis=1).astype(np.float32)
    return np.zeros([count, SPEAKER if field == "speaker" else HIDDEN], np.float32)


def variance():
    """text, emotion, speaker of the symbols -> pitch, energy f32 [1,T]: as the voice's own everywhere."""
    graph = Graph("variance")
    parts = [("text_hid", HIDDEN), ("emo", EMOTION), ("spk", SPEAKER)]
    inputs = [graph.input(name, [1, "T", width]) for name, width in parts]
    whole = graph.op("Concat", "all", *inputs, axis=2)
    total = graph.op("ReduceMean", "mean", whole, axes=[2], keepdims=0)
    flat = graph.op("Mul", "flat", total, graph.constant("zero", np.float32(0)))
    graph.output(flat, "pitch", [1, "T"])
    graph.output(flat, "energy", [1, "T"])
    return graph.serialized()


def postnet():
    """mel f32 [1,L,80] -> the same."""
    graph = Graph("postnet")
    mel = graph.input("mel_dec", [1, "L", MELS])
    graph.output(graph.op("Mul", "same", mel, graph.constant("one", np.float32(1))), "mel", [1, "L", MELS])
    return graph.serialized()


def vocoder():
    """mel f32 [1,80,N] -> audio f32 [1,1,300*N]."""
    return nets.vocoder()


def steps():
    """The weights of what runs step by step, as bytes."""
    condition = HIDDEN + SPEAKER + EMOTION
    memory = FRAMES_PER_STEP * HIDDEN + SPEAKER + EMOTION
    values = {
        "pitch_emb": (_middle([0, TEXT / 8]), np.zeros(HIDDEN)),
        "energy_emb": (_middle([TEXT / 8, TEXT / 8]), np.zeros(HIDDEN)),
        **{f"duration.prenet.{i}": _zeros(1, 1) for i in range(2)},
        "duration.out": (np.zeros([1, 1]), np.log([FRAMES_OF_A_SYMBOL + 1])),
        **{f"decoder.prenet.{i}": _zeros(1, width) for i, width in enumerate([MELS, 1, 1])},
        "decoder.in": _input(memory + 1),
        "decoder.0.norm": (np.ones(WIDTH), np.zeros(WIDTH)),
        "decoder.0.x_qkv": _zeros(3 * WIDTH, WIDTH),
        "decoder.0.h_kv": _zeros(2 * WIDTH, memory),
        "decoder.0.x_out": _zeros(WIDTH, WIDTH),
        "decoder.0.h_out": _zeros(WIDTH, WIDTH),
        "decoder.0.ffn_norm": (np.ones(WIDTH), np.zeros(WIDTH)),
        "decoder.0.ffn.0": _zeros(1, WIDTH),
        "decoder.0.ffn.1": _zeros(WIDTH, 1),
        "decoder.norm": (np.ones(WIDTH), np.zeros(WIDTH)),
        "decoder.out": _output(),
    }
    entries = {f"{name}.{part}": pair[i] for name, pair in values.items() for i, part in enumerate(("weight", "bias"))}
    for i, inputs in enumerate([1 + condition, 1]):
        lstm = {"w_ih": np.zeros([4, inputs]), "w_hh": np.zeros([4, 1]), "bias": np.zeros(4)}
        entries |= {f"duration.lstm.{i}.{part}": array for part, array in lstm.items()}
    return tensor_file.serialized({name: np.asarray(array, np.float32) for name, array in entries.items()})


def _middle(weights):
    """Taps [2, 9] that see their own symbol alone."""
    taps = np.zeros([HIDDEN, TAPS])
    taps[:, TAPS // 2] = weights
    return taps


def _zeros(outputs, inputs):
    return np.zeros([outputs, inputs]), np.zeros(outputs)


def _input(inputs):
    """The text of each frame plus the emotion, and the ballast, which takes their sum back."""
    weight = np.zeros([WIDTH, inputs])
    sounding = WIDTH - 2
    weight[:sounding, :sounding] = np.eye(sounding)
    emotion = sounding + SPEAKER
    for row in range(sounding):
        weight[row, emotion + row % HIDDEN] = TEXT
    weight[sounding:] = -weight[:sounding].sum(axis=0) / 2
    return weight, np.array([0.0] * sounding + [BALLAST, -BALLAST])


def _output():
    """Half of the bands of each frame for each of its tones."""
    deviation = BALLAST * np.sqrt(2 / WIDTH)
    weight = np.zeros([FRAMES_PER_STEP * MELS, WIDTH])
    for frame in range(FRAMES_PER_STEP):
        for tone in range(HIDDEN):
            start = frame * MELS + tone * MELS // 2
            weight[start : start + MELS // 2, frame * HIDDEN + tone] = deviation / TEXT
    return weight, np.zeros(FRAMES_PER_STEP * MELS)
