"""Has the student itself speak: a training on other texts that sees these too goes on saying them as now.

    rehearse.py PARTS WEIGHTS LINES FOLDER --voice NUMBER

LINES and the files in FOLDER are those of `speak.py`, without sound.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

import weights
from nets import Prosody, style_of
from speak import symbols, write


def main() -> None:
    arguments = parse()
    torch.set_num_threads(1)
    vocabulary = json.loads((arguments.parts / "vocab.json").read_text())["vocab"]
    net = Prosody().eval()
    weights.load(arguments.weights, "prosody", net)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    frames = 0
    for number, line in enumerate(arguments.lines.read_text().splitlines()):
        text, written = line.split("\t")
        ids = [0, *(vocabulary[symbol] for symbol in symbols(written)), 0]
        made = speak(net, ids, arguments.voice)
        write(arguments.folder / f"{number:05}.npz", arguments.voice, text, ids, made, rehearsed=True)
        frames += made["durations"].sum()
    print(f"{frames / 40 / 60:.1f} min", flush=True)


@torch.no_grad()
def speak(net: Prosody, ids: list[int], voice: int) -> dict[str, np.ndarray]:
    """Durations (frames at 40 Hz), f0 (Hz) and energy (at 80 Hz), as the engine computes them."""
    style = style_of(voice)[None]
    text = net.text(torch.tensor([ids]), style)
    durations = torch.expm1(net.log_durations(text)[0]).round().clamp(min=1).long()
    f0, energy = net.curves(text.repeat_interleave(durations, 2), style)
    return {"durations": durations.numpy(), "f0": f0[0].numpy(), "energy": energy[0].numpy()}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("parts", "weights", "lines", "folder"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--voice", type=int, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
