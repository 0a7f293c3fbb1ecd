"""The step nets as ONNX over the tensors of `steps.safetensors`: twins of the engine's own code, for tests."""

import numpy as np

from .graph import Graph


def nets(named, config):
    """File name -> bytes. `named`: the f32 tensors that the engine reads."""
    return {
        "duration_step.onnx": _duration_step(named, config),
        "prepare.onnx": _prepare(named, config),
        "step.onnx": _step(named, config),
    }


def _row(graph, named, name, x, output=None):
    """y = W x + b of each row; x [rows, in]."""
    inputs = [
        x,
        graph.constant(f"{name}/weight", named[f"{name}.weight"]),
        graph.exact(f"{name}/bias", named[f"{name}.bias"]),
    ]
    return graph.op("Gemm", output or f"{name}/out", *inputs, transB=1)


def _relu_row(graph, named, name, x):
    return graph.op("Relu", f"{name}/relu", _row(graph, named, name, x))


def _duration_step(named, config):
    """y_prev, cond, h0, c0, h1, c1 -> log_duration and the states after it."""
    graph, hidden = Graph("duration_step"), config.duration_lstm
    x = graph.input("y_prev", [1, 1])
    cond = graph.input("cond", [1, config.condition])
    states = [(graph.input(f"h{layer}", [1, hidden]), graph.input(f"c{layer}", [1, hidden])) for layer in range(2)]
    for index in range(len(config.duration_prenet)):
        x = _relu_row(graph, named, f"duration.prenet.{index}", x)
    x = graph.op("Concat", "joined", x, cond, axis=1)
    after = []
    for layer, (h, c) in enumerate(states):
        x, cell = _lstm_cell(graph, named, f"duration.lstm.{layer}", x, h, c)
        after += [(f"h{layer}_out", x), (f"c{layer}_out", cell)]
    graph.output(_relu_row(graph, named, "duration.out", x), "log_duration", [1, 1])
    for name, value in after:
        graph.output(value, name, [1, hidden])
    return graph.serialized()


def _lstm_cell(graph, named, name, x, h, c):
    w_ih, w_hh = (graph.constant(f"{name}/{part}", named[f"{name}.{part}"]) for part in ("w_ih", "w_hh"))
    own = graph.op("Gemm", f"{name}/own", x, w_ih, graph.exact(f"{name}/bias", named[f"{name}.bias"]), transB=1)
    gates = graph.op("Add", f"{name}/gates", own, graph.op("Gemm", f"{name}/past", h, w_hh, transB=1))
    size = named[f"{name}.w_hh"].shape[1]
    i, f, g, o = (_columns(graph, f"{name}/{gate}", gates, n * size, (n + 1) * size) for n, gate in enumerate("ifgo"))
    i, f, o = (graph.op("Sigmoid", f"{gate}/open", gate) for gate in (i, f, o))
    kept = graph.op("Mul", f"{name}/kept", f, c)
    cell = graph.op("Add", f"{name}/cell", kept, graph.op("Mul", f"{name}/new", i, graph.op("Tanh", f"{g}/tanh", g)))
    return graph.op("Mul", f"{name}/h", o, graph.op("Tanh", f"{name}/cell_tanh", cell)), cell


def _columns(graph, name, x, start, end, axis=1):
    ends = (graph.constant(f"{name}/{key}", np.array([at], np.int64)) for key, at in zip("abc", (start, end, axis)))
    return graph.op("Slice", name, x, *ends)


def _prepare(named, config):
    """memory [1, M, D] -> keys and values of every layer [layers, M, width]."""
    graph, width = Graph("prepare"), config.decoder_width
    memory = graph.reshape("rows", graph.input("memory", [1, "M", config.memory]), [-1, config.memory])
    keys, values = [], []
    for layer in range(config.decoder_layers):
        both = _row(graph, named, f"decoder.{layer}.h_kv", memory)
        for kind, found, start in (("k", keys, 0), ("v", values, width)):
            found.append(
                _lifted(graph, f"{layer}/{kind}", _columns(graph, f"{layer}/{kind}/row", both, start, start + width))
            )
    graph.output(graph.op("Concat", "all_keys", *keys, axis=0), "h_keys", [config.decoder_layers, None, width])
    graph.output(graph.op("Concat", "all_values", *values, axis=0), "h_values", [config.decoder_layers, None, width])
    return graph.serialized()


def _lifted(graph, name, rows):
    """[n, width] -> [1, n, width]."""
    return graph.op("Unsqueeze", name, rows, graph.constant(f"{name}/axis", np.array([0], np.int64)))


