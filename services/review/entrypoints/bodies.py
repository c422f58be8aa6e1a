"""What review's door accepts."""

from typing import Annotated, Literal

from pydantic import Field

from shared.web.models import Body, Count, IdText, InstantText, LongText, ReasonText, ShortText, Token, UsccText

Version = Annotated[int, Field(ge=1, le=1000)]
Voters = Annotated[list[IdText], Field(max_length=100, default_factory=list)]
"""The experts who voted; where each casts a ballot, nobody needs to be named."""
RuleText = Annotated[str, Field(pattern=r"^R([1-9]|1[0-9])$")]


class ComplianceItemBody(Body):
    """One thing that was checked on paper."""

    item: Token
    result: Literal["conforms", "deviates", "missing"]
    note: LongText = ""


class ComplianceBody(Body):
    """资料合规性审核: what was checked of a version."""

    version: Version
    items: Annotated[list[ComplianceItemBody], Field(min_length=1, max_length=100)]


class WaiverProposalBody(Body):
    """A failed rule, and why it should be waived."""

    rule: RuleText
    ground: ReasonText


class WaiverBody(Body):
    """The second officer's decision; a refusal says why."""

    rule: RuleText
    outcome: Literal["granted", "refused"]
    reason: LongText = ""


class CorrectionBody(Body):
    """One thing to correct: a table (`t2`), a member (`t2.premises`) or a material (`materials.6`)."""

    path: Annotated[str, Field(pattern=r"^[a-z0-9_.]{1,64}$")]
    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]
    note: LongText = ""


class ReturnBody(Body):
    """What is sent back, and until when; as long as the round gives where no time is said."""

    version: Version
    items: Annotated[list[CorrectionBody], Field(min_length=1, max_length=50)]
    due: InstantText | None = None


class GroundsBody(Body):
    """Why the applicant turns against a decision."""

    grounds: ReasonText


class ReconsiderationBody(Body):
    """The district decides again."""

    outcome: Literal["upheld", "reopened"]
    reasons: Annotated[list[ShortText], Field(min_length=1, max_length=20)]


class OverrulingBody(Body):
    """What the district found amiss, a rule or a thing that was checked, and why it is admitted all the same."""

    what: Token
    rationale: ReasonText


class EscalationDecisionBody(Body):
    """The city decides; each judged failure and each deviation that it overrules with a rationale."""

    outcome: Literal["admitted", "dismissed"]
    reason: ReasonText
    overruled: Annotated[list[OverrulingBody], Field(max_length=100, default_factory=list)]


class SealingBody(Body):
    """The number of the official letter (发文字号)."""

    document_number: ShortText


class ReopeningBody(Body):
    """On whose authority a sealed list is opened again."""

    authority: ShortText


class JudgementBody(Body):
    """A rule that a person decides, and why."""

    rule: RuleText
    outcome: Literal["PASS", "FAIL"]
    rationale: ReasonText


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


class RevisionBody(Body):
    """Every criterion of the rubric, once, and why the score changes."""

    version: Version
    items: Annotated[list[ItemBody], Field(min_length=1, max_length=50)]
    reason: ReasonText


class RecusalBody(Body):
    """Who leaves the application, why, and whether the score goes along."""

    expert: IdText
    reason: ReasonText
    voids_score: bool


class ReplacementBody(Body):
    """Whose place is given to whom."""

    expert: IdText
    replacement: IdText
    reason: ReasonText


class VoidBody(Body):
    """Whose score does not count, and why."""

    expert: IdText
    reason: ReasonText


class TieBallotBody(Body):
    """How an expert orders applications of one rank, best first."""

    order: Annotated[list[IdText], Field(min_length=2, max_length=500)]


class TieBody(Body):
    """How the panel's majority ordered applications of one rank, best first."""

    tie_group: Annotated[int, Field(ge=1, le=10_000)]
    order: Annotated[list[IdText], Field(min_length=2, max_length=500)]
    voters: Voters


class DecisionBallotBody(Body):
    """How an expert would have an application with too few scores ranked."""

    application: IdText
    decision: Literal["rank_with_fewer", "leave_unranked"]


class PanelDecisionBody(Body):
    """How the panel ranks an application with too few scores."""

    application: IdText
    decision: Literal["rank_with_fewer", "leave_unranked"]
    reason: ReasonText
    voters: Voters
