#!/usr/bin/env python3
"""Reads an edited picture with readers that are not ours and compares it with its source.

    .ci/check_readers.py SOURCE OUTPUT [MASK]

Pillow, tifffile and ImageMagick each read OUTPUT as far as they know its format, and have to agree. Samples outside the
mask (all, without one) have to be SOURCE's, upright, at its bit depth; the colour profile has to be SOURCE's bytes;
the output must not ask to be turned. Optional: needs `pip install pillow numpy tifffile` and ImageMagick.
"""

import shutil
import subprocess
import sys

import numpy as np
import tifffile
from PIL import Image

Image.MAX_IMAGE_PIXELS = None
failures = []


def check(what, good, detail=""):
    print(f"{'ok  ' if good else 'FAIL'} {what}{' ' + str(detail) if detail != '' else ''}")
    if not good:
        failures.append(what)


def upright(pixels, orientation):
    if orientation in (2, 3, 7, 8):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 6, 7):
        pixels = pixels[::-1]
    return pixels.swapaxes(0, 1) if orientation >= 5 else pixels


def plane(pixels):
    return pixels[..., None] if pixels.ndim == 2 else pixels


def plain(cmyk):
    """What the inks leave of white; for pictures without a profile."""
    rest = 255 - cmyk.astype(np.int64)
    return ((rest[..., :3] * rest[..., 3:] + 127) // 255).astype(np.uint8)


def has_color_chunks(path):
    with open(path, "rb") as file:
        head = file.read(4096)
    return head[:4] == b"\x89PNG" and any(kind in head for kind in (b"gAMA", b"cHRM", b"cICP"))


def by_tifffile(path):
    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        try:
            pixels = plane(page.asarray())
        except ValueError:  # tifffile leaves LZW, JPEG and fax to a package that may be missing
            if page.bitspersample > 8:
                raise
            with Image.open(path) as picture:
                pixels = plane(np.asarray(picture.convert("RGB" if page.samplesperpixel > 1 else "L")))
        if pixels.dtype == np.float16:
            pixels = pixels.astype(np.float32)
        if page.planarconfig == 2 and page.samplesperpixel > 1:
            pixels = pixels.reshape(page.samplesperpixel, page.imagelength, page.imagewidth).transpose(1, 2, 0)
        if page.photometric.name == "PALETTE":
            pixels = page.colormap.T[pixels[..., 0]]
        if page.photometric.name == "MINISWHITE" and page.bitspersample > 1:
            pixels = np.iinfo(pixels.dtype).max - pixels
        if page.photometric.name == "SEPARATED":
            pixels = plain(pixels)
        tags = page.tags
        orientation = int(tags["Orientation"].value) if "Orientation" in tags else 1
        icc = tags[34675].value if 34675 in tags else None
        return upright(pixels, orientation), icc, orientation


def by_pillow(path):
    """Pillow has no 16-bit colour: pixels are None where it would cut the depth."""
    with Image.open(path) as file:
        orientation = file.getexif().get(0x0112, 1)
        icc = file.info.get("icc_profile")
        with open(path, "rb") as raw:
            head = raw.read(32)
        deep = head[:4] == b"\x89PNG" and head[24] == 16
        if deep or file.format == "TIFF":
            return None, icc, orientation
        if file.mode == "CMYK":
            return upright(plain(np.asarray(file)), orientation), None, orientation
        if file.mode == "P":
            file = file.convert("RGBA" if "transparency" in file.info else "RGB")
        elif "transparency" in file.info:
            file = file.convert("RGBA" if file.mode == "RGB" else "LA")
        elif file.mode == "1":
            file = file.convert("L")
        return upright(plane(np.asarray(file)), orientation), icc, orientation


def by_magick(path, shape, depth):
    tool = shutil.which("magick") or shutil.which("convert")
    if tool is None:
        return None
    if depth not in (8, 16):
        return None
    # Grey with alpha has no raw layout of its own.
    layout, width = {1: ("gray", 1), 2: ("rgba", 4), 3: ("rgb", 3), 4: ("rgba", 4)}[shape[2]]
    data = subprocess.run([tool, f"{path}[0]", "-depth", str(depth), f"{layout}:-"], capture_output=True, check=True)
    kind = np.uint8 if depth == 8 else "<u2"
    pixels = np.frombuffer(data.stdout, kind)
    if pixels.size != shape[0] * shape[1] * width:
        return None
    pixels = pixels.reshape(shape[0], shape[1], width)
    return pixels[..., [0, 3]] if shape[2] == 2 else pixels


def is_tiff(path):
    with open(path, "rb") as file:
        return file.read(4) in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def png_by_magick(path):
    """For 16-bit PNG, which Pillow cannot hold."""
    with open(path, "rb") as file:
        head = file.read(33)
    width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[head[25]]
    return by_magick(path, (height, width, channels), 16)


def read(path):
    if is_tiff(path):
        return by_tifffile(path)
    pixels, icc, orientation = by_pillow(path)
    if pixels is None:
        pixels = upright(png_by_magick(path), orientation)
    return pixels, icc, orientation


def main(source, output, mask=None):
    before, icc_before, _ = read(source)
    after, icc_after, orientation = read(output)
    check("depth", before.dtype == after.dtype, f"{before.dtype} -> {after.dtype}")
    check("size and channels", before.shape == after.shape, f"{before.shape} -> {after.shape}")
    check("orientation of the output is 1", orientation == 1, orientation)
    made = icc_before is None and icc_after is not None and has_color_chunks(source)
    check("colour profile made of PNG's chunks" if made else "colour profile", made or icc_before == icc_after, f"{len(icc_before or b'')} -> {len(icc_after or b'')} bytes")
    other = by_magick(output, after.shape, after.dtype.itemsize * 8) if after.dtype.kind == "u" else None
    if other is not None and not (after.shape[2] in (2, 4) and is_tiff(output)):
        check("ImageMagick reads the same samples", np.array_equal(other, after))
    if before.shape != after.shape:
        return
    outside = np.ones(before.shape[:2], bool)
    if mask is not None:
        weight, _, _ = read(mask)
        outside = weight[..., : min(3, weight.shape[2])].max(2) == 0
    if outside.shape != before.shape[:2]:
        check("size of the mask", False, f"{outside.shape}, the picture is {before.shape[:2]}")
        return
    different = (before != after).any(2)
    check("samples outside the mask", not different[outside].any(), f"{int(different[outside].sum())} differ")
    if mask is not None:
        check("something inside the mask changed", different[~outside].any(), f"{int(different.sum())} pixels")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
    sys.exit(1 if failures else 0)
