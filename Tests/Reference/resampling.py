"""Prints the rows that Tests/ImageProcessingTests/ResamplingTests.swift compares with: Pillow's resampling of one
row of nine floats to other widths, antialiased as Pillow does it.

    python3 Tests/Reference/resampling.py        (Pillow 13.0)
"""

import numpy
from PIL import Image

ROW = [0.1, 0.9, 0.3, 0.35, 0.8, 0.05, 0.6, 0.65, 0.2]
FILTERS = {"bicubic": Image.Resampling.BICUBIC, "lanczos3": Image.Resampling.LANCZOS}

for name, kernel in FILTERS.items():
    for width in (2, 4, 9, 14):
        picture = Image.fromarray(numpy.array([ROW], dtype=numpy.float32), mode="F")
        values = numpy.asarray(picture.resize((width, 1), kernel))[0]
        print(f"    (.{name}, [{', '.join(f'{v:.7f}' for v in values)}]),")
