"""The student as a voice pack, run by onnxruntime: an implementation beside the engine's, to listen to and compare."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from source import synthesize


class Voice:
    """A pack that `export.py` made."""

    def __init__(self, folder: Path):
        self.manifest = json.loads((folder / "voice.json").read_text())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.nets = {
            name: onnxruntime.InferenceSession(str(folder / stage["file"]), options, providers=["CPUExecutionProvider"])
            for name, stage in self.manifest["stages"].items()
        }
        self.styles = {
            speaker["name"]: np.array([speaker["style"]], np.float32) for speaker in self.manifest["speakers"]
        }

    def speak(self, symbols: str, speaker: str, speed: float = 1.0) -> np.ndarray:
        """Samples -1..1 at 24 kHz of symbols without the end marks; noise from torch's generator."""
        ids = [0, *(self.manifest["symbols"][symbol] for symbol in symbols), 0]
        style = self.styles[speaker]
        prosody, timbre, log_durations = self.nets["encoder"].run(None, {"ids": np.array([ids]), "style": style})
        durations = np.maximum(1, np.rint(np.expm1(log_durations[0]) / speed)).astype(int)
        x = prosody.repeat(durations, 2)
        f0, energy = self.nets["curves"].run(None, {"x": x, "style": style})
        feed = {"x": timbre.repeat(2 * durations, 2), "f0": f0, "energy": energy, "style": style}
        (spectra,) = self.nets["decoder"].run(None, feed)
        return synthesize(torch.tensor(spectra), torch.tensor(f0))[0].numpy()
