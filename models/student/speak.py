"""Has the teacher speak: symbol lines to a file of durations, F0, energy and sound for each.

    speak.py PARTS LINES FOLDER --style RECIPE --voice NUMBER [--audio-minutes M]

LINES has a text a line: the text, a tab, its symbols as `hanvox pinyin --symbols` writes them. The first M minutes
are spoken with sound, the rest without: 8 times as cheap, and enough for the prosody. Files that are there are kept.
"""

import argparse
import math
import re
import time
from pathlib import Path

import numpy as np

from teacher import SAMPLE_RATE, Teacher, style

# Beyond this the teacher has no style and the student no need.
MOST_SYMBOLS = 400


def main() -> None:
    arguments = parse()
    parts = arguments.parts
    spoken_style = style(parts / "voices", arguments.style)
    teachers = {
        with_audio: Teacher(parts / "kokoro.onnx", parts / "vocab.json", with_audio, arguments.threads)
        for with_audio in (True, False)
    }
    arguments.folder.mkdir(parents=True, exist_ok=True)
    sounding = everything = 0.0
    started = time.process_time()
    for number, line in enumerate(arguments.lines.read_text().splitlines()):
        text, written = line.split("\t")
        path = arguments.folder / f"{number:05}.npz"
        if everything >= 60 * arguments.minutes:
            break
        with_audio = sounding < 60 * arguments.audio_minutes
        if path.exists():
            with np.load(path) as stored:
                frames, with_audio = stored["durations"].sum(), "audio" in stored
        else:
            teacher = teachers[with_audio]
            ids = teacher.ids(symbols(written))
            if len(ids) > MOST_SYMBOLS:
                print(f"left out, {len(ids)} symbols: {text}")
                continue
            made = teacher.speak(ids, spoken_style)
            write(path, arguments.voice, text, ids, made)
            frames = made["durations"].sum()
        everything += frames / 40
        sounding += frames / 40 if with_audio else 0
        if number % 100 == 99:
            spent = time.process_time() - started
            print(f"{number + 1}: {everything / 60:.1f} min, {sounding / 60:.1f} with sound, cpu {spent:.0f} s", flush=True)
    print(f"{everything / 60:.1f} min, {sounding / 60:.1f} with sound", flush=True)


def symbols(written: str) -> str:
    """A written line (`{n} {i} {↓} {_}`, with `_` for the space and `$` for the end marks) to symbols."""
    return "".join(re.findall(r"\{(.)\}", written)).replace("$", "").replace("_", " ")


def write(path: Path, voice: int, text: str, ids: list[int], made: dict[str, np.ndarray], **more) -> None:
    arrays = {
        "voice": np.int64(voice), "text": text, "ids": np.array(ids, np.int16),
        "durations": made["durations"].astype(np.int16), "f0": made["f0"].astype(np.float32),
        "energy": made["energy"].astype(np.float32), **more,
    }  # fmt: skip
    if "audio" in made:
        expected = int(made["durations"].sum()) * SAMPLE_RATE // 40
        if len(made["audio"]) != expected:
            raise ValueError(f"{text}: {len(made['audio'])} samples for {expected}")
        arrays["audio"] = (np.clip(made["audio"], -1, 1) * 32767).astype(np.int16)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, **arrays)
    part.rename(path)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", type=Path, help="folder with kokoro.onnx, vocab.json and voices/")
    parser.add_argument("lines", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--style", required=True, help="for instance 0.5*af_heart+0.5*zf_xiaobei/zf_xiaobei")
    parser.add_argument("--voice", type=int, required=True)
    parser.add_argument("--audio-minutes", type=float, default=0)
    parser.add_argument("--minutes", type=float, default=math.inf, help="of speech in all")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
