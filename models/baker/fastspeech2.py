"""FastSpeech2 as three ONNX graphs (encoder, variance, decoder), split where the host shapes the prosody.

Layer names are those of the TFLite file. All graphs are channels-first: [1, channels, length].
"""

import numpy as np

from dropout_mask import ENERGY_CHANNELS, F0_CHANNELS
from tflite_graph import TfliteGraph

HIDDEN = 256
HEADS = 2
HEAD_SIZE = 16
LAYERS = 3
MELS = 80
POSTNET_CONVS = 5
# Dropout 0.5 of the original doubles what it keeps.
DROPOUT_GAIN = np.float32(2)


def build_encoder(source):
    """ids i64 [1,N], pos f32 [1,256,N] -> hidden [1,256,N], dur, f0, energy [1,N]."""
    graph = TfliteGraph("encoder")
    ids = graph.input("ids", [1, "N"], "i64")
    pos = graph.input("pos", [1, HIDDEN, "N"])
    table = graph.weight("embedding/table", source.named("embeddings/Gather/resource"))
    rows = graph.op("Gather", "embedding/rows", table, ids, axis=0)
    x = graph.op("Add", "embedding", graph.op("Transpose", "embedding/columns", rows, perm=[0, 2, 1]), pos)
    hidden = _layers(graph, source, "encoder", x)
    graph.output(hidden, "hidden", [1, HIDDEN, "N"])
    graph.output(_duration(graph, source, hidden), "dur", [1, "N"])
    graph.output(_predictor(graph, source, "f0_predictor", 6, 5, hidden), "f0", [1, "N"])
    graph.output(_predictor(graph, source, "energy_predictor", 7, 6, hidden), "energy", [1, "N"])
    return graph.serialized()


def build_variance(source):
    """hidden [1,256,N], f0 [1,N], energy [1,N] -> h [1,256,N]: the contours embedded and added."""
    graph = TfliteGraph("variance")
    hidden = graph.input("hidden", [1, HIDDEN, "N"])
    f0 = _contour_embedding(graph, source, "f0", F0_CHANNELS)
    energy = _contour_embedding(graph, source, "energy", ENERGY_CHANNELS)
    both = graph.op("Add", "contours", f0, energy)
    graph.output(graph.op("Add", "sum", hidden, both), "h", [1, HIDDEN, "N"])
    return graph.serialized()


def build_decoder(source):
    """h [1,256,M], pos [1,256,M] -> mel [1,80,M]."""
    graph = TfliteGraph("decoder")
    h = graph.input("h", [1, HIDDEN, "M"])
    pos = graph.input("pos", [1, HIDDEN, "M"])
    hidden = _layers(graph, source, "decoder", graph.op("Add", "embedding", h, pos))
    before = _dense(graph, source, "mel_before", hidden)
    mel = graph.op("Add", "sum", before, _postnet(graph, source, before))
    graph.output(mel, "mel", [1, MELS, "M"])
    return graph.serialized()


def position_table(source):
    """The table both halves add: row r for position r (the first symbol or frame has position 1)."""
    return source.named("embeddings/position_embeddings/Gather/resource")


def _layers(graph, source, part, x):
    for layer in range(LAYERS):
        name = f"{part}/layer_._{layer}"
        x = _attention_block(graph, source, name, x)
        x = _feed_forward(graph, source, name, x)
    return x


def _attention_block(graph, source, layer, x):
    context = _self_attention(graph, source, f"{layer}/attention/self", x)
    projected = _dense(graph, source, f"{layer}/attention/output/dense", context)
    added = graph.op("Add", f"{layer}/attention/output/add", projected, x)
    return _norm(graph, source, f"{layer}/attention/output/LayerNorm", added)


