"""Drops what the teacher said so badly that a recogniser does not understand it.

    drop.py WHISPER FOLDER

Looks at every file of FOLDER with sound. Those with more wrong syllables than allowed are renamed to `.dropped`, which
the trainings do not read.
"""

import sys
from pathlib import Path

import librosa
import numpy as np
from faster_whisper import WhisperModel
from pypinyin import lazy_pinyin

from evaluate import RATE, as_hanzi, edits, hanzi, transcript
from teacher import SAMPLE_RATE

# Whisper base itself mishears a syllable now and then, more often in short texts; names and English are not counted.
MOST_WRONG, ALLOWED = 0.25, 1


def main() -> None:
    whisper, folder = map(Path, sys.argv[1:])
    model = WhisperModel(str(whisper), device="cpu", compute_type="int8", cpu_threads=1)
    seen = dropped = 0
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as stored:
            if "audio" not in stored:
                continue
            text, audio = str(stored["text"]), stored["audio"].astype(np.float32) / 32767
        seen += 1
        meant = lazy_pinyin(hanzi(text))
        wrong = edits(meant, lazy_pinyin(as_hanzi(transcript(model, resampled(audio)))))
        if has_only_hanzi(text) and wrong > max(ALLOWED, MOST_WRONG * len(meant)):
            print(f"{path.name}: {wrong} of {len(meant)} syllables: {text}", flush=True)
            path.rename(path.with_suffix(".dropped"))
            dropped += 1
    print(f"{dropped} of {seen} dropped")


def has_only_hanzi(text: str) -> bool:
    """Digits and Latin words are read in more ways than this comparison knows."""
    return not any(character.isdigit() or "a" <= character.lower() <= "z" for character in text)


def resampled(audio: np.ndarray) -> np.ndarray:
    """24 kHz to 16 kHz."""
    return librosa.resample(audio, orig_sr=SAMPLE_RATE, target_sr=RATE, res_type="soxr_hq")


if __name__ == "__main__":
    main()
