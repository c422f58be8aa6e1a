"""What a file is, as its content shows: libmagic from the `pylibmagic` wheel, whatever the system has.

The system's library is found first otherwise, and cannot read the wheel's database when it is older.
"""

import ctypes.util
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from mimetypes import MimeTypes
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from shared.files.refusals import ContentIsOfAnotherType, TypeNotTaken

if TYPE_CHECKING:
    from magic import Magic

HEAD_BYTES = 64 * 1024
"""What of a file is looked at."""
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\x00asm")
"""What no document begins with; libmagic may see a PDF in it, which a program can carry as well."""
A_PROGRAM = "a program"
_KNOWN = MimeTypes(filenames=())


def check_declared(media_type: str, allowed: Iterable[str]) -> str:
    """The declared type in its plain form; raise `TypeNotTaken` unless it is one of `allowed`."""
    plain = media_type.partition(";")[0].strip().lower()
    taken = sorted(allowed)
    if plain not in taken:
        declared = plain[:100]
        raise TypeNotTaken(
            f"{declared or 'no type'} is declared; {', '.join(taken)} are taken",
            detail_zh=f"声明的类型为{declared or '空'}，可接收{'、'.join(taken)}",
        )
    return plain


def check_content(head: bytes, declared: str, name: str) -> None:
    """Raise `ContentIsOfAnotherType` unless the content's beginning and the name's ending are of the declared type."""
    shown = A_PROGRAM if head.startswith(PROGRAMS) else _magic().from_buffer(head)
    if shown != declared:
        raise ContentIsOfAnotherType(
            f"{declared} is declared, the content is {shown}",
            detail_zh=f"声明的类型为{declared}，内容实为{'程序' if shown == A_PROGRAM else shown}",
            field="body",
        )
    suffix = PurePosixPath(name).suffix.lower()
    usual = _KNOWN.guess_all_extensions(declared)
    if suffix and usual and suffix not in usual:
        detail = f"{declared} is declared, the name ends with {suffix[:20]}; {', '.join(usual)} are usual"
        detail_zh = f"声明的类型为{declared}，文件名以{suffix[:20]}结尾，通常为{'、'.join(usual)}"
        raise ContentIsOfAnotherType(detail, detail_zh=detail_zh, field="name")


@cache
def _magic() -> "Magic":
    spec = find_spec("pylibmagic")
    assert spec is not None, "a dependency"
    assert spec.submodule_search_locations is not None, "a package"
    folder = Path(next(iter(spec.submodule_search_locations)))
    found = next(folder / name for name in ("libmagic.so", "libmagic.dylib") if (folder / name).exists())
    searching = ctypes.util.find_library
    ctypes.util.find_library = lambda name: str(found) if name == "magic" else searching(name)
    try:
        from magic import Magic  # noqa: PLC0415 - loads its library while it is imported
    finally:
        ctypes.util.find_library = searching
    return Magic(mime=True, magic_file=str(folder / "magic.mgc"))
