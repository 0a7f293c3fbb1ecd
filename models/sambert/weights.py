"""The weights of one net, taken by name with the shape that the configuration asks for."""

import numpy as np

from .checkpoint import Tensor
from .errors import corrupt, unsupported


class Weights:
    """`entries`: name -> Tensor, or what the checkpoint has in its place. `label` names the net in errors."""

    def __init__(self, entries, label):
        if not isinstance(entries, dict):
            raise corrupt(f"{label}: the checkpoint holds no state dict")
        self._entries, self._label = entries, label
        self._taken = set()

    def take(self, name, *shape):
        """The tensor in f32. `voice-corrupt` where it is absent, of another shape, or not of finite numbers."""
        entry = self._entries.get(name)
        if not isinstance(entry, Tensor):
            raise corrupt(f"{self._label}: the checkpoint has no tensor {name}")
        if entry.shape != shape:
            raise corrupt(
                f"{self._label}: {name} is {list(entry.shape)} where the configuration asks for {list(shape)}"
            )
        values = entry.values().astype(np.float32)
        if not np.isfinite(values).all():
            raise corrupt(f"{self._label}: {name} holds numbers that are not finite")
        self._taken.add(name)
        return values

    def linear(self, name, rows, cols):
        """weight [rows, cols] and bias [rows]."""
        return self.take(f"{name}.weight", rows, cols), self.take(f"{name}.bias", rows)

    def conv(self, name, out, channels, taps):
        """weight [out, channels, taps] and bias [out]."""
        return self.take(f"{name}.weight", out, channels, taps), self.take(f"{name}.bias", out)

    def norm(self, name, size):
        """gain and shift of a LayerNorm."""
        return self.take(f"{name}.weight", size), self.take(f"{name}.bias", size)

    def lstm(self, name, layer, inputs, hidden, reverse=False):
        """w_ih [4H, in], w_hh [4H, H] and the sum of both biases [4H], gates in the order i, f, g, o."""
        end = f"_l{layer}{'_reverse' if reverse else ''}"
        w_ih = self.take(f"{name}.weight_ih{end}", 4 * hidden, inputs)
        w_hh = self.take(f"{name}.weight_hh{end}", 4 * hidden, hidden)
        bias = self.take(f"{name}.bias_ih{end}", 4 * hidden) + self.take(f"{name}.bias_hh{end}", 4 * hidden)
        return w_ih, w_hh, bias

    def refuse_the_rest(self, *known_buffers):
        """`voice-unsupported` if a tensor was left over: the net has a part that nothing here computes."""
        for name in self._entries:
            if name not in self._taken and not name.endswith(known_buffers):
                raise unsupported(
                    f"{self._label}: the checkpoint has a tensor {name} that this importer doesn't know"
                )
