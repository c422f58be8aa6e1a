"""The papers that are sent: copies that go with a form (C4), and what requests, objections and reports name."""

from hashlib import sha256

from rehearsal.cast import GROUNDED, Organization, Part

NAMES = {
    2: "申请报告",
    3: "营业执照",
    4: "资质证书",
    5: "会计报表",
    6: "租赁合同",
    7: "专业人员证书",
    8: "荣誉证书",
    9: "承诺书",
}
HONOURS, STATEMENT = 8, 9
PDF = "application/pdf"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"


def wanted(organization: Organization) -> list[int]:
    """The materials that it has to attach; the first is the form itself."""
    return [number for number in NAMES if number != HONOURS or organization.part in GROUNDED]


def copy(organization: Organization, number: int, edition: int = 1) -> bytes:
    """A copy of one of the materials."""
    return paper(f"material {number}, edition {edition}, {organization.uscc}")


def handbook(organization: Organization) -> bytes:
    """Its rules, its procedure, its fees with what small and micro enterprises pay less, and how it assures quality."""
    return paper(f"handbook, {organization.uscc}")


def agreements(organization: Organization) -> bytes:
    """Its agreements with the service organizations that it gathers."""
    return paper(f"agreements, {organization.uscc}")


def hash_of(content: bytes) -> str:
    """The name by which a form names it."""
    return sha256(content).hexdigest()


def paper(words: str) -> bytes:
    """One page of PDF 1.4 with these words, which are ASCII."""
    text = f"BT /F1 18 Tf 60 760 Td ({words}) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE,
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = "%PDF-1.4\n", []
    for index, one in enumerate(objects, 1):
        places.append(len(body))
        body += f"{index} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return (body + head + trailer).encode()


def no_pdf(organization: Organization) -> bytes:
    """A text that somebody calls a PDF."""
    return f"{organization.name}的申请报告，直接改了扩展名。\n".encode() * 20


def edition(organization: Organization) -> int:
    """Which edition of its lease it attaches at first."""
    return 0 if organization.part is Part.RETURNED else 1
