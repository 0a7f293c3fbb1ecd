"""The nets of the fixture voices: arithmetic with the inputs and outputs of a `fastspeech2` voice.

Shapes are those of models/baker/fastspeech2.py and mbmelgan.py, but with 2 hidden channels: the loudness of a low and
of a high tone, which the mel and the vocoder hand through.
"""

import numpy as np
from onnx import TensorProto, helper

from onnx_graph import OnnxGraph

HIDDEN = 2
MELS = 80
HOP = 300
# Waves of the two tones in one hop, so that every frame starts in phase: 240 and 720 Hz at 24 kHz.
WAVES = (3, 9)
# One product of two such matrices takes a tenth of a second of wasm.
SLOW_SIZE = 1024
SLOW_PRODUCTS = 24
# Hours: each step of the scan is one product of two matrices.
ENDLESS_STEPS = 1_000_000
ENDLESS_SIZE = 256
# Layers of frames x frames that are held at once: 25 MiB for 160 frames (ten characters), 2.5 GiB for 1,600.
HUNGRY_LAYERS = 256


class Graph(OnnxGraph):
    """Writes one construct more than the importer needs."""

    def scan(self, name, state, items, body):
        """Runs `body` for each of `items` in turn; its first output is the next state. Returns the last state."""
        outputs = [f"{name}/{output.name}" for output in body.output]
        node = helper.make_node("Scan", [state, items], outputs, name=name, body=body, num_scan_inputs=1)
        self._nodes.append(node)
        return outputs[0]


def encoder(frames, loudness):
    """ids i64 [1,N], pos f32 [1,2,N] -> hidden f32 [1,2,N], dur, f0, energy f32 [1,N].

    `frames`: one length a symbol; `loudness`: [symbols, 2], of the two tones.
    """
    graph = Graph("encoder")
    ids = graph.input("ids", [1, "N"], "i64")
    pos = graph.input("pos", [1, HIDDEN, "N"])
    rows = graph.op("Gather", "rows", graph.constant("loudness", loudness), ids, axis=0)
    columns = graph.op("Transpose", "columns", rows, perm=[0, 2, 1])
    dur = graph.op("Gather", "lengths", graph.constant("frames", frames), ids, axis=0)
    flat = graph.op("Mul", "flat", dur, graph.constant("zero", np.float32(0)))
    graph.output(graph.op("Add", "embedding", columns, pos), "hidden", [1, HIDDEN, "N"])
    graph.output(dur, "dur", [1, "N"])
    graph.output(flat, "f0", [1, "N"])
    graph.output(flat, "energy", [1, "N"])
    return graph.serialized()


def variance():
    """hidden [1,2,N], f0 [1,N], energy [1,N] -> h [1,2,N]: louder by the energy, brighter by the pitch."""
    graph = Graph("variance")
    hidden = graph.input("hidden", [1, HIDDEN, "N"])
    one = graph.constant("one", np.float32(1))
    louder = graph.op("Add", "louder", _row(graph, "energy"), one)
    brightness = graph.op("Mul", "brightness", _row(graph, "f0"), _column(graph, "high", [0, 1]))
    brighter = graph.op("Add", "brighter", brightness, one)
    shaped = graph.op("Mul", "shaped", hidden, graph.op("Mul", "both", louder, brighter))
    graph.output(shaped, "h", [1, HIDDEN, "N"])
    return graph.serialized()


def decoder(load=None):
    """h [1,2,M], pos [1,2,M] -> mel [1,80,M]: half of the bands for each tone.

    `load` (graph, h) -> a scalar that costs something; next to nothing, it is added to the mel.
    """
    graph = Graph("decoder")
    h = graph.input("h", [1, HIDDEN, "M"])
    x = graph.op("Add", "embedding", h, graph.input("pos", [1, HIDDEN, "M"]))
    mel = graph.conv("bands", x, _bands()[:, :, None].astype(np.float16), None)
    if load:
        mel = graph.op("Add", "loaded", mel, load(graph, x))
    graph.output(mel, "mel", [1, MELS, "M"])
    return graph.serialized()


