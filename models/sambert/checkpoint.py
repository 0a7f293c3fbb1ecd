"""Reads the tensors of a PyTorch checkpoint (the zip format of torch >= 1.6) without torch and without running code.

A checkpoint is a zip with a pickle, `<name>/data.pkl`, and the raw bytes of each storage, `<name>/data/<key>`. The
pickle may ask for the few names in ALLOWED, each of which stands for a function of this module; any other name is
refused before it is looked up.
"""

import io
import math
import pickle
import zipfile
import zlib

import numpy as np

from .errors import corrupt, unsupported

# A full-size voice has 50 MB of weights and, with the optimiser's moments, three times that.
MAX_BYTES = 2 << 30
MAX_PICKLE = 32 << 20
MAX_ENTRIES = 100_000
MAX_DIMENSIONS = 8
DTYPES = {
    "DoubleStorage": np.float64,
    "FloatStorage": np.float32,
    "HalfStorage": np.float16,
    "LongStorage": np.int64,
    "IntStorage": np.int32,
    "ShortStorage": np.int16,
    "CharStorage": np.int8,
    "ByteStorage": np.uint8,
    "BoolStorage": np.bool_,
}


class Mapping(dict):
    """What an OrderedDict of the checkpoint becomes; torch hangs a `_metadata` attribute on it."""


class Tensor:
    """A view into a storage that is read when asked for."""

    def __init__(self, storage, offset, shape, strides):
        self.storage, self.offset, self.shape, self.strides = storage, offset, shape, strides

    def values(self):
        """The numbers as an array of their own, contiguous."""
        flat = self.storage.values()
        if 0 in self.shape:
            return np.zeros(self.shape, flat.dtype)
        last = self.offset + sum((size - 1) * stride for size, stride in zip(self.shape, self.strides))
        # More numbers than the storage has would be a tensor stretched by strides of 0, without a bound.
        if last >= flat.size or math.prod(self.shape) > flat.size:
            raise corrupt("checkpoint: a tensor reaches beyond its storage")
        steps = [stride * flat.itemsize for stride in self.strides]
        view = np.lib.stride_tricks.as_strided(flat[self.offset :], self.shape, steps, writeable=False)
        return np.array(view, order="C")


class Storage:
    """The numbers that tensors share."""

    def __init__(self, archive, dtype, key, count):
        self._archive, self._dtype, self._key, self._count = archive, dtype, key, count
        self._values = None

    def values(self):
        if self._values is None:
            data = self._archive.read(f"data/{self._key}", MAX_BYTES)
            if len(data) != self._count * np.dtype(self._dtype).itemsize:
                raise corrupt(f"checkpoint: storage {self._key} is not of the stated length")
            self._values = np.frombuffer(data, np.dtype(self._dtype).newbyteorder("<"))
        return self._values


def read(data, label):
    """The checkpoint's objects: nested mappings with Tensor leaves. `label` names it in errors."""
    archive = _Archive(data, label)
    if archive.has("byteorder") and archive.read("byteorder", 16).strip() != b"little":
        raise unsupported(f"{label}: a checkpoint in big-endian byte order")
    try:
        return _Unpickler(archive).load()
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise corrupt(f"{label}: the pickle of the checkpoint can't be read ({error})") from error
    except (OverflowError, RecursionError, MemoryError) as error:
        raise corrupt(f"{label}: the pickle of the checkpoint is out of bounds") from error


class _Archive:
    """The zip of a checkpoint, with its one top folder taken off the names."""

    def __init__(self, data, label):
        self.label = label
        if not data.startswith(b"PK"):
            raise self._not_a_zip(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise corrupt(f"{label}: the checkpoint is cut short or damaged ({error})") from error
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_BYTES:
            raise unsupported(f"{label}: the checkpoint is larger than {MAX_BYTES >> 30} GiB")
        pickles = [entry.filename for entry in entries if entry.filename.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise corrupt(f"{label}: {len(pickles)} pickles in the checkpoint where there must be one")
        self._top = pickles[0][: -len("data.pkl")]

    def _not_a_zip(self, data):
        # torch.save before 1.6 wrote bare pickles, the first one a magic number in protocol 2.
        if data.startswith(b"\x80\x02\x8a\x0a"):
            return unsupported(f"{self.label}: the format of torch before 1.6; save it again with a newer torch")
        return corrupt(f"{self.label}: not a checkpoint of torch")

    def has(self, name):
        return self._top + name in self._zip.namelist()

    def read(self, name, limit):
        try:
            if self._zip.getinfo(self._top + name).file_size > limit:
                raise unsupported(f"{self.label}: {name} is larger than {limit >> 20} MiB")
            return self._zip.read(self._top + name)
        except KeyError as error:
            raise corrupt(f"{self.label}: {name} is not in the checkpoint") from error
        except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zlib.error) as error:
            raise corrupt(f"{self.label}: {name} is damaged ({error})") from error


class _StorageType:
    def __init__(self, dtype):
        self.dtype = dtype


def _rebuild_tensor(storage, offset, size, stride, *_grad_and_hooks):
    numbers = [offset, *size, *stride]
    if not isinstance(storage, Storage) or not all(type(n) is int and 0 <= n < 1 << 40 for n in numbers):
        raise pickle.UnpicklingError("a tensor is not described by whole numbers")
    if len(size) != len(stride) or len(size) > MAX_DIMENSIONS or math.prod(size) > MAX_BYTES:
        raise pickle.UnpicklingError("a tensor's shape is out of bounds")
    return Tensor(storage, offset, tuple(size), tuple(stride))


def _rebuild_parameter(tensor, *_grad_and_hooks):
    if not isinstance(tensor, Tensor):
        raise pickle.UnpicklingError("a parameter is not a tensor")
    return tensor


# An instance of none of these can be made to run anything: BUILD only sets attributes of a Mapping.
ALLOWED = {
    ("collections", "OrderedDict"): Mapping,
    ("collections", "Counter"): Mapping,
    ("collections", "defaultdict"): lambda *_default: Mapping(),
    ("torch", "Size"): tuple,
    ("torch._utils", "_rebuild_tensor"): _rebuild_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): _rebuild_parameter,
    **{("torch", name): _StorageType(dtype) for name, dtype in DTYPES.items()},
}


class _Unpickler(pickle.Unpickler):
    def __init__(self, archive):
        super().__init__(io.BytesIO(archive.read("data.pkl", MAX_PICKLE)))
        self._archive = archive
        self._storages = {}

    def find_class(self, module, name):
        found = ALLOWED.get((module, name))
        if found is None:
            raise unsupported(
                f"{self._archive.label}: the checkpoint asks for {module}.{name}; only weights are read, "
                "and no code is run"
            )
        return found

    def persistent_load(self, pid):
        kind, storage_type, key, _device, count = pid
        if kind != "storage" or not isinstance(storage_type, _StorageType) or not isinstance(key, str):
            raise pickle.UnpicklingError("not a storage")
        if type(count) is not int or not 0 <= count <= MAX_BYTES:
            raise pickle.UnpicklingError("a storage's length is out of bounds")
        if key not in self._storages:
            self._storages[key] = Storage(self._archive, storage_type.dtype, key, count)
        return self._storages[key]
