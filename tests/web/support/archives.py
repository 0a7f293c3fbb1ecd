"""Archives of a small voice for the tests of the reader, made by Python's own zipfile and tarfile.

    python3 archives.py FOLDER
"""

import io
import pathlib
import struct
import sys
import tarfile
import zipfile
import zlib

FOLDER = pathlib.Path(sys.argv[1])
FILES = {
    "encoder.onnx": bytes(range(256)) * 40,
    "nets/vocoder.onnx": b"vocoder" * 1000,
    "CARD.md": "一个小语音\n".encode(),
    "voice.json": b'{"id": "tiny"}',
}


def path(name):
    return FOLDER / name


def make_zip(name, files, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path(name), "w", compression) as archive:
        for file, content in files:
            archive.writestr(file, content)
    return path(name)


def make_tar(name, members, mode="w", **options):
    with tarfile.open(path(name), mode, **options) as archive:
        for member in members:
            content = None
            if not isinstance(member, tarfile.TarInfo):
                file, content = member
                member = tarfile.TarInfo(file)
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content) if content is not None else None)


def put_in(folder, files):
    return [(folder + file, content) for file, content in files]


def special(file, kind, link=""):
    info = tarfile.TarInfo(file)
    info.type, info.linkname = kind, link
    return info


def patched(name, source, changes):
    """A copy of an archive with other bytes at some places."""
    data = bytearray(path(source).read_bytes())
    for at, new in changes(data):
        data[at : at + len(new)] = new
    path(name).write_bytes(data)


def central(data):
    return data.index(b"PK\x01\x02")


