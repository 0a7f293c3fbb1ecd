"""How weights are stored: in full, in 16 bits, or in 8 bits with a scale for each output channel."""

import numpy as np

from .errors import unsupported

MODES = ("f32", "f16", "int8")
INT8_MAX = 127


def stored(values, mode, axes=(0,)):
    """(array as stored, scale or None) of f32 `values`; `value = stored * scale`.

    The scale of int8 keeps the size of `axes` (those of the output channels) and is 1 along the others.
    """
    values = np.ascontiguousarray(values, np.float32)
    if mode == "f32":
        return values, None
    if mode == "f16":
        return _halved(values), None
    rest = tuple(axis for axis in range(values.ndim) if axis not in axes)
    peak = np.abs(values).max(axis=rest, keepdims=True)
    scale = (np.where(peak == 0, 1, peak) / INT8_MAX).astype(np.float32)
    return np.clip(np.rint(values / scale), -INT8_MAX, INT8_MAX).astype(np.int8), scale


def _halved(values):
    if values.size and np.abs(values).max() > np.finfo(np.float16).max:
        raise unsupported("a weight is beyond what 16 bits can hold (65,504): store the voice as f32")
    return values.astype(np.float16)


def widened(values, scale):
    """f32 numbers as the engine will see them."""
    wide = values.astype(np.float32)
    return wide if scale is None else wide * scale


def gentler(mode):
    """The mode for nets whose rounding a listener would hear as another rhythm or tune: never below f16."""
    return "f16" if mode == "int8" else mode
