"""What review's door accepts."""

from typing import Annotated, Literal

from pydantic import Field

from shared.web.models import Body, Count, IdText, LongText, ShortText, Token, UsccText

Version = Annotated[int, Field(ge=1, le=1000)]
RuleText = Annotated[str, Field(pattern=r"^R([1-9]|1[0-9])$")]


class JudgementBody(Body):
    """A rule that a person decides, and why."""

    rule: RuleText
    outcome: Literal["PASS", "FAIL"]
    rationale: Annotated[LongText, Field(min_length=1)]


class RecommendationBody(Body):
    """推荐意见 and 推荐顺序."""

    version: Version
    opinion: ShortText
    order: Annotated[int, Field(ge=1, le=10_000)]


class DeclineBody(Body):
    """Why the district does not recommend."""

    version: Version
    reasons: Annotated[list[ShortText], Field(min_length=1, max_length=20)]


class ExpertBody(Body):
    """An expert for the pool."""

    expert: IdText
    employer_uscc: UsccText
    specialties: Annotated[list[Token], Field(min_length=1, max_length=9)]


class PanelBody(Body):
    """The group whose panel is drawn, and the seed of the draw."""

    round: Token
    group: Token
    seed: Annotated[ShortText, Field(min_length=1)]


class ConflictBody(Body):
    """The expert's answer."""

    answer: Literal["none", "conflict"]
    detail: ShortText | None = None


class AssignmentBody(Body):
    """The expert to assign."""

    expert: IdText


class ItemBody(Body):
    """Points for one criterion."""

    criterion: Token
    score: Count
    comment: LongText = ""


class ScoreBody(Body):
    """Every criterion of the rubric, once."""

    version: Version
    items: Annotated[list[ItemBody], Field(min_length=1, max_length=50)]