def _step(named, config):
    """The frame before and this step's memory, with the keys in reach -> three frames and this step's key."""
    graph, width, layers = Graph("step"), config.decoder_width, config.decoder_layers
    x = graph.input("frame", [1, config.prenet_in])
    memory = graph.input("memory", [1, config.memory])
    x_keys, x_values = (graph.input(f"x_{kind}", [layers, "B", width]) for kind in ("keys", "values"))
    h_keys, h_values = (graph.input(f"h_{kind}", [layers, "W", width]) for kind in ("keys", "values"))
    last = len(config.decoder_prenet)
    for index in range(last):
        x = _relu_row(graph, named, f"decoder.prenet.{index}", x)
    x = _row(graph, named, f"decoder.prenet.{last}", x)
    x = _row(graph, named, "decoder.in", graph.op("Concat", "joined", memory, x, axis=1))
    keys, values = [], []
    for layer in range(layers):
        sources = [
            _columns(graph, f"{layer}/{name}", name, layer, layer + 1, 0)
            for name in (x_keys, x_values, h_keys, h_values)
        ]
        x, key, value = _layer(graph, named, config, layer, x, sources)
        keys.append(key)
        values.append(value)
    x = _norm(graph, named, "decoder.norm", x)
    graph.output(_row(graph, named, "decoder.out", x), "frames", [1, config.frames_per_step * config.mels])
    graph.output(graph.op("Concat", "all_keys", *keys, axis=0), "new_keys", [layers, 1, width])
    graph.output(graph.op("Concat", "all_values", *values, axis=0), "new_values", [layers, 1, width])
    return graph.serialized()


def _norm(graph, named, name, x):
    """LayerNorm of a row, by way of columns."""
    column = graph.op("Unsqueeze", f"{name}/column", x, graph.constant(f"{name}/axis", np.array([2], np.int64)))
    normal = graph.layer_norm(f"{name}/normal", column, named[f"{name}.weight"], named[f"{name}.bias"])
    return graph.reshape(f"{name}/row", normal, [1, -1])


def _layer(graph, named, config, layer, x, sources):
    name, width = f"decoder.{layer}", config.decoder_width
    x_keys, x_values, h_keys, h_values = sources
    qkv = _row(graph, named, f"{name}.x_qkv", _norm(graph, named, f"{name}.norm", x))
    q, key, value = (
        _columns(graph, f"{name}/{part}", qkv, n * width, (n + 1) * width) for n, part in enumerate("qkv")
    )
    key, value = _lifted(graph, f"{name}/key", key), _lifted(graph, f"{name}/value", value)
    own_keys = graph.op("Concat", f"{name}/own_keys", x_keys, key, axis=1)
    own_values = graph.op("Concat", f"{name}/own_values", x_values, value, axis=1)
    own = _attended(graph, f"{name}/own", q, own_keys, own_values, config.decoder_heads, width)
    far = _attended(graph, f"{name}/far", q, h_keys, h_values, config.decoder_heads, width)
    both = graph.op(
        "Add", f"{name}/both", _row(graph, named, f"{name}.x_out", own), _row(graph, named, f"{name}.h_out", far)
    )
    x = graph.op("Add", f"{name}/attended", both, x)
    wide = _relu_row(graph, named, f"{name}.ffn.0", _norm(graph, named, f"{name}.ffn_norm", x))
    return graph.op("Add", name, _row(graph, named, f"{name}.ffn.1", wide), x), key, value


def _attended(graph, name, q, keys, values, heads, width):
    """One query [1, width] over keys [1, n, width]."""
    size = width // heads
    query = graph.reshape(f"{name}/query", q, [heads, 1, size])
    split = []
    for part, rows in (("keys", keys), ("values", values)):
        shaped = graph.reshape(f"{name}/{part}_heads", rows, [-1, heads, size])
        split.append(graph.op("Transpose", f"{name}/{part}", shaped, perm=[1, 2, 0] if part == "keys" else [1, 0, 2]))
    scores = graph.op(
        "Mul",
        f"{name}/scores",
        graph.op("MatMul", f"{name}/products", query, split[0]),
        graph.exact(f"{name}/scale", np.float32(size**-0.5)),
    )
    shares = graph.op("Softmax", f"{name}/shares", scores, axis=2)
    return graph.reshape(name, graph.op("MatMul", f"{name}/mixed", shares, split[1]), [1, width])
