"""A small writer of ONNX graphs: layers over named weights, channels first, [1, channels, length]."""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

OPSET = 13
IR_VERSION = 8
DTYPES = {"f32": TensorProto.FLOAT, "i64": TensorProto.INT64}


class OnnxGraph:
    """Collects nodes and weights. Every method that adds a node returns the name of its output."""

    LAYER_NORM_EPSILON = np.float32(1e-5)

    def __init__(self, name):
        self._name = name
        self._nodes, self._weights, self._inputs, self._outputs = [], [], [], []

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

    def exact(self, name, values):
        """Stores numbers in f32 whatever the storage: biases, norms."""
        return self.constant(name, np.asarray(values, np.float32))

    def weight(self, name, values, scale=None):
        """Stores an array in its own precision and widens it to f32: Cast, then Mul by the scale."""
        wide = self.constant(f"{name}/stored", values)
        if values.dtype != np.float32:
            wide = self.op("Cast", f"{name}/cast", wide, to=TensorProto.FLOAT)
        if scale is None:
            return wide
        return self.op("Mul", f"{name}/wide", wide, self.constant(f"{name}/scale", scale))

    def conv(self, name, x, weight, bias=None, **attributes):
        """Conv1d. `weight`: [out, in / groups, taps], as `weight()` takes it; `bias`: [out], or None."""
        return self._convolved("Conv", name, x, weight, bias, attributes)

    def conv_transpose(self, name, x, weight, bias, stride, pads):
        """Transposed conv1d. `weight`: [in, out, taps], as `weight()` takes it; `bias`: [out], or None."""
        return self._convolved("ConvTranspose", name, x, weight, bias, {"strides": [stride], "pads": pads})

    def _convolved(self, kind, name, x, weight, bias, attributes):
        inputs = [x, self.weight(f"{name}/weight", weight)]
        if bias is not None:
            inputs.append(self.exact(f"{name}/bias", bias))
        return self.op(kind, name, *inputs, **attributes)

    def layer_norm(self, name, x, gain, shift):
        """LayerNorm over the channels."""
        mean = self.op("ReduceMean", f"{name}/mean", x, axes=[1], keepdims=1)
        centred = self.op("Sub", f"{name}/centred", x, mean)
        squared = self.op("Mul", f"{name}/squared", centred, centred)
        variance = self.op("ReduceMean", f"{name}/variance", squared, axes=[1], keepdims=1)
        floored = self.op("Add", f"{name}/floored", variance, self.exact(f"{name}/epsilon", self.LAYER_NORM_EPSILON))
        normal = self.op("Div", f"{name}/normal", centred, self.op("Sqrt", f"{name}/deviation", floored))
        scaled = self.op("Mul", f"{name}/scaled", normal, self.exact(f"{name}/gain", gain.reshape(1, -1, 1)))
        return self.op("Add", name, scaled, self.exact(f"{name}/shift", shift.reshape(1, -1, 1)))

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