def vocoder(change=None):
    """mel [1,80,M] -> audio [1,1,300*M]: the two tones, as loud as their bands.

    `change` (graph, audio) -> another audio.
    """
    graph = Graph("vocoder")
    mel = graph.input("mel", [1, MELS, "M"])
    loudness = graph.conv("loudness", mel, (_bands().T[:, :, None] / (MELS / 2)).astype(np.float16), None)
    at = 2 * np.pi * np.arange(HOP) / HOP
    tones = np.stack([np.sin(waves * at) for waves in WAVES])[:, None, :]
    audio = graph.conv_transpose("tones", loudness, tones.astype(np.float16), None, HOP, [0, 0])
    graph.output(change(graph, audio) if change else audio, "audio", [1, 1, None])
    return graph.serialized()


def times(factor):
    """A change of the vocoder: every sample times `factor`."""
    return lambda graph, audio: graph.op("Mul", "changed", audio, graph.constant("factor", np.float32(factor)))


def slow(graph, x):
    """A load of the decoder: products of large matrices, the same for every length."""
    square = _matrix(graph, x, SLOW_SIZE)
    product = square
    for step in range(SLOW_PRODUCTS):
        product = graph.op("MatMul", f"product_{step}", product, square)
    return _nothing_of(graph, product)


def endless(graph, x):
    """A load of the decoder: one product after the other, for hours."""
    size = ENDLESS_SIZE
    before, after = (_float(name, [size, size]) for name in ("before", "after"))
    item, given = (_float(name, [1]) for name in ("item", "given"))
    nodes = [
        helper.make_node("MatMul", ["before", "before"], ["product"], name="product"),
        # tract refuses a scan whose items are not used.
        helper.make_node("Add", ["product", "item"], ["after"], name="step"),
        helper.make_node("Identity", ["item"], ["given"], name="same_item"),
    ]
    body = helper.make_graph(nodes, "body", [before, item], [after, given])
    shape = graph.constant("items_shape", np.array([ENDLESS_STEPS, 1], np.int64))
    mean = graph.op("ReduceMean", "item_mean", x, keepdims=0)
    items = graph.op("Expand", "items", graph.reshape("item", mean, [1, 1]), shape)
    return _nothing_of(graph, graph.scan("scan", _matrix(graph, x, size), items, body))


def hungry(graph, x):
    """A load of the decoder: layers of attention-like matrices that grow with the square of the length."""
    columns = graph.op("Transpose", "attention_columns", x, perm=[0, 2, 1])
    pairs = graph.op("MatMul", "attention", columns, x)
    gains = np.arange(HUNGRY_LAYERS, dtype=np.float32).reshape(-1, 1, 1)
    layers = graph.op("Mul", "layers", pairs, graph.constant("gains", gains))
    return _nothing_of(graph, graph.op("Softmax", "weights", layers, axis=-1))


def _bands():
    """[80, 2]: the first half of the bands for the low tone, the second for the high one."""
    return np.repeat(np.eye(2), MELS // 2, axis=0)


def _column(graph, name, values):
    return graph.constant(name, np.array(values, np.float32).reshape(1, -1, 1))


def _row(graph, name):
    """An input contour as [1,1,N]."""
    return graph.reshape(f"{name}/row", graph.input(name, [1, "N"]), [0, 1, -1])


def _float(name, shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _matrix(graph, x, size):
    """[size, size] of 1 / size, so that a product of two is like each, plus next to nothing of the input, so that it
    can't be computed beforehand."""
    mean = graph.op("ReduceMean", "mean", x, keepdims=0)
    tiny = graph.op("Mul", "tiny", mean, graph.constant("tiny_factor", np.float32(1e-9)))
    cell = graph.op("Add", "cell", tiny, graph.constant("cell_value", np.float32(1 / size)))
    shape = graph.constant("matrix_shape", np.array([size, size], np.int64))
    return graph.op("Expand", "matrix", graph.reshape("cell_matrix", cell, [1, 1]), shape)


def _nothing_of(graph, value):
    """A scalar that adds nothing to what is near 1, and that only the whole of `value` can give. A factor of 0 would
    let tract leave all of it out."""
    total = graph.op("ReduceMean", "load_mean", value, keepdims=0)
    return graph.op("Mul", "load_nothing", total, graph.constant("load_factor", np.float32(1e-20)))
