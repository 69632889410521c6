"""Container files made by hand from their formats. Run with `python -m unittest discover tests`."""

import struct
import tempfile
import unittest
import zipfile
import zlib
from pathlib import Path

from sparsedit_training.containers import ContainerError, contained, largest_edje_picture, qt_resources
from sparsedit_training.packages import contents


def qt_file(version: int = 3) -> bytes:
    """a/plain.webp, a/packed.txt (zlib) and a/other.txt (Zstandard), as rcc lays them out."""
    names, places = b"", {}
    for name in ("", "a", "plain.webp", "packed.txt", "other.txt"):
        places[name] = len(names)
        names += struct.pack(">HI", len(name), 0) + name.encode("utf-16-be")
    packed = struct.pack(">I", 5) + zlib.compress(b"hello")
    blobs, data = [], b""
    for content in (b"RIFF", packed, b"\x28\xb5\x2f\xfd"):
        blobs.append(len(data))
        data += struct.pack(">I", len(content)) + content
    stamp = b"" if version == 1 else bytes(8)
    tree = struct.pack(">IHII", places[""], 2, 1, 1) + stamp
    tree += struct.pack(">IHII", places["a"], 2, 3, 2) + stamp
    for name, flags, place in (("plain.webp", 0, 0), ("packed.txt", 1, 1), ("other.txt", 4, 2)):
        tree += struct.pack(">IHII", places[name], flags, 0, blobs[place]) + stamp
    start = 24 if version == 3 else 20
    header = b"qres" + struct.pack(">4I", version, start, start + len(tree), start + len(tree) + len(data))
    return header + bytes(start - 20) + tree + data + names


def edje_file() -> bytes:
    """Two pictures and a fontmap, as EET lays them out."""
    parts = [
        (b"edje/images/0\0", b"small"),
        (b"edje/images/1\0", b"the larger"),
        (b"edje_fontmap\0", b"x" * 99),
    ]
    start = 12 + 24 * len(parts)
    entries, tail = b"", b""
    for name, content in parts:
        entries += struct.pack(
            ">6I",
            start + len(tail),
            len(content),
            len(content),
            start + len(tail) + len(content),
            len(name),
            0,
        )
        tail += content + name
    return struct.pack(">III", 0x1EE70F42, len(parts), 0) + entries + tail


class QtResourceTests(unittest.TestCase):
    def test_every_version_is_read(self):
        for version in (1, 2, 3):
            found = dict(qt_resources(qt_file(version)))
            self.assertEqual(found, {"a/plain.webp": b"RIFF", "a/packed.txt": b"hello"})

    def test_damage_is_an_error(self):
        whole = qt_file()
        for length in range(len(whole)):
            with self.assertRaises(ContainerError):
                list(qt_resources(whole[:length]))
        loop = bytearray(whole)
        # The folder `a` contains the root.
        loop[24 + 22 + 6 : 24 + 22 + 14] = struct.pack(">II", 1, 0)
        with self.assertRaises(ContainerError):
            list(qt_resources(bytes(loop)))


class EdjeTests(unittest.TestCase):
    def test_the_largest_picture_is_found(self):
        self.assertEqual(largest_edje_picture(edje_file()), b"the larger")

    def test_damage_is_an_error(self):
        for length in (0, 3, 12):
            with self.assertRaises(ContainerError):
                largest_edje_picture(edje_file()[:length])


class ContentsTests(unittest.TestCase):
    def test_archives_are_looked_into(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "usr").mkdir()
            (folder / "usr" / "all.rcc").write_bytes(qt_file())
            (folder / "usr" / "Dunes.edj").write_bytes(edje_file())
            (folder / "usr" / "bad.edj").write_bytes(b"nothing")
            (folder / "plain.png").write_bytes(b"png")
            with zipfile.ZipFile(folder / "game.zip", "w") as archive:
                archive.writestr("textures/wall.jpg", b"jpg")
            found = contents(folder)
            wanted = {
                "a/plain.webp": b"RIFF",
                "Dunes.jpg": b"the larger",
                "plain.png": b"png",
                "textures/wall.jpg": b"jpg",
            }
            for path, content in wanted.items():
                self.assertEqual(found[path](), content)
            self.assertEqual(list(contained(folder / "plain.png")), [])


if __name__ == "__main__":
    unittest.main()
