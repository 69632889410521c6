"""Makes the picture files of Tests/ImageCodecsTests/Fixtures and what has to come out of them.

Beside each `name.ext` lies `name.expected`, the decoded samples: rows of interleaved little-endian samples, upright.
PNG pixels are laid out here by hand, so nothing but zlib stands between the numbers and the file; TIFF and JPEG
come from tifffile and Pillow. `fixtures.json` says each picture's size and sample format.

    python3 Tests/Reference/make_image_fixtures.py
"""

import io
import json
import pathlib
import struct
import zlib

import numpy as np
import tifffile
from PIL import Image, TiffImagePlugin

OUT = pathlib.Path(__file__).resolve().parents[1] / "ImageCodecsTests" / "Fixtures"
W, H = 13, 9
rng = np.random.default_rng(7)
manifest = {}


def record(name, pixels, alpha="none", notice=None, tolerance=0, **facts):
    """pixels: (H, W, C), uint8, uint16 or float32, as decoding must deliver them."""
    pixels = np.ascontiguousarray(pixels)
    assert pixels.ndim == 3
    stem = name.rsplit(".", 1)[0]
    (OUT / f"{stem}.expected").write_bytes(pixels.astype(pixels.dtype.newbyteorder("<")).tobytes())
    manifest[name] = {
        "width": pixels.shape[1], "height": pixels.shape[0], "channels": pixels.shape[2],
        "sampleType": str(pixels.dtype), "alpha": alpha, "tolerance": tolerance, **facts}
    if notice:
        manifest[name]["notice"] = notice


def noise(channels, dtype=np.uint8, width=W, height=H):
    top = 256 if dtype == np.uint8 else 65536
    return rng.integers(0, top, (height, width, channels)).astype(dtype)


# PNG

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack_rows(samples, bits):
    """samples: (h, w, c) integers; every row with filter 0."""
    rows = b""
    for row in samples.reshape(samples.shape[0], -1):
        if bits == 16:
            data = row.astype(">u2").tobytes()
        elif bits == 8:
            data = row.astype(np.uint8).tobytes()
        else:
            text = "".join(format(int(v), f"0{bits}b") for v in row)
            text += "0" * (-len(text) % 8)
            data = bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
        rows += b"\0" + data
    return rows


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(name, samples, bits, color_type, before=b"", after=b"", interlaced=False):
    height, width = samples.shape[:2]
    if interlaced:
        data = b"".join(
            pack_rows(part, bits) for x, y, dx, dy in ADAM7
            if (part := samples[y::dy, x::dx]).size)
    else:
        data = pack_rows(samples, bits)
    header = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, int(interlaced))
    (OUT / name).write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", zlib.compress(data, 9))
        + after + chunk(b"IEND", b""))


def small_exif(orientation, order=">", thumbnail=b""):
    """Orientation, an EXIF directory with the pixel width, and a thumbnail in a second directory."""
    mark = b"MM" if order == ">" else b"II"
    exif_at = 8 + 2 + 2 * 12 + 4
    thumb_ifd = exif_at + 2 + 12 + 4
    thumb_at = thumb_ifd + 2 + 2 * 12 + 4
    short = lambda tag, value: struct.pack(order + "HHIHH", tag, 3, 1, value, 0)
    long = lambda tag, value: struct.pack(order + "HHII", tag, 4, 1, value)
    block = mark + struct.pack(order + "HI", 42, 8)
    block += struct.pack(order + "H", 2) + short(0x112, orientation) + long(0x8769, exif_at)
    block += struct.pack(order + "I", thumb_ifd if thumbnail else 0)
    block += struct.pack(order + "H", 1) + long(0xA002, 4000) + struct.pack(order + "I", 0)
    if thumbnail:
        block += struct.pack(order + "H", 2) + long(0x201, thumb_at) + long(0x202, len(thumbnail))
        block += struct.pack(order + "I", 0) + thumbnail
    return block


