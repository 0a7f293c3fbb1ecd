"""A small writer of ONNX graphs over f32 weights; layers work on channels first, [1, channels, length]."""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from . import storage

OPSET = 13
IR_VERSION = 8
LAYER_NORM_EPSILON = np.float32(1e-6)
DTYPES = {"f32": TensorProto.FLOAT, "i64": TensorProto.INT64}


class Graph:
    """Collects nodes and weights. Every method that adds a node returns the name of its output."""

    def __init__(self, name, mode="f32"):
        self._name, self._mode = name, mode
        self._nodes, self._weights, self._inputs, self._outputs = [], [], [], []

    def input(self, name, shape, dtype="f32"):
        """Declares an input; a string in `shape` names a symbolic length."""
        self._inputs.append(helper.make_tensor_value_info(name, DTYPES[dtype], shape))
        return name

    def output(self, value, name, shape):
        """Names a value as an output, f32; None in `shape` is a length left open."""
        self._nodes.append(helper.make_node("Identity", [value], [name], name=name))
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def op(self, kind, name, *inputs, **attributes):
        """Adds one node with one output, called `name` like the node itself."""
        self._nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, name, values):
        """Stores an array as it is."""
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def exact(self, name, values):
        """Stores numbers in f32 whatever the storage: biases, norms."""
        return self.constant(name, np.asarray(values, np.float32))

    def weight(self, name, values, axes=(0,)):
        """Stores a weight in the graph's storage and widens it to f32. `axes`: those of the output channels."""
        values, scale = storage.stored(values, self._mode, axes)
        wide = self.constant(f"{name}/stored", values)
        if values.dtype != np.float32:
            wide = self.op("Cast", f"{name}/cast", wide, to=TensorProto.FLOAT)
        if scale is None:
            return wide
        return self.op("Mul", f"{name}/wide", wide, self.constant(f"{name}/scale", scale))

    def conv(self, name, x, weight, bias=None, **attributes):
        """Conv1d. `weight`: [out, in / groups, taps]; `bias`: [out], or None."""
        inputs = [x, self.weight(f"{name}/weight", weight)]
        if bias is not None:
            inputs.append(self.exact(f"{name}/bias", bias))
        return self.op("Conv", name, *inputs, **attributes)

    def linear(self, name, x, weight, bias=None):
        """The same linear map, [out, in], of every column."""
        return self.conv(name, x, weight[:, :, None], bias)

    def layer_norm(self, name, x, gain, shift):
        """LayerNorm over the channels."""
        mean = self.op("ReduceMean", f"{name}/mean", x, axes=[1], keepdims=1)
        centred = self.op("Sub", f"{name}/centred", x, mean)
        squared = self.op("Mul", f"{name}/squared", centred, centred)
        variance = self.op("ReduceMean", f"{name}/variance", squared, axes=[1], keepdims=1)
        floored = self.op("Add", f"{name}/floored", variance, self.exact(f"{name}/epsilon", LAYER_NORM_EPSILON))
        normal = self.op("Div", f"{name}/normal", centred, self.op("Sqrt", f"{name}/deviation", floored))
        scaled = self.op("Mul", f"{name}/scaled", normal, self.exact(f"{name}/gain", gain.reshape(1, -1, 1)))
        return self.op("Add", name, scaled, self.exact(f"{name}/shift", shift.reshape(1, -1, 1)))

    def lstm(self, name, x, directions):
        """LSTM over the columns: [1, in, length] -> [1, hidden * directions, length].

        `directions`: one or two (w_ih [4H, in], w_hh [4H, H], bias [4H]) with gates in the order i, f, g, o.
        """
        hidden = directions[0][1].shape[1]
        w_ih, w_hh, bias = (np.stack([_iofc(d[i], hidden) for d in directions]) for i in range(3))
        states = [
            self.op("Transpose", f"{name}/time_first", x, perm=[2, 0, 1]),
            self.weight(f"{name}/w_ih", w_ih, axes=(0, 1)),
            self.weight(f"{name}/w_hh", w_hh, axes=(0, 1)),
            self.exact(f"{name}/bias", np.concatenate([bias, np.zeros_like(bias)], axis=1)),
        ]
        direction = "bidirectional" if len(directions) == 2 else "forward"
        y = self.op("LSTM", f"{name}/y", *states, hidden_size=hidden, direction=direction)
        turned = self.op("Transpose", f"{name}/channel_first", y, perm=[2, 1, 3, 0])
        return self.reshape(name, turned, [1, hidden * len(directions), -1])

    def reshape(self, name, x, shape):
        """Reshape to a constant shape (0 copies a dimension, -1 infers one)."""
        return self.op("Reshape", name, x, self.constant(f"{name}/shape", np.array(shape, np.int64)))

    def turned(self, name, x):
        """[1, a, b] -> [1, b, a]."""
        return self.op("Transpose", name, x, perm=[0, 2, 1])

    def serialized(self):
        """The checked model as bytes, the same for the same weights."""
        graph = helper.make_graph(self._nodes, self._name, self._inputs, self._outputs, self._weights)
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], producer_name="hanvox")
        model.ir_version = IR_VERSION
        checker.check_model(model)
        return model.SerializeToString(deterministic=True)


def _iofc(gates, hidden):
    """Rows in torch's order of gates (i, f, g, o) brought into that of ONNX (i, o, f, c)."""
    i, f, g, o = (gates[n * hidden : (n + 1) * hidden] for n in range(4))
    return np.concatenate([i, o, f, g])
