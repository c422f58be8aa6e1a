"""What earlier rounds left unsaid: the one place for it; a round that says it is taken at its word."""

from typing import Final

from shared.contracts.round import Levels, MaterialRule

EARLIER_LEVELS: Final = Levels(
    education="college", title="intermediate", recognition="district", counting="union", source="C2.1.2"
)
"""大专以上, 中级以上 (C2.1.2), 区级以上 (C2.1.7), 不得重复计算 as union: for rounds without `levels`."""


def _asked(number: int, required: str) -> MaterialRule:
    """A material of a round that kept no files: nothing is said of their number, type and size."""
    return MaterialRule(
        number=number, name_zh="", required=required, media_types=(), size_max=0, files_max=0, source=f"C4.{number}"
    )


EARLIER_MATERIALS: Final = (
    _asked(1, "form"),
    _asked(2, "always"),
    _asked(3, "always"),
    _asked(4, "qualifications"),
    _asked(5, "always"),
    _asked(6, "always"),
    _asked(7, "always"),
    _asked(8, "honours"),
    _asked(9, "always"),
)
"""What R18 asked for in rounds without `materials` (C4)."""
