"""The nets of the acoustic model that run whole: encoder, pitch and energy, postnet."""

import math

import numpy as np

from . import storage
from .graph import Graph

TRACKS = ("sy", "tone", "syllable_flag", "word_segment")
TABLES = {
    "sy": "text_encoder.sy_emb.weight",
    "tone": "text_encoder.tone_emb.weight",
    "syllable_flag": "text_encoder.syllable_flag_emb.weight",
    "word_segment": "text_encoder.ws_emb.weight",
    "emotion": "emo_tokenizer.weight",
    "speaker": "spk_tokenizer.weight",
}


def positions(count, width):
    """Sinusoids [count, width] of positions 1..count: sines in the first half, cosines in the second."""
    half = width // 2
    rates = np.power(10000.0, -np.arange(half) / (half - 1))
    angles = np.arange(1, count + 1)[:, None] * rates
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def encoder(weights, config, mode):
    """`encoder.onnx`: ids of the six tracks -> text_hid, emo, spk."""
    graph = Graph("encoder", mode)
    for track in TABLES:
        graph.input(track, [1, "T"], "i64")
    x = _embedded(graph, weights, config)
    for layer in range(config.encoder_layers):
        x = _fft_layer(graph, weights, config, x, layer)
    x = graph.layer_norm("norm", x, *weights.norm("text_encoder.ling_enc.ln", config.encoder_width))
    projection = weights.take("text_encoder.ling_proj.weight", config.text, config.encoder_width)
    text = graph.turned("text_rows", graph.linear("projection", x, projection))
    graph.output(text, "text_hid", [1, None, config.text])
    for track, name, width in (("emotion", "emo", config.emotion), ("speaker", "spk", config.speaker)):
        graph.output(_lookup(graph, weights, config, track, width), name, [1, None, width])
    return graph.serialized()


def variance(weights, config, mode):
    """`variance.onnx`: text_hid, emo, spk -> pitch, energy, one number a symbol."""
    graph = Graph("variance", storage.gentler(mode))
    widths = {"text_hid": config.text, "emo": config.emotion, "spk": config.speaker}
    text, emo, spk = (graph.input(name, [1, "T", width]) for name, width in widths.items())
    x = graph.turned("columns", graph.op("Concat", "rows", text, spk, emo, axis=2))
    for name in ("pitch", "energy"):
        graph.output(_contour(graph, weights, config, x, name), name, [1, None])
    return graph.serialized()


def postnet(weights, config, mode):
    """`postnet.onnx`: the decoder's mel [1, L, mels] -> mel [1, L, mels]."""
    graph = Graph("postnet", mode)
    decoded = graph.turned("columns", graph.input("mel_dec", [1, "L", config.mels]))
    x = _fsmn(graph, weights, "mel_postnet", config.postnet_fsmn, decoded, config.mels)
    x = graph.lstm("lstm", x, [weights.lstm("mel_postnet.lstm", 0, config.postnet_fsmn.width, config.postnet_lstm)])
    x = graph.linear("out", x, *weights.linear("mel_postnet.fc", config.mels, config.postnet_lstm))
    graph.output(graph.turned("frames", graph.op("Add", "sum", x, decoded)), "mel", [1, None, config.mels])
    return graph.serialized()


def _lookup(graph, weights, config, track, width):
    table = weights.take(TABLES[track], config.table_sizes[track], width)
    return graph.op("Gather", f"{track}/rows", graph.weight(f"{track}/table", table), track, axis=0)


def _embedded(graph, weights, config):
    """Sum of the four tracks of the text and the position, [1, embedding, T]."""
    rows = [_lookup(graph, weights, config, track, config.embedding) for track in TRACKS]
    total = rows[0]
    for index, row in enumerate(rows[1:], 1):
        total = graph.op("Add", f"sum/{index}", total, row)
    gain = graph.exact("gain", np.float32(math.sqrt(config.encoder_width)))
    table = graph.weight("positions", positions(config.max_symbols, config.embedding))
    length = graph.op("Slice", "length", graph.op("Shape", "shape", "sy"), *_bounds(graph, "second", 1, 2))
    first = graph.constant("first", np.array([0], np.int64))
    place = graph.op("Slice", "place", table, first, length, graph.constant("axis", np.array([0], np.int64)))
    return graph.turned("embedded", graph.op("Add", "placed", graph.op("Mul", "scaled", total, gain), place))


def _bounds(graph, name, start, end):
    return [graph.constant(f"{name}/{key}", np.array([at], np.int64)) for key, at in (("from", start), ("to", end))]