def sound():
    files = list(FILES.items())
    make_zip("deflated.zip", files)
    make_zip("stored.zip", files, zipfile.ZIP_STORED)
    make_zip("folder.zip", [("标贝 (1)/", b"")] + put_in("标贝 (1)/", files))
    junk = [("__MACOSX/tiny/._encoder.onnx", b"x"), ("tiny/.DS_Store", b"x"), ("tiny/Thumbs.db", b"x")]
    make_zip("junk.zip", put_in("tiny/", files) + junk)
    with zipfile.ZipFile(path("commented.zip"), "w") as archive:
        archive.comment = b"PK\x05\x06 is no end" * 100
        for file, content in files:
            archive.writestr(file, content)
    with zipfile.ZipFile(path("streamed.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files:
            with archive.open(file, "w") as stream:
                stream.write(content)
    for kind, number in {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}.items():
        make_tar(f"{kind}.tar", put_in("tiny/", files), format=number)
    make_tar("folder.tar.gz", [special("./tiny", tarfile.DIRTYPE)] + put_in("./tiny/", files), "w:gz")
    long = "a" * 150 + ".onnx"
    for kind, number in {"gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}.items():
        make_tar(f"long-{kind}.tgz", [(f"nets/{long}", b"long"), *files], "w:gz", format=number)
    parts = path("ustar.tar").read_bytes()
    gzipped = b"".join(zlib.compress(part, wbits=31) for part in (parts[:700], parts[700:]))
    path("two-members.tar.gz").write_bytes(gzipped)


def bad_names():
    names = {
        "parent": "../evil.onnx",
        "deep-parent": "tiny/../../evil.onnx",
        "absolute": "/etc/passwd",
        "drive": "C:/evil.onnx",
        "backslash": "tiny\\evil.onnx",
        "hidden": ".ssh",
        "long": "n" * 201,
        "longest": "n" * 60000,
        "bidi": "evil\u202exnno.voice",
        "control": "evil\n.onnx",
        "empty-part": "tiny//evil.onnx",
        "dot": "tiny/./evil.onnx",
        "space": "evil onnx",
        "chinese": "声音.onnx",
    }
    for kind, name in names.items():
        make_zip(f"name-{kind}.zip", [*FILES.items(), (name, b"x")])
        make_tar(f"name-{kind}.tar", [*FILES.items(), (name, b"x")], format=tarfile.PAX_FORMAT)
    make_zip("name-folder.zip", [*FILES.items(), ("../nets/", b"")])
    # The libraries cut a name at NUL: it is put in afterwards, in the header and in the directory.
    make_zip("plain.zip", [("voice.json", b"{}")])
    patched("name-nul.zip", "plain.zip", lambda data: [(35, b"\0"), (central(data) + 51, b"\0")])


def bad_kinds():
    for kind, number in {
        "link": tarfile.SYMTYPE,
        "hard-link": tarfile.LNKTYPE,
        "device": tarfile.CHRTYPE,
        "disk": tarfile.BLKTYPE,
        "pipe": tarfile.FIFOTYPE,
    }.items():
        make_tar(f"{kind}.tar", [*FILES.items(), special("evil.onnx", number, "/etc/passwd")])
    for kind, mode in {"link": 0o120777, "device": 0o020666, "pipe": 0o010644}.items():
        with zipfile.ZipFile(path(f"{kind}.zip"), "w") as archive:
            info = zipfile.ZipInfo("voice.json")
            info.create_system, info.external_attr = 3, mode << 16
            archive.writestr(info, "/etc/passwd")


def bad_archives():
    files = list(FILES.items())
    make_zip("twice.zip", files + [("voice.json", b"{}")])
    make_zip("cases.zip", files + [("VOICE.json", b"{}")])
    make_tar("twice.tar", files + [("voice.json", b"{}")])
    make_zip("empty.zip", [])
    make_zip("folders.zip", [("tiny/", b""), ("tiny/nets/", b"")])
    make_tar("folders.tar", [special("tiny", tarfile.DIRTYPE)])
    make_zip("bzip2.zip", files, zipfile.ZIP_BZIP2)
    at = central
    patched("encrypted.zip", "plain.zip", lambda data: [(6, b"\1"), (at(data) + 8, b"\1")])
    patched("aes.zip", "plain.zip", lambda data: [(8, b"\x63"), (at(data) + 10, b"\x63")])
    patched("zip64.zip", "plain.zip", lambda data: [(at(data) + 24, b"\xff" * 4)])
    patched("large.zip", "plain.zip", lambda data: [(at(data) + 20, struct.pack("<II", 2**29, 2**29))])
    patched("longer.zip", "deflated.zip", lambda data: [(at(data) + 24, struct.pack("<I", 9000))])
    patched("shorter.zip", "deflated.zip", lambda data: [(at(data) + 24, struct.pack("<I", 11000))])
    patched("renamed.zip", "plain.zip", lambda data: [(30, b"other.json")])
    patched("flipped.zip", "stored.zip", lambda data: [(500, b"\1")])
    patched("parts.zip", "plain.zip", lambda data: [(len(data) - 18, b"\1")])
    patched("overlap.zip", "deflated.zip", lambda data: [(at(data) + 20, struct.pack("<I", len(data)))])
    patched("header.tar", "ustar.tar", lambda data: [(110, b"7")])
    make_tar("negative.tar", files)
    data = bytearray(path("negative.tar").read_bytes())
    data[124:136] = b"\xff" * 12
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    path("negative.tar").write_bytes(data)
    data[124:136] = b"\x80" + b"\0" * 6 + b"\x7f" + b"\0" * 4
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    path("large.tar").write_bytes(data)
    path("text.zip").write_text("no archive at all")
    path("nothing.zip").write_bytes(b"")
    path("rar.zip").write_bytes(b"Rar!\x1a\x07\x01\x00" + b"\0" * 600)


def many():
    make_zip("many.zip", ((f"f{number}", b"") for number in range(100_000)))
    make_zip("two-thousand.zip", ((f"f{number}", b"") for number in range(2000)))
    path("many.tar.gz").write_bytes(zlib.compress(tarfile.TarInfo("file").tobuf() * 100_000, 1, wbits=31))


def packed_zeros(count, start=b"", wbits=-15):
    """Deflated zeros: each MiB is a run of its own, so that one stands for all."""
    packer = zlib.compressobj(9, wbits=wbits)
    packed = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    packed += packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    run = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.flush()
    return packed + run * ((count >> 20) - 1) + (end if wbits < 0 else end[:2] + bytes(8))


def bomb_zip(name, packed, unpacked, count=1):
    """Entries that all have the same content, which is there once."""
    entries = b"".join(
        struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 33, 0, len(packed), unpacked, 5, *[0] * 6)
        + b"f%04d" % number
        for number in range(count)
    )
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 33, 0, len(packed), unpacked, 5, 0) + b"f0000"
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(entries), len(local) + len(packed), 0)
    path(name).write_bytes(local + packed + entries + end)


def bombs():
    mib = 2**20
    bomb_zip("bomb.zip", packed_zeros(240 * mib), 240 * mib)
    bomb_zip("lying-bomb.zip", packed_zeros(240 * mib), 1000)
    # 25 KB that would unpack to 3 GiB.
    bomb_zip("overlapping-bomb.zip", packed_zeros(12 * mib), 12 * mib, 256)
    path("bomb.tar.gz").write_bytes(packed_zeros(1100 * mib, wbits=31))
    info = tarfile.TarInfo("voice.json")
    info.size = 200 * mib
    path("zeros.tar.gz").write_bytes(packed_zeros(info.size, info.tobuf(), 31))


for make in (sound, bad_names, bad_kinds, bad_archives, many, bombs):
    make()