def _self_attention(graph, source, name, x):
    query, key, value = (_heads(graph, source, f"{name}/{part}", x) for part in ("query", "key", "value"))
    rows = graph.op("Transpose", f"{name}/query/rows", query, perm=[0, 1, 3, 2])
    raw = graph.op("MatMul", f"{name}/raw", rows, key)
    root = graph.constant(f"{name}/root", np.float32(HEAD_SIZE**-0.5))
    weights = graph.op("Softmax", f"{name}/softmax", graph.op("Mul", f"{name}/scores", raw, root), axis=-1)
    columns = graph.op("Transpose", f"{name}/softmax/columns", weights, perm=[0, 1, 3, 2])
    context = graph.op("MatMul", f"{name}/context", value, columns)
    return graph.reshape(f"{name}/joined", context, [0, HEADS * HEAD_SIZE, -1])


def _heads(graph, source, name, x):
    return graph.reshape(f"{name}/heads", _dense(graph, source, name, x), [0, HEADS, HEAD_SIZE, -1])


def _feed_forward(graph, source, layer, x):
    wide = graph.mish(f"{layer}/intermediate/mish", _conv(graph, source, f"{layer}/intermediate/conv1d_1", x))
    narrow = _conv(graph, source, f"{layer}/intermediate/conv1d_2", wide)
    added = graph.op("Add", f"{layer}/output/add", narrow, x)
    return _norm(graph, source, f"{layer}/output/LayerNorm", added)


def _predictor(graph, source, name, block, dense, x):
    for step in range(2):
        conv = _conv(graph, source, f"{name}/sequential_{block}/conv_._{step}", x)
        active = graph.op("Relu", f"{name}/relu_{step}", conv)
        x = _norm(graph, source, f"{name}/sequential_{block}/LayerNorm_._{step}", active)
    row = _dense(graph, source, f"{name}/dense_{dense}", x)
    return graph.reshape(f"{name}/row", row, [0, -1])


def _duration(graph, source, hidden):
    """The net predicts log(frames + 1); negative frames become 0. The host scales and rounds."""
    logarithm = _predictor(graph, source, "duration_predictor", 8, 7, hidden)
    one = graph.constant("duration/one", np.float32(1))
    frames = graph.op("Sub", "duration/frames", graph.op("Exp", "duration/exp", logarithm), one)
    return graph.op("Relu", "duration/positive", frames)


def _contour_embedding(graph, source, contour, kept):
    """Conv of one contour into the hidden channels, with the fixed dropout mask baked in."""
    name = f"{contour}_embeddings"
    x = graph.reshape(f"{name}/column", graph.input(contour, [1, "N"]), [0, 1, -1])
    gain = DROPOUT_GAIN * kept.astype(np.float32)
    weight = _conv_weight(source, name).amplified(gain)
    return graph.conv_same(name, x, weight, source.bias(name) * gain)


def _postnet(graph, source, x):
    for step in range(POSTNET_CONVS):
        gain = source.named(f"postnet/batch_norm_._{step}/batchnorm/mul").values
        shift = source.named(f"postnet/batch_norm_._{step}/batchnorm/sub").values
        name = f"postnet/conv_._{step}"
        weight = _conv_weight(source, name).amplified(gain)
        x = graph.conv_same(name, x, weight, source.bias(name) * gain + shift)
        if step < POSTNET_CONVS - 1:
            x = graph.op("Tanh", f"{name}/tanh", x)
    return x


def _conv(graph, source, name, x):
    return graph.conv_same(name, x, _conv_weight(source, name), source.bias(name))


def _conv_weight(source, name):
    """[out, 1, taps, in] of the file as [out, in, taps]."""
    return source.kernel(name).mapped(lambda w: w[:, 0].transpose(0, 2, 1))


def _dense(graph, source, name, x):
    """A dense layer over channels is a conv with one tap."""
    weight = source.kernel(name).mapped(lambda w: w[:, :, None])
    return graph.conv_same(name, x, weight, source.bias(name))


def _norm(graph, source, name, x):
    gain = source.named(f"{name}/batchnorm/mul/ReadVariableOp/resource").values
    shift = source.named(f"{name}/batchnorm/ReadVariableOp/resource").values
    return graph.layer_norm(name, x, gain, shift)
