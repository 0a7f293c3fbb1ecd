"""ONNX graphs over the weights of TFLite files."""

import sys
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[1]))

from onnx_graph import OnnxGraph  # noqa: E402


class TfliteGraph(OnnxGraph):
    """Takes each weight as a `Weight`."""

    def weight(self, name, weight):
        return super().weight(name, weight.values, weight.scale)

    def conv_same(self, name, x, weight, bias):
        """Conv1d with odd taps and zero padding that keeps the length."""
        side = weight.values.shape[2] // 2
        return self.conv(name, x, weight, bias, pads=[side, side])

    def mish(self, name, x):
        """x * tanh(softplus(x))."""
        soft = self.op("Softplus", f"{name}/softplus", x)
        return self.op("Mul", name, x, self.op("Tanh", f"{name}/tanh", soft))

    def reflect_pad(self, name, x, side):
        """Mirrors `side` columns of [1, C, length] at both ends; needs length > side."""
        pads = self.constant(f"{name}/pads", np.array([0, 0, side, 0, 0, side], np.int64))
        return self.op("Pad", name, x, pads, mode="reflect")
