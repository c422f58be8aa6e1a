"""Documents opened with tools that had no part in making them."""

import io

import pypdfium2
import zxingcpp
from pypdf import PdfReader
from pypdf.generic import DictionaryObject


def texts(pdf: bytes) -> list[str]:
    """The text of each page in reading order, without spaces and breaks."""
    document = pypdfium2.PdfDocument(pdf)
    return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def qr_codes(pdf: bytes) -> list[list[str]]:
    """What a QR reader sees on each page, printed at 200 dots an inch."""
    document = pypdfium2.PdfDocument(pdf)
    images = [page.render(scale=200 / 72).to_pil() for page in document]
    return [[found.text for found in zxingcpp.read_barcodes(image)] for image in images]


def reader(pdf: bytes) -> PdfReader:
    """The file's structure."""
    return PdfReader(io.BytesIO(pdf))


def catalogue(pdf: bytes) -> DictionaryObject:
    """The root of its structure."""
    root = reader(pdf).trailer["/Root"].get_object()
    assert isinstance(root, DictionaryObject)
    return root


def metadata(pdf: bytes) -> str:
    """The XMP packet."""
    packet: bytes = catalogue(pdf)["/Metadata"].get_object().get_data()  # type: ignore[union-attr]
    return packet.decode()
