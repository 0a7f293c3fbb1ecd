"""A package as ModelScope publishes it: which voices it holds, and everything that one of them is made of."""

import json
import re
from dataclasses import dataclass

import yaml

from . import checkpoint, config
from .errors import corrupt, missing
from .weights import Weights

MODEL_TYPE = "sambert-hifigan"
CHECKPOINT = re.compile(r"checkpoint_(\d{1,12})\.pth")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
SMALL = 1 << 20
SPECIALS = 3
TABLE_NAMES = {"sy": 144, "tone": 7, "syllable_flag": 5, "word_segment": 5, "emotion": 33}
BUFFERS = (".position_enc", ".inv_timescales")


@dataclass(frozen=True)
class Voice:
    """One voice, read and checked."""

    name: str
    sample_rate: int
    has_mask: bool
    speakers: tuple
    licence: str
    acoustic: config.Acoustic
    acoustic_weights: Weights
    vocoder: config.Vocoder
    vocoder_weights: Weights
    # Names of the emotions that it was trained on, where who imports it tells them.
    emotions: tuple = ()


def names(source):
    """The voices of a package, its default first."""
    document = _json(source, "voices/voices.json")
    found = document.get("voices") if isinstance(document, dict) else None
    if not isinstance(found, list) or not found or not all(isinstance(n, str) and NAME.fullmatch(n) for n in found):
        raise corrupt("voices/voices.json: voices is not a list of names")
    return found


def read(source, name):
    """The Voice `name` of a package. `voice-missing`, `-corrupt` or `-unsupported` says what is wrong with it."""
    model = _model(_json(source, "configuration.json"))
    if name not in names(source):
        raise missing(f"the package has no voice {name!r}; it has {', '.join(names(source))}")
    folder = f"voices/{name}"
    audio = _audio(source, folder)
    am, voc = _yaml(source, f"{folder}/am/config.yaml"), _yaml(source, f"{folder}/voc/config.yaml")
    speakers = _speakers(am, f"{folder}/am/config.yaml")
    has_mask = _has_mask(model)
    sizes = {
        track: size + SPECIALS - (not has_mask) for track, size in {**TABLE_NAMES, "speaker": len(speakers)}.items()
    }
    acoustic = config.acoustic(am, sizes, f"{folder}/am/config.yaml")
    vocoder = config.vocoder(voc, f"{folder}/voc/config.yaml")
    _agree(audio, acoustic, vocoder, model, folder)
    state = _checkpoint(source, f"{folder}/am/ckpt")
    generator = _checkpoint(source, f"{folder}/voc/ckpt")
    return Voice(
        name=name,
        sample_rate=audio["sampling_rate"],
        has_mask=has_mask,
        speakers=tuple(speakers),
        licence=_licence(source),
        acoustic=acoustic,
        acoustic_weights=Weights(state, "am"),
        vocoder=vocoder,
        vocoder_weights=Weights(generator.get("generator") if isinstance(generator, dict) else None, "voc"),
    )


def _json(source, name):
    try:
        return json.loads(source.read(name, SMALL))
    except (ValueError, RecursionError) as error:
        raise corrupt(f"{name} is not JSON ({error})") from error


def _yaml(source, name):
    try:
        return yaml.safe_load(source.read(name, SMALL))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        first = str(error).splitlines()[0]
        raise corrupt(f"{name} is not plain YAML ({first})") from error


def _model(document):
    options = config.Options(document, "configuration.json")
    options.must_be("task", "text-to-speech")
    model = options.get("model")
    config.Options(model, "configuration.json: model").must_be("type", MODEL_TYPE)
    return model


def _has_mask(model):
    at = model
    for key in ("am", "linguistic_unit"):
        at = at.get(key, {}) if isinstance(at, dict) else None
    found = at.get("has_mask", True) if isinstance(at, dict) else None
    if not isinstance(found, bool):
        raise corrupt("configuration.json: model.am.linguistic_unit.has_mask is neither true nor false")
    return found


def _audio(source, folder):
    where = f"{folder}/audio_config.yaml"
    audio = config.Options(_yaml(source, where), where).inside("audio_config")
    audio.must_be("norm_type", "mean_std")
    return {
        "sampling_rate": audio.whole("sampling_rate", 192_000, 8000),
        "hop_length": audio.whole("hop_length", 8192),
        "n_mels": audio.whole("n_mels", 512),
    }


def _agree(audio, acoustic, vocoder, model, folder):
    """What two files of a package say about the same thing must be the same."""
    pairs = (
        ("num_mels of am and in_channels of voc", acoustic.mels, vocoder.mels),
        ("num_mels of am and n_mels of audio_config", acoustic.mels, audio["n_mels"]),
        ("upsample_scales of voc and hop_length of audio_config", vocoder.hop, audio["hop_length"]),
        (
            "sample_rate of configuration.json and of audio_config",
            model.get("sample_rate", 16000),
            audio["sampling_rate"],
        ),
    )
    for what, one, other in pairs:
        if one != other:
            raise corrupt(f"{folder}: {what} differ ({one} and {other})")


def _speakers(am, where):
    unit = config.Options(am, where).inside("linguistic_unit")
    unit.must_be("lfeat_type_list", config.TRACKS)
    unit.must_be("language", "PinYin", default="PinYin")
    speakers = [name.strip() for name in unit.text("speaker_list").split(",")]
    if not all(NAME.fullmatch(name) for name in speakers) or len(set(speakers)) != len(speakers):
        raise corrupt(f"{where}: speaker_list is not a list of different names")
    return speakers


def _checkpoint(source, folder):
    """`model` of the checkpoint with the largest number."""
    found = [(int(match[1]), name) for name in source.under(folder) if (match := CHECKPOINT.fullmatch(name))]
    if not found:
        raise missing(f"{folder} holds no checkpoint_<number>.pth")
    name = f"{folder}/{max(found)[1]}"
    state = checkpoint.read(source.read(name), name)
    if not isinstance(state, dict) or not isinstance(state.get("model"), dict):
        raise corrupt(f"{name}: there is no model in the checkpoint")
    return state["model"]


def _licence(source):
    """What the front matter of the package's README says; the package itself has no other place for it."""
    if not source.has("README.md"):
        return ""
    text = source.read("README.md", SMALL).decode("utf-8", "replace")
    match = re.match(r"---\s*\n(.*?)\n---", text, re.DOTALL)
    try:
        fields = yaml.safe_load(match[1]) if match else None
    except (yaml.YAMLError, ValueError, RecursionError):
        return ""
    licence = fields.get("license", "") if isinstance(fields, dict) else ""
    return licence if isinstance(licence, str) else ""
