"""Shapes at the edge: strict bodies, closed field types and the receipt of a command."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.correction import ItemToCorrect
from shared.contracts.vocabulary import District
from shared.kernel.instants import NotAnInstant, instant

ONE_LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s][^\x00-\x1f\x7f]*$"
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
SAYING = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*[^\x00-\x1f\x7f\s\u200b\ufeff][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
WORD = r"^[A-Za-z0-9_.-]{1,64}$"
USCC = r"^[0-9A-Z]{18}$"
DECIMAL = r"^[0-9]{1,15}(\.[0-9]{1,3})?$"
SIGNED_DECIMAL = r"^-?[0-9]{1,15}(\.[0-9]{1,3})?$"
RATIO = r"^[0-9]{1,9}/[1-9][0-9]{0,8}$"
SHA256 = r"^[0-9a-f]{64}$"
DISTRICT = r"^[0-9]{6}$"
ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_DAY = r"(18|19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
DAY, MOMENT, DAY_OR_MOMENT = f"^{_DAY}$", f"^{_DAY}T{_TIME}$", f"^{_DAY}(T{_TIME})?$"
"""What each of them asks for is said in `expected`."""


class Body(BaseModel):
    """A request body: unknown members are refused and nothing is coerced.

    Lists are `list`, closed sets `Literal`: strict models take neither a tuple nor an Enum from JSON.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Receipt(BaseModel):
    """Where a command's events are in the log; ids of what was made are further members."""

    model_config = ConfigDict(extra="allow")

    position: int = Field(description="Position in this service's log; ask reads for `at_least` this")
    stream: str
    version: int
    events: list[str]


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("a day of the calendar is expected, YYYY-MM-DD") from None
    return text


def _moment(text: str) -> str:
    try:
        return instant(text)
    except NotAnInstant:
        raise ValueError("an ISO 8601 instant with an offset is expected") from None


def _either(text: str) -> str:
    return _moment(text) if "T" in text else _day(text)


def _district(text: str) -> str:
    try:
        return District(text).value
    except ValueError:
        raise ValueError("the GB/T 2260 code of a district of Shanghai is expected") from None


ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=ONE_LINE)]
"""One line that says something: blanks alone are no name, no ground and no number of a document."""
LongText = Annotated[str, StringConstraints(max_length=4000, pattern=LINES)]
ReasonText = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=SAYING)]
"""A reason, ground or rationale: blanks alone are none. Names no person, since events are never erased."""
Token = Annotated[str, StringConstraints(pattern=WORD)]
UsccText = Annotated[str, StringConstraints(pattern=USCC)]
DecimalText = Annotated[str, StringConstraints(pattern=DECIMAL)]
SignedDecimalText = Annotated[str, StringConstraints(pattern=SIGNED_DECIMAL)]
RatioText = Annotated[str, StringConstraints(pattern=RATIO)]
"""Such as 15/100."""
Sha256Text = Annotated[str, StringConstraints(pattern=SHA256)]
DateText = Annotated[str, StringConstraints(pattern=DAY), AfterValidator(_day)]
"""1800 to 2199: no calculation with it leaves the calendar."""
InstantText = Annotated[str, StringConstraints(pattern=MOMENT), AfterValidator(_moment)]
AsOfText = Annotated[str, StringConstraints(pattern=DAY_OR_MOMENT), AfterValidator(_either)]
"""A day, which means its end in Shanghai, or an instant with an offset; see `last_of`."""
DistrictText = Annotated[str, StringConstraints(pattern=DISTRICT), AfterValidator(_district)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
IdText = Annotated[str, StringConstraints(pattern=ID)]


class ItemBody(Body):
    """One thing that is sent back to be corrected."""

    path: Token = Field(description="A table (t2), a member (t2.premises), a document or a material (materials.6)")
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]
    note: ShortText

    @property
    def item(self) -> ItemToCorrect:
        """As events carry it."""
        return ItemToCorrect(path=self.path, code=self.code, note=self.note)
