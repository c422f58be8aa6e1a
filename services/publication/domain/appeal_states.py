"""What an appeal can be, and why one is not filed or decided as asked (C5.4)."""

from dataclasses import dataclass
from typing import TypeAlias

from shared.contracts.publication import AppealDecided, AppealFiled
from shared.kernel.refusal import NotPermitted, Refusal, Unknown


@dataclass(frozen=True, slots=True)
class NotAppealed:
    """No appeal."""


@dataclass(frozen=True, slots=True)
class Filed:
    """Waits for the decision."""

    appeal: AppealFiled


@dataclass(frozen=True, slots=True)
class Decided:
    """The last appeal is decided."""

    appeal: AppealFiled
    decision: AppealDecided


Appeal: TypeAlias = NotAppealed | Filed | Decided


class NothingToAppealAgainst(Refusal):
    """Only a rejection that stands can be appealed against."""

    title = "The application was not rejected"
    clause = "C5.4"
    field = "application"


class NoAppealsInThisRound(Refusal):
    """The round fixes no time for appeals."""

    title = "This round knows no appeal"
    clause = "C5.4"
    field = "application"


class AppealTooLate(Refusal):
    """The time for an appeal is over."""

    title = "The time for an appeal is over"
    clause = "C5.4"
    field = "application"


class AppealAlreadyFiled(Refusal):
    """One appeal against one rejection."""

    title = "There is an appeal against this rejection already"
    clause = "C5.4"
    field = "application"


class AppealNotFiled(Unknown):
    """Nobody appealed."""

    title = "There is no appeal against this application's rejection"
    clause = "C5.4"
    field = "application"


class AppealAlreadyDecided(Refusal):
    """A decision on an appeal stands."""

    title = "The appeal is decided already"
    clause = "C5.4"
    field = "application"


class ApproverMayNotDecideTheAppeal(NotPermitted):
    """Two people decide: nobody judges an appeal against what they approved themselves."""

    title = "Whoever approved the rejection may not decide the appeal against it"
    clause = "C5.4"


class PromoterMayNotDecideTheAppeal(NotPermitted):
    """Nobody judges an appeal of whom they put another in the place of."""

    title = "Whoever promoted another in the application's place may not decide its appeal"
    clause = "C5.4"


class NeverWithTheExperts(Refusal):
    """A stage that an application never reached cannot be done again."""

    title = "The application ended at the district and was never with the experts"
    clause = "C5.4"
    field = "stage"


class NothingToReverse(Refusal):
    """A reversal puts an application where its panel ranked it; what no ranking holds is done again by a stage."""

    title = "No ranking holds the application: remit it to the district, or to the experts"
    clause = "C5.4"
    field = "outcome"


class RevokedIsNotReversed(Refusal):
    """No list takes whose approval was revoked: the rejection is upheld, or a stage is done again."""

    title = "The application's approval was revoked, so that no correction can carry a reversal out"
    clause = "C5.4"
    field = "outcome"
