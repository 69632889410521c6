"""Pictures inside Qt resource files and Edje files."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

QT_MAGIC, EET_MAGIC = b"qres", 0x1EE70F42
ZLIB, DIRECTORY, ZSTANDARD = 1, 2, 4


class ContainerError(Exception):
    """A container file that is not what it should be."""


def qt_resources(file: bytes) -> Iterator[tuple[str, bytes]]:
    """Path and content of every file in a binary Qt resource (Qt's rcc.cpp: versions 1 to 3, all big-endian).

    What is compressed with Zstandard is left out: pictures never are, since it would not make them smaller.
    """
    if file[:4] != QT_MAGIC or len(file) < 20:
        raise ContainerError(f"expected a Qt resource file, found {file[:4]!r}")
    version, tree, data, names = struct.unpack(">4I", file[4:20])
    size = 14 if version == 1 else 22

    def walk(first: int, count: int, parent: str, depth: int) -> Iterator[tuple[str, bytes]]:
        if depth > 64:
            raise ContainerError("folders nested deeper than 64")
        for node in range(first, first + count):
            at = tree + node * size
            name_at, flags = struct.unpack(">IH", file[at : at + 6])
            (length,) = struct.unpack(">H", file[names + name_at : names + name_at + 2])
            start = names + name_at + 6
            name = file[start : start + 2 * length]
            if len(name) < 2 * length:
                raise ContainerError(f"expected a name of {length} characters, found {len(name) // 2}")
            path = f"{parent}/{name.decode('utf-16-be')}".strip("/")
            a, b = struct.unpack(">II", file[at + 6 : at + 14])
            if flags & DIRECTORY:
                yield from walk(b, a, path, depth + 1)
                continue
            # Here the two numbers are a locale and the place of the content.
            begin = data + b + 4
            (length,) = struct.unpack(">I", file[begin - 4 : begin])
            content = file[begin : begin + length]
            if len(content) < length:
                raise ContainerError(f"{path}: expected {length} bytes, found {len(content)}")
            if not flags & ZSTANDARD:
                # A zlib stream stands behind its size.
                yield path, zlib.decompress(content[4:]) if flags & ZLIB else content

    try:
        yield from walk(0, 1, "", 0)
    except (struct.error, UnicodeDecodeError, zlib.error) as error:
        raise ContainerError(f"a Qt resource file that is cut off or damaged: {error}") from error


def largest_edje_picture(file: bytes) -> bytes:
    """The largest picture of an Edje file (EET's version 2, big-endian), which holds one at many sizes as JPEG."""
    magic, count = struct.unpack(">II", file[:8]) if len(file) >= 12 else (0, 0)
    if magic != EET_MAGIC:
        raise ContainerError(f"expected an Edje file, found {file[:4]!r}")
    found = []
    for index in range(min(count, len(file) // 24)):
        entry = file[12 + 24 * index : 36 + 24 * index]
        offset, size, _, name, length, _ = struct.unpack(">6I", entry)
        if file[name : name + length].startswith(b"edje/images/"):
            found.append(file[offset : offset + size])
    if not found:
        raise ContainerError("an Edje file without pictures")
    return max(found, key=len)


def contained(path: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the pictures in a container file; nothing for another file."""
    if path.suffix == ".rcc":
        yield from qt_resources(path.read_bytes())
    elif path.suffix == ".edj":
        yield path.stem + ".jpg", largest_edje_picture(path.read_bytes())
