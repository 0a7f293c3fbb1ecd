"""ONNX graphs over f32 weights that are stored in full, in 16 bits or in 8."""

import numpy as np
from onnx_graph import OnnxGraph

from . import storage


class Graph(OnnxGraph):
    """Stores each weight in the graph's storage."""

    LAYER_NORM_EPSILON = np.float32(1e-6)

    def __init__(self, name, mode="f32"):
        super().__init__(name)
        self._mode = mode

    def weight(self, name, values, axes=(0,)):
        """Stores a weight in the graph's storage and widens it to f32. `axes`: those of the output channels."""
        return super().weight(name, *storage.stored(values, self._mode, axes))

    def linear(self, name, x, weight, bias=None):
        """The same linear map, [out, in], of every column."""
        return self.conv(name, x, weight[:, :, None], bias)

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

    def turned(self, name, x):
        """[1, a, b] -> [1, b, a]."""
        return self.op("Transpose", name, x, perm=[0, 2, 1])


def _iofc(gates, hidden):
    """Rows in torch's order of gates (i, f, g, o) brought into that of ONNX (i, o, f, c)."""
    i, f, g, o = (gates[n * hidden : (n + 1) * hidden] for n in range(4))
    return np.concatenate([i, o, f, g])