def turned(pixels, orientation):
    """Stored rows to the picture as seen (EXIF 2.32)."""
    return {
        1: lambda p: p, 2: lambda p: p[:, ::-1], 3: lambda p: p[::-1, ::-1], 4: lambda p: p[::-1],
        5: lambda p: p.swapaxes(0, 1), 6: lambda p: p[::-1].swapaxes(0, 1),
        7: lambda p: p[::-1, ::-1].swapaxes(0, 1), 8: lambda p: p[:, ::-1].swapaxes(0, 1),
    }[orientation](pixels)


def make_png():
    for bits in (1, 2, 4):
        samples = rng.integers(0, 1 << bits, (H, W, 1))
        png(f"gray{bits}.png", samples, bits, 0)
        record(f"gray{bits}.png", (samples * (255 // ((1 << bits) - 1))).astype(np.uint8),
               notice=f"{bits}-bit samples were expanded", bits=bits)
    samples = noise(3, np.uint16)
    png("rgb16-adam7.png", samples, 16, 2, interlaced=True)
    record("rgb16-adam7.png", samples)
    samples = noise(2, np.uint16)
    png("gray-alpha16.png", samples, 16, 4)
    record("gray-alpha16.png", samples, alpha="straight")

    colors = noise(3, height=1, width=11)[0]
    opacity = np.array([0, 40, 128, 200], np.uint8)
    index = rng.integers(0, 11, (H, W, 1))
    png("palette4-trns.png", index, 4, 3,
        chunk(b"PLTE", colors.tobytes()) + chunk(b"tRNS", opacity.tobytes()))
    alpha = np.concatenate([opacity, np.full(7, 255, np.uint8)])
    record("palette4-trns.png", np.concatenate([colors[index[..., 0]], alpha[index]], 2), alpha="straight",
           notice="the palette was expanded")
    png("palette2.png", index % 4, 2, 3, chunk(b"PLTE", colors[:4].tobytes()))
    record("palette2.png", colors[index[..., 0] % 4], notice="the palette was expanded")

    samples = noise(3)
    samples[2:5, 3:7] = (10, 20, 30)
    png("rgb8-trns.png", samples, 8, 2, chunk(b"tRNS", struct.pack(">HHH", 10, 20, 30)))
    clear = (samples == (10, 20, 30)).all(2, keepdims=True)
    record("rgb8-trns.png", np.concatenate([samples, np.where(clear, 0, 255).astype(np.uint8)], 2),
           alpha="straight")

    for orientation in range(2, 9):
        samples = noise(4)
        exif = chunk(b"eXIf", small_exif(orientation))
        # The even ones have their EXIF behind the pixels, where the standard allows it too.
        sides = (b"", exif) if orientation % 2 == 0 else (exif, b"")
        png(f"orientation{orientation}.png", samples, 8, 6, *sides)
        record(f"orientation{orientation}.png", turned(samples, orientation), alpha="straight",
               orientation=orientation)

    samples = noise(3)
    rgb = struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
    png("adobe-gama-chrm.png", samples, 8, 2, chunk(b"gAMA", struct.pack(">I", 45470)) + chunk(b"cHRM", rgb),
        after=chunk(b"tEXt", b"Late\0behind the pixels \xe9"))
    record("adobe-gama-chrm.png", samples)
    png("animation.png", samples, 8, 2, chunk(b"acTL", struct.pack(">II", 1, 0)))
    record("animation.png", samples, notice="more than one frame")
    png("p3-cicp.png", samples, 8, 2, chunk(b"cICP", bytes([12, 13, 0, 1])))
    record("p3-cicp.png", samples)


# ICC

def matrix_profile(gamma=2.2):
    """A version 2 display profile with Display P3's primaries and a plain power law."""
    fixed = lambda v: struct.pack(">i", round(v * 65536))
    xyz = lambda *v: b"XYZ \0\0\0\0" + b"".join(fixed(x) for x in v)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"P3 g\0" + b"\0" * 79
    text += b"\0" * (-len(text) % 4)
    tags = [
        (b"desc", text), (b"cprt", b"text\0\0\0\0none\0\0\0\0"), (b"wtpt", xyz(0.9642, 1, 0.8249)),
        (b"rXYZ", xyz(0.51512, 0.24120, -0.00105)), (b"gXYZ", xyz(0.29198, 0.69225, 0.04189)),
        (b"bXYZ", xyz(0.15710, 0.06657, 0.78407)), (b"rTRC", curve), (b"gTRC", curve), (b"bTRC", curve)]
    table, body, offset = b"", b"", 128 + 4 + 12 * len(tags)
    for tag, data in tags:
        table += tag + struct.pack(">II", offset + len(body), len(data))
        body += data
    size = offset + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + fixed(0.9642) + fixed(1) + fixed(0.8249)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


# TIFF

def tiff(name, pixels, expected=None, alpha="none", notice=None, tolerance=0, facts=None, **options):
    options.setdefault("photometric", "rgb" if pixels.ndim == 3 and pixels.shape[-1] >= 3 else "minisblack")
    tifffile.imwrite(OUT / name, pixels, metadata=None, software=False, **options)
    record(name, pixels if expected is None else expected, alpha, notice, tolerance, **(facts or {}))


def make_tiff():
    icc = matrix_profile()
    (OUT / "p3.icc").write_bytes(icc)
    samples = noise(3, np.uint16, 16, 10)
    tiff("icc16-orientation6.tif", samples, turned(samples, 6), extratags=[(274, 3, 1, 6, True)], iccprofile=icc,
         resolution=(118.5, 118.5), resolutionunit=3, compression="zlib", predictor=True, rowsperstrip=3,
         facts={"orientation": 6})
    floats = (rng.standard_normal((3, 40, 35)) * 3).astype(np.float32)
    tiff("float-planar-tiled.tif", floats, floats.transpose(1, 2, 0), planarconfig="separate", photometric="rgb",
         tile=(16, 32))
    samples = noise(4, np.uint16)
    samples[..., :3] = samples[..., :3].astype(np.uint32) * samples[..., 3:] // 65535
    tiff("associated16.tif", samples, alpha="associated", extrasamples=["ASSOCALPHA"], byteorder=">")
    samples = noise(4)
    tiff("straight8.tif", samples, alpha="straight", extrasamples=["UNASSALPHA"])
    tiff("unspecified-extra.tif", samples, samples[..., :3], extrasamples=["UNSPECIFIED"],
         notice="1 extra channel(s) were left out")
    samples = noise(3)
    tiff("planar-strips.tif", samples.transpose(2, 0, 1), samples, planarconfig="separate", photometric="rgb",
         rowsperstrip=4, compression="zlib")
    tiff("bigtiff-be.tif", samples, bigtiff=True, byteorder=">")
    half = (rng.standard_normal((H, W, 1)) * 4).astype(np.float16)
    half[0, :6, 0] = [0, -0.0, 6e-8, 65504, -1.5, 6.1e-5]
    tiff("half.tif", half[..., 0], half.astype(np.float32))
    tiff("min-is-white.tif", samples[..., 0], 255 - samples[..., :1], photometric="miniswhite")
    colors = rng.integers(0, 65536, (3, 256)).astype(np.uint16)
    tiff("palette16.tif", samples[..., 0], colors.T[samples[..., 0]], photometric="palette", colormap=colors,
         notice="the palette was expanded")
    with tifffile.TiffWriter(OUT / "pages.tif") as writer:
        writer.write(samples, photometric="rgb", metadata=None)
        writer.write(255 - samples, photometric="rgb", metadata=None)
    record("pages.tif", samples, notice="more than one page")
    cmyk = noise(4)
    tiff("cmyk.tif", cmyk, plain_rgb(cmyk), photometric="separated", notice="CMYK was converted", tolerance=1)

    picture = Image.fromarray(smooth())
    for name, options in {
            "lzw.tif": {"compression": "tiff_lzw"}, "packbits.tif": {"compression": "packbits"}, "jpeg.tif": {"compression": "jpeg", "quality": 90},
            "deflate.tif": {"compression": "tiff_adobe_deflate"}}.items():
        picture.save(OUT / name, **options)
        with Image.open(OUT / name) as opened:
            # Decoders of JPEG may differ by rounding, and by how they enlarge chroma.
            record(name, np.asarray(opened.convert("RGB")), tolerance=3 if name == "jpeg.tif" else 0)
    bilevel = Image.fromarray(noise(1)[..., 0]).point(lambda v: 255 * (v > 99), "1")
    bilevel.save(OUT / "fax.tif", compression="group4")
    record("fax.tif", np.asarray(bilevel.convert("L"))[..., None], notice="1-bit samples were expanded")

    block = Image.Exif()
    block[271], block[272] = "Maker", "Model 5"
    block.get_ifd(0x8769).update({0x829A: TiffImagePlugin.IFDRational(1, 250), 0x9003: "2024:05:06 07:08:09",
                                  0x9286: b"ASCII\0\0\0hello there"})
    block.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.5)})
    # Pillow copies the lower directories into a TIFF only when they were read from bytes.
    exif = Image.Exif()
    exif.load(block.tobytes())
    picture.save(OUT / "exif.tif", exif=exif, dpi=(300, 300))
    record("exif.tif", smooth())


