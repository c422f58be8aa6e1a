"""The policy in force: a round's plan as it stands at an instant, after every amendment that had taken effect."""

from collections.abc import Iterable
from dataclasses import replace

from shared.contracts.application import DeadlineExtended, PolicyAmended, RoundPlanned
from shared.contracts.round import RoundParameters
from shared.contracts.sourced import Number
from shared.kernel.instants import Instant, end_of_day_after
from shared.kernel.refusal import Unknown


class RoundUnknown(Unknown):
    """A house has not heard of the round."""

    title = "There is no such round"
    field = "round"


def in_force(plan: RoundPlanned, amendments: Iterable[PolicyAmended], at: Instant) -> RoundPlanned:
    """The plan with the parameters of the amendment that took effect last; of those of one instant the last in the log.

    What was evaluated or constituted before keeps the policy of its own instant: ask for that instant.
    """
    effective = [one for one in amendments if one.effective_from <= at]
    if not effective:
        return plan
    last = max(enumerate(effective), key=lambda one: (one[1].effective_from, one[0]))[1]
    return replace(
        plan,
        parameters=last.parameters,
        parameters_hash=last.new_hash,
        rule_set_hash=last.rule_set_hash,
        rubric_hash=last.rubric_hash,
    )


def letters_in_force(extensions: Iterable[DeadlineExtended]) -> tuple[DeadlineExtended, ...]:
    """Of each scope and target the extension that was granted last: it says until when, also where that is earlier."""
    return tuple({(one.scope, one.target): one for one in extensions}.values())


def corrections_on_notice(parameters: RoundParameters) -> bool:
    """Whether a correction that adds somebody to the published list goes on public notice first (C5.4)."""
    return parameters.decisions.corrections_on_notice


def remit_due(parameters: RoundParameters, at: Instant) -> Instant | None:
    """The first instant after the time of a remit that was decided at `at`; None where the round gives none (C5.4)."""
    days = days_of(parameters.corrections.remit_days)
    return None if days is None else end_of_day_after(at, days)


def days_of(said: Number) -> int | None:
    """The days that a round gives for something; None where it gives none, since there is no such path."""
    return said.value or None
