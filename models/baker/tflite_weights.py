"""Named weights of a TFLite file, as numpy arrays."""

import re
from dataclasses import dataclass
from typing import Optional

import numpy as np
from tflite import BuiltinOperator, Model, TensorType

DTYPES = {
    TensorType.FLOAT32: np.float32,
    TensorType.INT8: np.int8,
    TensorType.INT32: np.int32,
}
# What TensorFlow appends to a layer's name for its kernel, with a counter where the plain name was taken.
KERNEL = r"(conv1d|conv2d_transpose|Tensordot/MatMul)\d*"


@dataclass(frozen=True)
class Weight:
    """`values * scale`; int8 values carry the file's own per-tensor scale, f32 values have none."""

    values: np.ndarray
    scale: Optional[np.float32] = None

    def mapped(self, change):
        """The same weight with `change` applied to its values: a new layout, or some channels cleared."""
        return Weight(np.ascontiguousarray(change(self.values)), self.scale)

    def amplified(self, gain):
        """The same weight with a gain for each output channel (the first axis), f32, in its scale."""
        gain = gain.reshape(-1, *[1] * (self.values.ndim - 1))
        return Weight(self.values, (gain * (1 if self.scale is None else self.scale)).astype(np.float32))


def half(values):
    """f32 values stored in 16 bits."""
    return Weight(np.ascontiguousarray(values, dtype=np.float16))


class TfliteWeights:
    """The constants of a single-subgraph TFLite model, looked up by layer name."""

    def __init__(self, data):
        self._model = Model.GetRootAsModel(data, 0)
        self._graph = self._model.Subgraphs(0)
        self._constants = {}
        for index in range(self._graph.TensorsLength()):
            weight = self._constant(index)
            if weight is not None:
                self._constants[self._name(index)] = weight

    def named(self, name):
        """The constant of exactly this name; KeyError where there is none."""
        return self._constants[name]

    def kernel(self, layer):
        """The one multi-dimensional constant of a conv, transposed conv or dense layer."""
        wanted = re.compile(re.escape(layer) + "/" + KERNEL)
        found = [w for n, w in self._constants.items() if w.values.ndim > 1 and wanted.fullmatch(n)]
        if len(found) != 1:
            raise KeyError(f"{len(found)} kernels for layer {layer}")
        return found[0]

    def bias(self, layer):
        """The bias of a layer, as f32.

        Equal biases are stored once, under the first layer's name: the others are found by what
        their BiasAdd reads.
        """
        own = self._constants.get(f"{layer}/BiasAdd/ReadVariableOp/resource")
        return (own or self._added_at(f"{layer}/BiasAdd")).values

    def _added_at(self, output_name):
        for index in range(self._graph.OperatorsLength()):
            operator = self._graph.Operators(index)
            if self._code(operator) == BuiltinOperator.ADD and self._name(operator.Outputs(0)) == output_name:
                return self._constants[self._name(operator.Inputs(1))]
        raise KeyError(output_name)

    def _code(self, operator):
        code = self._model.OperatorCodes(operator.OpcodeIndex())
        return max(code.BuiltinCode(), code.DeprecatedBuiltinCode())

    def _name(self, index):
        return self._graph.Tensors(index).Name().decode()

    def _constant(self, index):
        tensor = self._graph.Tensors(index)
        data = self._model.Buffers(tensor.Buffer()).DataAsNumpy()
        if isinstance(data, int) or tensor.Type() not in DTYPES:
            return None
        shape = tensor.ShapeAsNumpy() if tensor.ShapeLength() else ()
        values = np.frombuffer(data.tobytes(), DTYPES[tensor.Type()]).reshape(shape)
        if values.dtype != np.int8:
            return Weight(values)
        return Weight(values, _scale(tensor.Quantization()))


def _scale(quantization):
    if quantization.ScaleLength() != 1 or quantization.ZeroPoint(0) != 0:
        raise ValueError("only symmetric per-tensor int8 weights are known here")
    return np.float32(quantization.Scale(0))
