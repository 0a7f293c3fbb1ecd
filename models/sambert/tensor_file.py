"""Safetensors files: eight bytes of header length, a JSON header, and the bytes of each tensor, little-endian."""

import json

import numpy as np

DTYPES = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "I8": np.dtype("i1"), "I64": np.dtype("<i8")}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
ALIGNMENT = 8


def serialized(entries):
    """The file's bytes of name -> array."""
    header, parts, at = {}, [], 0
    for name, values in sorted(entries.items()):
        data = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()
        header[name] = {
            "dtype": NAMES[values.dtype],
            "shape": list(values.shape),
            "data_offsets": [at, at + len(data)],
        }
        parts.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return len(text).to_bytes(8, "little") + text + b"".join(parts)


def read(data):
    """name -> array of a file that this module wrote."""
    start = 8 + int.from_bytes(data[:8], "little")
    return {name: _tensor(entry, data[start:]) for name, entry in json.loads(data[8:start]).items()}


def _tensor(entry, data):
    begin, end = entry["data_offsets"]
    return np.frombuffer(data[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
