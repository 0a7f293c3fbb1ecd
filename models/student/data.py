"""What the teacher said, read from the files that `speak.py` wrote."""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nets import HOP, style_of

# Every so many files are held out.
HELD_OUT_EVERY = 20
# Of the teacher, at 80 Hz: 2 s. It says shorter texts badly: a recogniser understands 20 of 40 single words as qing. What
# the nets make of short texts after sentences alone is better understood (28 of 40).
FEWEST_FRAMES = 160


@dataclass
class Utterance:
    """One text as one voice says it."""

    voice: int
    ids: Tensor
    """[L], the end marks included."""
    durations: Tensor
    """[L] frames at 40 Hz."""
    f0: Tensor
    """[F] Hz at 80 Hz."""
    energy: Tensor
    """[F]."""
    audio: np.ndarray | None
    """[F * HOP] 16-bit samples, where the generator was run."""

    @property
    def frames(self) -> int:
        """At 80 Hz."""
        return len(self.f0)


class Corpus:
    """The utterances of a folder. `refresh` reads what has been added since, so that training can begin before the
    teacher has finished."""

    def __init__(self, folder: Path, with_audio: bool):
        self.folder, self.with_audio = folder, with_audio
        self.training: list[Utterance] = []
        self.held_out: list[Utterance] = []
        self.seen: set[Path] = set()
        self.refresh()

    def refresh(self) -> None:
        for path in sorted(self.folder.glob("*/*.npz")):
            if path in self.seen:
                continue
            self.seen.add(path)
            with np.load(path) as stored:
                if self.with_audio and "audio" not in stored:
                    continue
                one = utterance(stored, self.with_audio)
                is_rehearsed = "rehearsed" in stored
            if one.frames < FEWEST_FRAMES and not is_rehearsed:
                continue
            number = int(path.stem)
            (self.held_out if number % HELD_OUT_EVERY == 7 else self.training).append(one)


def utterance(stored, with_audio: bool) -> Utterance:
    tensor = lambda name, dtype: torch.tensor(stored[name].astype(dtype))
    audio = stored["audio"] if with_audio else None
    return Utterance(
        int(stored["voice"]), tensor("ids", np.int64), tensor("durations", np.int64), tensor("f0", np.float32),
        tensor("energy", np.float32), audio,
    )  # fmt: skip


@dataclass
class Texts:
    """A batch of texts, padded."""

    ids: Tensor
    present: Tensor
    style: Tensor


def texts(utterances: list[Utterance]) -> Texts:
    longest = max(len(one.ids) for one in utterances)
    ids = torch.zeros(len(utterances), longest, dtype=torch.long)
    present = torch.zeros(len(utterances), longest)
    for row, one in enumerate(utterances):
        ids[row, : len(one.ids)] = one.ids
        present[row, : len(one.ids)] = 1
    return Texts(ids, present, torch.stack([style_of(one.voice) for one in utterances]))


@dataclass
class Clips:
    """A batch of stretches of sound of equal length, with the symbol that each frame belongs to."""

    texts: Texts
    owners: Tensor
    """[B, F]."""
    f0: Tensor
    energy: Tensor
    audio: Tensor
    """[B, F * HOP], -1..1."""


def clips(utterances: list[Utterance], frames: int, rng: random.Random) -> Clips:
    """A random stretch of `frames` of each; a shorter utterance is followed by silence."""
    owners, f0, energy, audio = [], [], [], []
    for one in utterances:
        start = rng.randint(0, max(0, one.frames - frames))
        take = slice(start, start + frames)
        owner = torch.repeat_interleave(torch.arange(len(one.ids)), 2 * one.durations)
        owners.append(padded(owner[take], frames, float(owner[-1])).long())
        f0.append(padded(one.f0[take], frames, 0.0))
        energy.append(padded(one.energy[take], frames, float(one.energy[-1])))
        samples = torch.tensor(one.audio[start * HOP : (start + frames) * HOP].astype(np.float32) / 32767)
        audio.append(padded(samples, frames * HOP, 0.0))
    return Clips(texts(utterances), torch.stack(owners), torch.stack(f0), torch.stack(energy), torch.stack(audio))


def padded(values: Tensor, length: int, value: float) -> Tensor:
    return torch.nn.functional.pad(values.float(), (0, length - len(values)), value=value)
