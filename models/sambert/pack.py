"""The voice pack as a folder: made whole or not at all."""

import hashlib
import shutil
import tempfile
from pathlib import Path

from . import acoustic, manifest, package, steps, twins, vocoder
from .errors import OUTPUT_FAILED, ImportFailed

HERE = Path(__file__).resolve().parent


def make(source, name, out, mode, with_twins, say):
    """Leaves the voice `name` of `source` in the folder `out`; `say` takes lines of progress."""
    out = Path(out)
    voice = package.read(source, name)
    files = build(voice, out.name, mode, with_twins)
    try:
        _replace(out, files)
    except OSError as error:
        raise ImportFailed(OUTPUT_FAILED, f"{out}: the pack can't be written ({error.strerror})") from error
    size = sum(len(data) for data in files.values()) / 1e6
    say(f"{voice.name}: {len(files)} files, {size:.1f} MB, in {out}")
    if not voice.licence:
        say(f"{voice.name}: the package states no licence; read it where you downloaded the package")


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
    for path in sorted(HERE.glob("*.py")):
        stamp.update(path.read_bytes())
    return stamp.hexdigest()[:16]


def _replace(out, files):
    """Writes a folder beside `out` and swaps it in, so that no reader sees half a pack."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".sambert-") as folder:
        fresh = Path(folder) / "fresh"
        fresh.mkdir()
        for name, data in files.items():
            (fresh / name).write_bytes(data)
        if out.exists():
            shutil.move(str(out), str(Path(folder) / "old"))
        fresh.rename(out)
