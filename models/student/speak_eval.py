"""Speaks the texts of `eval/` for `evaluate.py`, by a pack or by the teacher.

    speak_eval.py PACK LINES FOLDER --speaker NAME
    speak_eval.py PARTS LINES FOLDER --style RECIPE

LINES has `SET-NUMBER`, the text and its symbols, with tabs between.
"""

import argparse
from pathlib import Path

import soundfile
import torch

from speak import symbols
from teacher import SAMPLE_RATE, Teacher, style
from voice import Voice


def main() -> None:
    arguments = parse()
    torch.set_num_threads(1)
    speak = by_teacher(arguments) if arguments.style else by_pack(arguments)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for line in arguments.lines.read_text().splitlines():
        name, _, written = line.split("\t")
        torch.manual_seed(0)
        soundfile.write(arguments.folder / f"{name}.wav", speak(symbols(written)), SAMPLE_RATE)


def by_pack(arguments: argparse.Namespace):
    voice = Voice(arguments.source)
    return lambda text: voice.speak(text, arguments.speaker)


def by_teacher(arguments: argparse.Namespace):
    parts = arguments.source
    teacher, spoken_style = Teacher(parts / "kokoro.onnx", parts / "vocab.json"), style(parts / "voices", arguments.style)
    return lambda text: teacher.speak(teacher.ids(text), spoken_style)["audio"]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("source", "lines", "folder"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--speaker", default="qing")
    parser.add_argument("--style")
    return parser.parse_args()


if __name__ == "__main__":
    main()
