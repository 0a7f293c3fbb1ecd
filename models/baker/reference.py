"""The original TFLite graphs run by LiteRT, an interpreter that shares nothing with the importer.

LiteRT has no FlexRandomUniform and rounds activations to int8, so a few named edits are made to the
flatbuffer first; the graph, its operators and its numbers stay those of the file.
"""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

Operator = schema.BuiltinOperator
Type = schema.TensorType
# The dropout's comparison of random numbers with 0.5, in the order (f0, energy).
DROPOUT_LAYERS = (b"dropout_55", b"dropout_56")


class Reference:
    """One edited TFLite file, run on arrays by input order."""

    def __init__(self, data):
        self._interpreter = Interpreter(
            model_content=data,
            num_threads=1,
            # The plain kernels: the delegate fuses and reorders.
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )

    def run(self, *values):
        """The outputs in the file's order."""
        inputs = self._interpreter.get_input_details()
        for detail, value in zip(inputs, values):
            self._interpreter.resize_tensor_input(detail["index"], value.shape)
        self._interpreter.allocate_tensors()
        for detail, value in zip(inputs, values):
            self._interpreter.set_tensor(detail["index"], value)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(d["index"]) for d in self._interpreter.get_output_details()]


class AcousticReference:
    """FastSpeech2 with the dropout's random numbers replaced by a mask.

    `float_activations`: int8 kernels written as the same numbers in f32, so that activations are not
    rounded to int8. Without it, the arithmetic is the original's.
    """

    def __init__(self, data, kept, float_activations):
        model = _Model(data)
        for layer, channels in zip(DROPOUT_LAYERS, kept):
            model.fix_dropout(layer, channels)
        if float_activations:
            model.widen_kernels()
        self._reference = Reference(model.packed())

    def run(self, ids):
        """mel [1,80,M], durations in frames [N], f0 [N], energy [N] of a list of symbol ids."""
        one = np.ones(1, np.float32)
        outputs = self._reference.run(np.array([ids], np.int32), np.zeros(1, np.int32), one, one, one)
        _, mel, durations, f0, energy = outputs
        return mel.transpose(0, 2, 1), durations[0], f0[0], energy[0]


class VocoderReference:
    """MB-MelGAN; `quantised_bands` keeps the original's rounding of the sub-bands to int8."""

    def __init__(self, data, quantised_bands=False):
        model = _Model(data)
        if not quantised_bands:
            model.bypass(Operator.QUANTIZE)
            model.bypass(Operator.DEQUANTIZE)
        self._reference = Reference(model.packed())

    def run(self, mel):
        """audio [300 M] of mel [1,80,M]."""
        return self._reference.run(np.ascontiguousarray(mel.transpose(0, 2, 1)))[0][0, :, 0]


class _Model:
    """A TFLite model open for edits."""

    def __init__(self, data):
        self._model = schema.ModelT.InitFromPackedBuf(data, 0)
        self._graph = self._model.subgraphs[0]

    def packed(self):
        builder = flatbuffers.Builder(1 << 24)
        builder.Finish(self._model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def fix_dropout(self, layer, kept):
        """Compares the mask (1 kept, 0 dropped) with 0.5 instead of random numbers."""
        for operator in self._of_kind(Operator.CUSTOM):
            if self._tensor(operator.outputs[0]).name.startswith(layer):
                mask = self._add_constant(kept.astype(np.float32).reshape(1, 1, -1))
                self._graph.operators.remove(operator)
                self._read_instead(operator.outputs[0], mask)

    def widen_kernels(self):
        for kind in (Operator.CONV_2D, Operator.FULLY_CONNECTED):
            for operator in self._of_kind(kind):
                self._widen(self._tensor(operator.inputs[1]))

    def bypass(self, kind):
        """Takes the operators of a kind out: who reads their output reads their input."""
        for operator in self._of_kind(kind):
            self._graph.operators.remove(operator)
            self._read_instead(operator.outputs[0], operator.inputs[0])
            self._as_float(self._tensor(operator.inputs[0]))

    def _widen(self, tensor):
        if tensor.type != Type.INT8:
            return
        buffer = self._model.buffers[tensor.buffer]
        steps = np.frombuffer(bytes(buffer.data), np.int8)
        values = steps.astype(np.float32) * np.float32(tensor.quantization.scale[0])
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self._as_float(tensor)

    @staticmethod
    def _as_float(tensor):
        tensor.type = Type.FLOAT32
        tensor.quantization = None

    def _of_kind(self, kind):
        return [o for o in list(self._graph.operators) if self._kind(o) == kind]

    def _kind(self, operator):
        code = self._model.operatorCodes[operator.opcodeIndex]
        return max(code.builtinCode, code.deprecatedBuiltinCode)

    def _tensor(self, index):
        return self._graph.tensors[index]

    def _read_instead(self, old, new):
        for operator in self._graph.operators:
            operator.inputs = [new if index == old else index for index in operator.inputs]

    def _add_constant(self, values):
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        tensor = schema.TensorT()
        tensor.name = b"mask"
        tensor.shape = list(values.shape)
        tensor.type = Type.FLOAT32
        tensor.buffer = len(self._model.buffers) - 1
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1
