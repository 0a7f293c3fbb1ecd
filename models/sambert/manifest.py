"""voice.json and the card of an imported voice."""

import hashlib
import json

from . import symbols, vocoder
from .errors import OPTION_INVALID, ImportFailed

FORMAT = 1
KIND = "sambert"
# Emotions that published voices were trained on, as their makers' service documents the `emotion` element for them.
_SEVEN = ("neutral", "happy", "angry", "sad", "fear", "hate", "surprise")
TRAINED = {"zhitian_emo": _SEVEN, "zhibei_emo": _SEVEN, "zhiyan_emo": (*_SEVEN, "arousal")}
UNKNOWN_LICENCE = "Not stated in the package: see the page that it came from."
MIN_FRAMES = 1


def voice_json(voice, voice_id, files, mode, importer):
    """The manifest as bytes. `files`: name -> bytes of every other file of the pack."""
    listed = [_entry(name, files[name]) for name in sorted(files)]
    manifest = {
        "format": FORMAT,
        "id": voice_id,
        "name": voice.name,
        "language": "zh-CN",
        "kind": KIND,
        "licence": voice.licence or UNKNOWN_LICENCE,
        "card": "CARD.md",
        "version": hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:16],
        "importer": importer,
        "sample_rate": voice.sample_rate,
        "hop": voice.vocoder.hop,
        "mels": voice.vocoder.mels,
        "symbols": symbols.tables(voice.speakers, voice.has_mask),
        "pinyin": symbols.pinyin(),
        "emotions": emotions(voice),
        "emotions_known": trained(voice) is not None,
        "speaker": speaker(voice),
        "limits": {"symbols": voice.acoustic.max_symbols},
        "acoustic": _acoustic(voice.acoustic),
        "stages": _stages(voice.vocoder),
        "storage": mode,
        "files": listed,
    }
    return (json.dumps(manifest, ensure_ascii=False) + "\n").encode()


def trained(voice):
    """Names of the emotions that the voice was trained on: told by who imports it, or of a known voice; or None."""
    return voice.emotions or TRAINED.get(voice.name)


def emotions(voice):
    """The emotions to offer, neutral first: those of the training where it is known, else all that have a name."""
    names = symbols.tables(voice.speakers, voice.has_mask)["emotion"]
    named = [name[len("emotion_") :] for name in names if name.startswith("emotion_")]
    offered = trained(voice) or [n for n in named if n != "none" and not n.startswith("placeholder")]
    unknown = [name for name in offered if name not in named]
    if unknown:
        raise ImportFailed(OPTION_INVALID, f"no voice of this kind has the emotion {unknown[0]!r}; {', '.join(named)}")
    neutral_first = ["neutral", *(name for name in offered if name != "neutral")]
    return [{"name": name, "symbol": f"emotion_{name}", "id": named.index(name)} for name in neutral_first]


def speaker(voice):
    """The speaker to speak as. The original front end always writes F7."""
    return "F7" if "F7" in voice.speakers else voice.speakers[0]


def card(voice, voice_id, mode):
    """CARD.md as bytes."""
    offered = ", ".join(emotion["name"] for emotion in emotions(voice))
    known = trained(voice) is not None
    vocoder_kind = "causal" if voice.vocoder.causal else "non-causal"
    note = (
        ""
        if known
        else (
            "\nWhich of them the voice was trained on is not stated in the package: "
            "those that it was not trained on may sound like noise.\n"
        )
    )
    lines = [
        f"# {voice.name}",
        "",
        f"A voice of the Sambert-HifiGAN family (KAN-TTS), made into the pack `{voice_id}` from a package that its",
        "user downloaded. hanvox does not publish it.",
        "",
        f"- Licence: {voice.licence or UNKNOWN_LICENCE}",
        f"- {voice.sample_rate} Hz, {vocoder_kind} vocoder, weights stored as {mode}",
        f"- Speakers: {', '.join(voice.speakers)}; speaks as {speaker(voice)}",
        f"- Emotions: {offered}",
        note,
    ]
    return ("\n".join(lines).rstrip() + "\n").encode()


def _entry(name, data):
    return {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _acoustic(config):
    fsmn = config.postnet_fsmn
    return {
        "text": config.text,
        "emotion": config.emotion,
        "speaker": config.speaker,
        "frames_per_step": config.frames_per_step,
        "prenet_in": config.prenet_in,
        "decoder": {"width": config.decoder_width, "heads": config.decoder_heads, "layers": config.decoder_layers},
        "postnet": {"left": fsmn.left * fsmn.layers, "right": fsmn.right * fsmn.layers},
    }


def _stages(config):
    before, after = vocoder.context(config)
    geometry = {"context_before": before, "context_after": after, "context": max(before, after)}
    return {
        "encoder": {"file": "encoder.onnx"},
        "variance": {"file": "variance.onnx"},
        "steps": {"file": "steps.safetensors"},
        "postnet": {"file": "postnet.onnx"},
        "vocoder": {"file": "vocoder.onnx", **geometry, "min_frames": MIN_FRAMES},
    }
