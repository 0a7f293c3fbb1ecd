"""Voice packs as folders: each made whole or not at all."""

import hashlib
import json
import tempfile
from dataclasses import replace
from pathlib import Path

from . import acoustic, manifest, package, steps, twins, vocoder
from .errors import OUTPUT_FAILED, ImportFailed

HERE = Path(__file__).resolve().parent


def make(source, name, out, mode, with_twins, say):
    """Leaves the voice `name` of `source` in the folder `out`, as `make_all` does."""
    make_all(source, {Path(out): name}, mode, with_twins, say)


def make_all(source, voices, mode, with_twins, say, emotions=()):
    """Leaves a pack in each folder of `voices`, {folder: name of the voice in `source`}; `say` takes lines of progress.
    `emotions`: those that the voices were trained on, where that is known better than here.

    All are built before the first is written, so that a package with something wrong leaves nothing. A Sambert pack
    that is there already is replaced; anything else is left alone.
    """
    packs = {}
    for out, name in voices.items():
        voice = replace(package.read(source, name), emotions=tuple(emotions))
        _refuse_foreign(out)
        packs[out] = build(voice, out.name, mode, with_twins)
        say(f"{name}: {_told(voice, packs[out])}")
    for out, files in packs.items():
        try:
            _replace(out, files)
        except OSError as error:
            raise ImportFailed(OUTPUT_FAILED, f"{out}: the pack can't be written ({error.strerror})") from error
        say(f"{voices[out]}: in {out}")


def _told(voice, files):
    size = sum(len(data) for data in files.values()) / 1e6
    emotions = ", ".join(emotion["name"] for emotion in manifest.emotions(voice))
    known = "" if manifest.trained(voice) else " (which it was trained on is not known: --emotions tells)"
    licence = voice.licence or "not stated in the package; read it where you downloaded it"
    return f"{len(files)} files, {size:.1f} MB; emotions: {emotions}{known}; licence: {licence}"


def build(voice, voice_id, mode="f32", with_twins=False):
    """File name -> bytes of the whole pack."""
    weights, config = voice.acoustic_weights, voice.acoustic
    named = steps.tensors(weights, config)
    files = {
        "encoder.onnx": acoustic.encoder(weights, config, mode),
        "variance.onnx": acoustic.variance(weights, config, mode),
        "postnet.onnx": acoustic.postnet(weights, config, mode),
        "steps.safetensors": steps.serialized(named, mode),
        "vocoder.onnx": vocoder.vocoder(voice.vocoder_weights, voice.vocoder, mode),
        "CARD.md": manifest.card(voice, voice_id, mode),
    }
    weights.refuse_the_rest(*package.BUFFERS)
    voice.vocoder_weights.refuse_the_rest()
    if with_twins:
        files.update(twins.nets(steps.widened(named, mode), config))
    files["voice.json"] = manifest.voice_json(voice, voice_id, files, mode, importer_stamp())
    return files


def importer_stamp():
    """Changes whenever the importer's sources change."""
    stamp = hashlib.sha256()
    for path in [*sorted(HERE.glob("*.py")), HERE.parent / "onnx_graph.py"]:
        stamp.update(path.read_bytes())
    return stamp.hexdigest()[:16]


def _refuse_foreign(out):
    """What lies in the way and is not a pack of this importer is not ours to delete."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    try:
        kind = json.loads((out / "voice.json").read_bytes())["kind"]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        kind = None
    if kind != manifest.KIND:
        raise ImportFailed(OUTPUT_FAILED, f"{out} is there and is no pack of a Sambert voice; it is left as it is")


def _replace(out, files):
    """Writes a folder beside `out` and swaps it in, so that no reader sees half a pack."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".sambert-") as folder:
        fresh, old = Path(folder) / "fresh", Path(folder) / "old"
        fresh.mkdir()
        for name, data in files.items():
            (fresh / name).write_bytes(data)
        if out.exists():
            out.rename(old)
        try:
            fresh.rename(out)
        except OSError:
            if old.exists():
                old.rename(out)
            raise
