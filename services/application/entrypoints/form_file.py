"""FORM.json: a whole form outside the platform, read liberally: what no rule needs may be left out (C4.1)."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from services.application.entrypoints import bodies
from services.application.entrypoints.bodies import MaterialBody, MaterialNumber, T3Body
from services.application.entrypoints.form_reading import read
from shared.web.models import Body, Count, Sha256Text, ShortText

CATEGORIES: Final = "categories"
"""What a reader says of its round when it validates a form."""


class T1Body(bodies.T1Body):
    """基本情况; whether the code is one is for R1 to say."""

    uscc: ShortText
    category: Annotated[list[ShortText], Field(max_length=8, default_factory=list)]
    """Codes of the round's categories, or their Chinese names."""

    @field_validator("category")
    @classmethod
    def _known(cls, named: list[str], info: ValidationInfo) -> list[str]:
        """As codes; where the reader knows the round's categories (code to Chinese name), none but these."""
        categories: Mapping[str, str] = (info.context or {}).get(CATEGORIES, {})
        codes = [next((code for code, zh in categories.items() if zh == one), one) for one in named]
        if categories and not set(codes) <= categories.keys():
            raise ValueError("a category of the round is expected")
        return codes


class T2Body(bodies.T2Body):
    """队伍与场地, perhaps with the numbers that follow from the roster; they are counted again."""

    n_fulltime: Count | None = None
    n_edu: Count | None = None
    n_title: Count | None = None
    n_both: Count | None = None


class PartnerBody(bodies.PartnerBody):
    """合作机构; whether the code is one is for R17 to say."""

    uscc: ShortText


class T4Body(bodies.T4Body):
    """资源、制度、计划."""

    partners: Annotated[list[PartnerBody], Field(max_length=200)]  # type: ignore[assignment]  # each is one


class FormFile(Body):
    """A whole form outside the platform; a material is named by its number alone, or with its file."""

    t1: T1Body | None = None
    t2: T2Body | None = None
    t3: T3Body | None = None
    t4: T4Body | None = None
    materials: Annotated[list[MaterialNumber | MaterialBody], Field(max_length=200, default_factory=list)]
    revisions: dict[Literal["t1", "t2", "t3", "t4"], Count] | None = None
    commitments: dict[Literal["legal_representative", "contact"], Sha256Text] | None = None
    """These two are what the platform adds when it answers a form; no rule reads them."""

    @model_validator(mode="before")
    @classmethod
    def _liberally(cls, document: Any) -> Any:
        return read(document) if isinstance(document, dict) else document

    @property
    def tables(self) -> tuple[tuple[str, Body | None], ...]:
        """The four tables by name."""
        return (("T1", self.t1), ("T2", self.t2), ("T3", self.t3), ("T4", self.t4))

    @property
    def attached(self) -> frozenset[int]:
        """The numbers of the materials."""
        return frozenset(one if isinstance(one, int) else one.material for one in self.materials)
