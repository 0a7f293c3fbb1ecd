"""Measured F0 of synthesised speech."""

import numpy as np
import pyworld

# Wide around a female reading voice (150-400 Hz), narrow enough to keep octave errors rare.
FLOOR_HZ = 90.0
CEILING_HZ = 550.0


def f0_hz(audio, sample_rate, hop):
    """F0 of each frame, 0 where unvoiced; one value a hop."""
    period_ms = 1000.0 * hop / sample_rate
    samples = audio.astype(np.float64)
    rough, times = pyworld.dio(samples, sample_rate, FLOOR_HZ, CEILING_HZ, frame_period=period_ms)
    return pyworld.stonemask(samples, rough, times, sample_rate)[: len(audio) // hop]