# JPEG

def smooth(width=40, height=32):
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 6, y * 7, 255 - x * 3 - y * 3], 2).clip(0, 255).astype(np.uint8)


def plain_rgb(cmyk):
    ink = 255 - cmyk.astype(np.int64)
    return ((ink[..., :3] * ink[..., 3:] + 127) // 255).astype(np.uint8)


def make_jpeg():
    picture = Image.fromarray(smooth())
    thumbnail = io.BytesIO()
    picture.resize((10, 8)).save(thumbnail, "JPEG", quality=30)
    xmp = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
           b'<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"'
           b' xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/jpeg"/></rdf:RDF></x:xmpmeta>')
    files = {
        "progressive.jpg": dict(progressive=True, quality=88, subsampling=2),
        "gray.jpg": dict(quality=80),
        "exif-thumbnail.jpg": dict(
            quality=90, subsampling=0, exif=b"Exif\0\0" + small_exif(6, "<", thumbnail.getvalue()), xmp=xmp,
            dpi=(240, 240), comment=b"a comment"),
    }
    for name, options in files.items():
        (picture.convert("L") if name == "gray.jpg" else picture).save(OUT / name, **options)
        with Image.open(OUT / name) as opened:
            pixels = np.asarray(opened)
        pixels = pixels[..., None] if pixels.ndim == 2 else pixels
        if name == "exif-thumbnail.jpg":
            pixels = turned(pixels, 6)
        # The two decoders may round differently.
        record(name, pixels, tolerance=2, quality=options["quality"],
               orientation=6 if name == "exif-thumbnail.jpg" else 1)
    inks = np.concatenate([smooth(), smooth()[..., :1] // 3], 2)
    Image.fromarray(inks, "CMYK").save(OUT / "cmyk-adobe.jpg", quality=95)
    with Image.open(OUT / "cmyk-adobe.jpg") as opened:
        record("cmyk-adobe.jpg", plain_rgb(np.asarray(opened)), notice="CMYK was converted", tolerance=3)


OUT.mkdir(parents=True, exist_ok=True)
make_png()
make_tiff()
make_jpeg()
(OUT / "fixtures.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
print(len(manifest), "pictures,", sum(p.stat().st_size for p in OUT.iterdir()), "bytes")
