"""The weights of both nets in one file, f16: what a training starts from."""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from nets import Decoder, Prosody


def save(path: Path, prosody: Prosody, decoder: Decoder) -> None:
    nets = {"prosody": prosody, "decoder": decoder}
    states = {f"{name}.{key}": value for name, net in nets.items() for key, value in net.state_dict().items()}
    save_file({name: value.half().contiguous() for name, value in states.items()}, path)


def load(path: Path, name: str, net: nn.Module) -> None:
    """Loads the part `name` (prosody or decoder) of a file into `net`."""
    prefix = f"{name}."
    state = {key.removeprefix(prefix): value.float() for key, value in load_file(path).items() if key.startswith(prefix)}
    net.load_state_dict(state)


def averaged(net: nn.Module, checkpoint: Path) -> nn.Module:
    """The net with the averaged weights of a training's checkpoint, ready to run."""
    net.load_state_dict(torch.load(checkpoint, map_location="cpu")["average"])
    return net.eval()
