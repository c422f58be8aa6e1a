"""How a panel comes about: drawn from the pool by a seed that is chosen in public, once for each group (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import assert_never

from services.review.domain.panel_states import Closed, Constituted, NotConstituted, Panel, Ranked
from shared.contracts.review import ExpertEnrolled, PanelConstituted
from shared.contracts.round import Panels, RoundParameters
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.kernel.actor import Actor
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, NotPermitted, Refusal

ALGORITHM = "sha256(seed/expert)/ascending/v1"


@dataclass(frozen=True, slots=True)
class ConstitutePanel:
    """The secretary draws the panel of a group from the pool; the seed is chosen in public."""

    round: str
    group: str
    groups: frozenset[str]
    """Those of the round."""
    pool: tuple[ExpertEnrolled, ...]
    terms: Panels
    seed: str
    by: Actor
    at: Instant


class GroupUnknown(Malformed):
    """A panel is for a category that is open in the round, or for the comprehensive organizations."""

    title = "The round has no such group"
    clause = "C5.4"
    field = "group"


class TooFewExperts(Refusal):
    """The pool has fewer experts of the specialty than the round asks for."""

    title = "The pool has too few experts for this group"
    clause = "C5.4"
    field = "group"


class PanelAlreadyConstituted(Refusal):
    """A panel is drawn once."""

    title = "The group has a panel already"
    clause = "C5.4"


class SecretaryIsOnThePanel(NotPermitted):
    """Whoever constitutes or runs a panel has no seat on it."""

    title = "A member of the panel is not its secretary"
    clause = "C5.4"


def groups_of(parameters: RoundParameters) -> frozenset[str]:
    """The round's open categories, and the comprehensive organizations (C1)."""
    return frozenset({COMPREHENSIVE, *(category.code for category in parameters.categories if category.open)})


def panel_id(round_id: str, group: str) -> str:
    """One panel for each group of a round."""
    return named("panel", round_id, group)


def draw(pool: Sequence[ExpertEnrolled], group: str, size: int, seed: str) -> tuple[str, ...]:
    """The experts of the specialty with the smallest hashes of seed and id; anyone may repeat it."""
    eligible = [expert.expert for expert in pool if group in expert.specialties]
    ordered = sorted(eligible, key=lambda expert: sha256(f"{seed}/{expert}".encode()).digest())
    return tuple(ordered[:size])


def constitute(state: Panel, command: ConstitutePanel) -> Sequence[PanelConstituted]:
    """Draw a group's panel, once."""
    match state:
        case NotConstituted():
            if command.group not in command.groups:
                raise GroupUnknown(
                    f"the round's groups are {', '.join(sorted(command.groups))}",
                    detail_zh=f"本年度的组别：{'、'.join(sorted(command.groups))}",
                )
            size = command.terms.experts.value
            experts = draw(command.pool, command.group, size, command.seed)
            if len(experts) < size:
                raise TooFewExperts(
                    f"{len(experts)} of {size} for {command.group}",
                    detail_zh=f"合适的专家{len(experts)}名，需要{size}名",
                )
            if command.by.id in experts:
                raise SecretaryIsOnThePanel(
                    "another secretary constitutes this panel", detail_zh="请由另一名评审秘书组建该专家组"
                )
            return [
                PanelConstituted(
                    panel=panel_id(command.round, command.group),
                    round=command.round,
                    group=command.group,
                    experts=experts,
                    seed=command.seed,
                    algorithm=ALGORITHM,
                )
            ]
        case Constituted(constitution) | Closed(constitution) | Ranked(constitution):
            if constitution.seed == command.seed:
                return []
            raise PanelAlreadyConstituted
        case _:
            assert_never(state)
