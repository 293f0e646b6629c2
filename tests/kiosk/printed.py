"""A PDF of labels as the eye and the scanner meet it, page by page."""

import random
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Final

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter

BARS: Final = zxingcpp.BarcodeFormat.Code128
DPI: Final = 200
"""An office scanner's, and coarser than any printer's."""


class Printed:
    """A PDF as the eye and the scanner meet it."""

    def __init__(self, file: Path | bytes) -> None:
        self._document = pypdfium2.PdfDocument(file)

    def __len__(self) -> int:
        return len(self._document)

    @property
    def sizes(self) -> list[tuple[float, float]]:
        """Width and height of each page, in millimetres."""
        return [tuple(round(side / 72 * 25.4, 1) for side in page.get_size()) for page in self._document]

    @property
    def texts(self) -> list[str]:
        """What is written on each page."""
        return [page.get_textpage().get_text_range() for page in self._document]

    @cached_property
    def _images(self) -> list[Image.Image]:
        return [page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L") for page in self._document]

    @cached_property
    def barcodes(self) -> list[list[zxingcpp.Barcode]]:
        """The symbols on each page as it was printed."""
        return [decoded(image) for image in self._images]

    @property
    def codes(self) -> list[list[str]]:
        """What each page says to a scanner, sorted."""
        return [sorted(found.text for found in page) for page in self.barcodes]

    @property
    def matrices(self) -> list[list[str]]:
        """What each page says to a camera by its Data Matrix symbols, worn as above."""
        kind = zxingcpp.BarcodeFormat.DataMatrix
        return [[found.text for found in decoded(worn(image, 0), kind)] for image in self._images]

    @cached_property
    def worn_codes(self) -> list[list[str]]:
        """The same of pages that are dirty, askew and out of focus."""
        return [sorted(found.text for found in decoded(worn(image, page))) for page, image in enumerate(self._images)]


def decoded(
    image: Image.Image, kind: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.Code128
) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(image, formats=kind, try_invert=False)


def worn(image: Image.Image, seed: int) -> Image.Image:
    """The image a little blurred, turned and full of grain."""
    askew = image.rotate(1.5 if seed % 2 else -1.2, resample=Image.Resampling.BILINEAR, expand=True, fillcolor=255)
    blurred = askew.filter(ImageFilter.BoxBlur(0.8))
    grain = Image.frombytes("L", blurred.size, random.Random(seed).randbytes(blurred.width * blurred.height))
    return Image.blend(blurred, grain, 0.12)


def gaps(barcodes: Iterable[zxingcpp.Barcode]) -> list[float]:
    """Millimetres between the bars of every two of them: beside each other, or else one above the other."""
    boxes = []
    for barcode in barcodes:
        corners = [getattr(barcode.position, name) for name in ("top_left", "top_right", "bottom_left", "bottom_right")]
        xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
        boxes.append((min(xs), max(xs), min(ys), max(ys)))
    return [
        max(a[0] - b[1], b[0] - a[1], a[2] - b[3], b[2] - a[3]) / DPI * 25.4
        for at, a in enumerate(boxes)
        for b in boxes[at + 1 :]
    ]
