"""The declared type against content and name, by the wheel's own libmagic (C4)."""

import io
import subprocess
import sys
import zipfile

import pytest

from shared.files.content import check_content, check_declared
from shared.files.refusals import ContentIsOfAnotherType, TypeNotTaken
from tests.shared.files.conftest import PDF, PNG

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00\x01\x00\x00\x00" + bytes(40)
WINDOWS = b"MZ" + bytes(58) + b"\x80\x00\x00\x00" + bytes(64) + b"PE\x00\x00\x64\x86" + bytes(200)
TAKEN = ("application/pdf", "image/jpeg", "image/png")
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def docx() -> bytes:
    """What a word processor saves, in little."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>" * 20)
        parts.writestr("_rels/.rels", "<Relationships/>" * 20)
        parts.writestr("word/document.xml", "<w:document/>" * 50)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "declared", "name"),
    [
        (PDF, "application/pdf", "租赁合同.pdf"),
        (PDF, "application/pdf", "LEASE.PDF"),
        (PDF, "application/pdf", "lease"),
        (JPEG, "image/jpeg", "a.jpg"),
        (JPEG, "image/jpeg", "a.jpeg"),
        (PNG, "image/png", "a.png"),
        (docx(), DOCX_TYPE, "a.docx"),
    ],
)
def test_what_is_as_declared_passes(content: bytes, declared: str, name: str) -> None:
    check_content(content, declared, name)


@pytest.mark.parametrize(
    ("content", "declared", "name", "field"),
    [
        (docx(), "application/pdf", "a.pdf", "body"),
        (ELF, "application/pdf", "a.pdf", "body"),
        (WINDOWS, "image/png", "a.png", "body"),
        (b"#!/bin/sh\nrm -rf /\n", "application/pdf", "a.pdf", "body"),
        (b"<html><script>alert(1)</script></html>", "application/pdf", "a.pdf", "body"),
        (b"hello", "image/png", "a.png", "body"),
        (PNG, "image/jpeg", "a.jpg", "body"),
        (b"", "application/pdf", "a.pdf", "body"),
        (b"\x00" * 100, "application/pdf", "a.pdf", "body"),
        (PDF, "application/pdf", "a.exe", "name"),
        (PDF, "application/pdf", "a.pdf.docx", "name"),
    ],
)
def test_what_is_not_as_declared_is_refused(content: bytes, declared: str, name: str, field: str) -> None:
    with pytest.raises(ContentIsOfAnotherType) as refused:
        check_content(content, declared, name)
    assert refused.value.field == field


@pytest.mark.parametrize("declared", ["application/pdf", "Application/PDF", "application/pdf; charset=binary"])
def test_a_declared_type_is_read_plainly(declared: str) -> None:
    assert check_declared(declared, TAKEN) == "application/pdf"


@pytest.mark.parametrize("declared", ["", "pdf", DOCX_TYPE, "application/octet-stream", "*/*", "application/*"])
def test_a_type_that_is_not_taken_is_refused(declared: str) -> None:
    with pytest.raises(TypeNotTaken):
        check_declared(declared, TAKEN)


def test_libmagic_is_the_wheels_and_stderr_stays_silent() -> None:
    program = (
        "from shared.files.content import check_content\n"
        "check_content(b'%PDF-1.7\\n', 'application/pdf', 'a.pdf')\n"
        "import ctypes.util, magic\n"
        "print(magic.libmagic._name, ctypes.util.find_library.__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    library, finder = done.stdout.split()
    assert "pylibmagic" in library
    assert finder == "find_library"
