"""Checks the vocoder's window, context and minimum frames, as voice.json states them.

    python models/baker/window_check.py

A window with `context` frames on each side must give the samples of the whole, and `min_frames` must be
the fewest frames that the reflect pads take. Needs the pack and onnxruntime.
"""

import sys

import numpy as np
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument, RuntimeException

from sentences import sentences
from voice import Voice

# f32 sums in another order, as a runtime may choose them for another length, differ by no more.
EXACT = 1e-6


def windowed(voice, mel, context):
    """The audio of `mel` made window by window; at the two ends there is as much context as there is mel."""
    window, hop = voice.manifest["stages"]["vocoder"]["window"], voice.manifest["hop"]
    length = mel.shape[2]
    parts = []
    for start in range(0, length, window):
        end = min(start + window, length)
        left, right = max(start - context, 0), min(end + context, length)
        audio = voice.audio(mel[:, :, left:right])
        parts.append(audio[(start - left) * hop : (end - left) * hop])
    return np.concatenate(parts)


def runs(voice, frames):
    """Whether the vocoder takes so few frames."""
    try:
        voice.audio(np.zeros((1, voice.manifest["mels"], frames), np.float32))
        return True
    except (InvalidArgument, RuntimeException):
        return False


def main():
    voice = Voice()
    stage = voice.manifest["stages"]["vocoder"]
    _, symbols = sentences("golden", voice.manifest["pinyin"])[-1]
    mel = voice.mel(voice.ids(symbols))[0]
    whole = voice.audio(mel)
    for context in range(18, stage["context"] + 1):
        difference = np.abs(windowed(voice, mel, context) - whole).max()
        print(f"{mel.shape[2]} frames in windows, context {context}: max difference {difference:.1e}")
    smallest = next(frames for frames in range(1, 64) if runs(voice, frames))
    print(f"fewest frames that run: {smallest}")
    return 0 if difference <= EXACT and smallest == stage["min_frames"] else 1


if __name__ == "__main__":
    sys.exit(main())