def _fft_layer(graph, weights, config, x, layer):
    """Self-attention, then two convolutions, each over a normalised input and added to what came in."""
    name, source = f"layer{layer}", f"text_encoder.ling_enc.fft.{layer}"
    inputs = config.embedding if layer == 0 else config.encoder_width
    width, inner = config.encoder_width, config.encoder_inner
    normal = graph.layer_norm(f"{name}/norm", x, *weights.norm(f"{source}.slf_attn.layer_norm", inputs))
    qkv = weights.linear(f"{source}.slf_attn.w_qkv", 3 * width, inputs)
    attended = _attention(graph, f"{name}/attention", normal, qkv, config.encoder_heads)
    attended = graph.linear(f"{name}/attended", attended, *weights.linear(f"{source}.slf_attn.fc", width, width))
    # The first layer changes the width where the embedding is wider, and then nothing is carried past it.
    x = attended if inputs != width else graph.op("Add", f"{name}/carried", attended, x)
    normal = graph.layer_norm(f"{name}/ffn_norm", x, *weights.norm(f"{source}.pos_ffn.layer_norm", width))
    wide = graph.conv(f"{name}/wide", normal, *weights.conv(f"{source}.pos_ffn.w_1", inner, width, 3), pads=[1, 1])
    narrow = weights.conv(f"{source}.pos_ffn.w_2", width, inner, 1)
    return graph.op("Add", name, graph.conv(f"{name}/narrow", graph.op("Relu", f"{name}/relu", wide), *narrow), x)


def _attention(graph, name, x, qkv, heads):
    """Attention of every column to every other one, before its output projection."""
    width = qkv[0].shape[0] // 3
    size = width // heads
    parts = []
    for index, part in enumerate("qkv"):
        rows = slice(index * width, (index + 1) * width)
        whole = graph.linear(f"{name}/{part}", x, qkv[0][rows], qkv[1][rows])
        parts.append(graph.reshape(f"{name}/{part}_heads", whole, [heads, size, -1]))
    q, k, v = parts
    scores = graph.op("MatMul", f"{name}/products", graph.op("Transpose", f"{name}/q_rows", q, perm=[0, 2, 1]), k)
    scores = graph.op("Mul", f"{name}/scores", scores, graph.exact(f"{name}/scale", np.float32(size**-0.5)))
    shares = graph.op("Softmax", f"{name}/shares", scores, axis=2)
    turned = graph.op("Transpose", f"{name}/shares_turned", shares, perm=[0, 2, 1])
    return graph.reshape(name, graph.op("MatMul", f"{name}/mixed", v, turned), [1, width, -1])


def _fsmn(graph, weights, source, fsmn, x, inputs):
    """Feed-forward memory layers: c = W2 relu(W1 x); c + depthwise(c), and + x where the widths allow."""
    for layer in range(fsmn.layers):
        name, width = f"{source}/{layer}", fsmn.width
        inner = graph.conv(
            f"{name}/inner", x, *weights.conv(f"{source}.fsmn.ffn_lst.{layer}.w_1", fsmn.inner, inputs, 1)
        )
        narrow = weights.take(f"{source}.fsmn.ffn_lst.{layer}.w_2.weight", width, fsmn.inner, 1)
        context = graph.conv(f"{name}/context", graph.op("Relu", f"{name}/relu", inner), narrow)
        taps = weights.take(f"{source}.fsmn.memory_block_lst.{layer}.conv_dw.weight", width, 1, fsmn.taps)
        memory = graph.conv(f"{name}/memory", context, taps, pads=[fsmn.left, fsmn.right], group=width)
        total = graph.op("Add", f"{name}/sum", memory, context)
        x = total if inputs != width else graph.op("Add", f"{name}/carried", total, x)
        inputs = width
    return x


def _contour(graph, weights, config, x, name):
    source, fsmn, hidden = f"variance_adaptor.{name}_predictor", config.predictor_fsmn, config.predictor_lstm
    x = _fsmn(graph, weights, source, fsmn, x, config.condition)
    both = [weights.lstm(f"{source}.blstm", 0, fsmn.width, hidden, reverse) for reverse in (False, True)]
    x = graph.lstm(f"{name}/lstm", x, both)
    x = graph.linear(f"{name}/out", x, *weights.linear(f"{source}.fc", 1, 2 * hidden))
    return graph.reshape(f"{name}/row", x, [1, -1])
