"""A small writer of ONNX graphs: channels-first layers over named weights."""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from tflite_weights import Weight

OPSET = 13
IR_VERSION = 8
DTYPES = {"f32": TensorProto.FLOAT, "i64": TensorProto.INT64}
LAYER_NORM_EPSILON = np.float32(1e-5)


class OnnxGraph:
    """Collects nodes and weights. Every method that adds a node returns the name of its output."""

    def __init__(self, name):
        self._name = name
        self._nodes = []
        self._weights = []
        self._inputs = []
        self._outputs = []

    def input(self, name, shape, dtype="f32"):
        """Declares an input; a string in `shape` names a symbolic length."""
        self._inputs.append(helper.make_tensor_value_info(name, DTYPES[dtype], shape))
        return name

    def output(self, value, name, shape):
        """Names a value as an output of the graph, f32; None in `shape` is a length left open."""
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

    def weight(self, name, weight, channel_gain=None):
        """Stores a weight in its own precision and widens it to f32: Cast, then Mul by the scale.

        `channel_gain` (f32, one per output channel) is folded into the scale.
        """
        scale = weight.scale
        if channel_gain is not None:
            gain = channel_gain.reshape(-1, *[1] * (weight.values.ndim - 1))
            scale = (gain * (1 if scale is None else scale)).astype(np.float32)
        stored = self.constant(f"{name}/stored", weight.values)
        if weight.values.dtype != np.float32:
            stored = self.op("Cast", f"{name}/cast", stored, to=TensorProto.FLOAT)
        if scale is None:
            return stored
        return self.op("Mul", f"{name}/wide", stored, self.constant(f"{name}/scale", scale))

    def conv(self, name, x, weight, bias, channel_gain=None, **attributes):
        """Conv1d. `weight`: [out, in, taps]; `bias`: [out], or None."""
        inputs = [x, self.weight(f"{name}/weight", weight, channel_gain)]
        if bias is not None:
            inputs.append(self.constant(f"{name}/bias", bias))
        return self.op("Conv", name, *inputs, **attributes)

    def conv_same(self, name, x, weight, bias, channel_gain=None):
        """Conv1d with odd taps and zero padding that keeps the length."""
        side = weight.values.shape[2] // 2
        return self.conv(name, x, weight, bias, channel_gain, pads=[side, side])

    def conv_transpose(self, name, x, weight, bias, stride, pads):
        """Transposed conv1d. `weight`: [in, out, taps]; `bias`: [out], or None."""
        inputs = [x, self.weight(f"{name}/weight", weight)]
        if bias is not None:
            inputs.append(self.constant(f"{name}/bias", bias))
        return self.op("ConvTranspose", name, *inputs, strides=[stride], pads=pads)

    def layer_norm(self, name, x, gain, shift):
        """LayerNorm over the channels of [1, C, length]."""
        mean = self.op("ReduceMean", f"{name}/mean", x, axes=[1], keepdims=1)
        centred = self.op("Sub", f"{name}/centred", x, mean)
        squared = self.op("Mul", f"{name}/squared", centred, centred)
        variance = self.op("ReduceMean", f"{name}/variance", squared, axes=[1], keepdims=1)
        epsilon = self.constant(f"{name}/epsilon", LAYER_NORM_EPSILON)
        floored = self.op("Add", f"{name}/floored", variance, epsilon)
        normal = self.op("Div", f"{name}/normal", centred, self.op("Sqrt", f"{name}/deviation", floored))
        gains = self.constant(f"{name}/gain", gain.reshape(1, -1, 1))
        shifts = self.constant(f"{name}/shift", shift.reshape(1, -1, 1))
        return self.op("Add", name, self.op("Mul", f"{name}/scaled", normal, gains), shifts)

    def mish(self, name, x):
        """x * tanh(softplus(x))."""
        soft = self.op("Softplus", f"{name}/softplus", x)
        return self.op("Mul", name, x, self.op("Tanh", f"{name}/tanh", soft))

    def reflect_pad(self, name, x, side):
        """Mirrors `side` columns of [1, C, length] at both ends; needs length > side."""
        pads = self.constant(f"{name}/pads", np.array([0, 0, side, 0, 0, side], np.int64))
        return self.op("Pad", name, x, pads, mode="reflect")

    def reshape(self, name, x, shape):
        """Reshape to a constant shape (0 copies a dimension, -1 infers one)."""
        return self.op("Reshape", name, x, self.constant(f"{name}/shape", np.array(shape, np.int64)))

    def serialized(self):
        """The checked model as bytes, the same for the same weights."""
        graph = helper.make_graph(self._nodes, self._name, self._inputs, self._outputs, self._weights)
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], producer_name="hanvox")
        model.ir_version = IR_VERSION
        checker.check_model(model)
        return model.SerializeToString(deterministic=True)


def half(values):
    """f32 values stored in 16 bits."""
    return Weight(np.ascontiguousarray(values, dtype=np.float16))
