"""The proposal: the best of each ranking, by the officer, with nobody forgotten (C5.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from services.publication.domain.listing import Amends, group_of, list_hash, select, submission_of
from services.publication.domain.states import Approved, Decision, DecisionEvent, NotProposed, Proposed
from shared.contracts.application import ApplicationSubmitted
from shared.contracts.publication import ApprovalListProposed, LeftOut
from shared.contracts.review import PanelConstituted, RankingComputed, TieResolved
from shared.contracts.round import Quota
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, require

# Commands


@dataclass(frozen=True, slots=True)
class ProposeList:
    """The officer proposes from the rankings, given by the ids of their events (C5.4)."""

    round: str
    panels: Sequence[PanelConstituted]
    rankings: Mapping[str, RankingComputed]
    """The last of each panel."""
    submissions: Mapping[str, ApplicationSubmitted]
    quotas: tuple[Quota, ...]
    by: Actor
    at: Instant
    ties: Sequence[TieResolved]
    withdrawn: frozenset[str]
    """Applications that were withdrawn or lapsed."""
    recommended: frozenset[str]
    """Applications that a district, or the city after an escalation, sent to the experts."""
    unranked: Sequence[ApplicationSubmitted]
    """The submissions of those that a panel decided to leave out of its ranking."""
    barred: frozenset[str]
    """Organizations that are suspended or closed: a list is proposed without them."""
    open_lists: frozenset[str]
    """Districts whose recommendation list was opened again and not sent since."""
    versions: Mapping[str, int]
    """The version of each application that is recommended now."""
    quotas_before: tuple[Quota, ...] | None
    """In force when the list that waits was proposed; None where none waits."""


# Refusals


class NothingIsRanked(Refusal):
    """There is no ranking to propose from."""

    title = "No ranking of this round is known"
    clause = "C5.4"


class PanelNotRanked(Refusal):
    """A panel that was drawn has not ranked yet: a list without its group would leave people out."""

    title = "A panel of the round has not ranked yet"
    clause = "C5.4"
    field = "round"


class GroupWithoutPanel(Refusal):
    """Somebody was recommended in a group that has no panel: a list without it would leave people out."""

    title = "A group with recommended applications has no panel"
    clause = "C5.4"
    field = "round"


class RecommendedButNotRanked(Refusal):
    """Whoever is recommended is ranked, or left out by its panel's recorded decision; nobody is forgotten."""

    title = "Somebody who is recommended is in no ranking"
    clause = "C5.4"
    field = "round"


class DistrictListIsOpen(Refusal):
    """What a district sent and opened again may change: it is sealed and sent anew first."""

    title = "A district's recommendation list is open again"
    clause = "C5.3"
    field = "round"


class AnotherVersionRanked(Refusal):
    """No expert saw what is recommended now: it is scored and ranked first."""

    title = "A ranking rests on a version that is not the one recommended now"
    clause = "C5.4"
    field = "round"


class AnotherListIsProposed(Refusal):
    """A proposal is replaced when what it rests on changed, never silently."""

    title = "Another list is proposed already"
    clause = "C5.4"


# Decide


def on_proposal(state: Decision, command: ProposeList) -> Sequence[DecisionEvent]:
    """Propose, once, and again when what the proposal rests on changed."""
    require(command.by, Role.CITY_OFFICER)
    _complete(command)
    match state:
        case NotProposed():
            return [_proposed(command, Amends(command.ties, _out(command), falls=()))]
        case Proposed():
            return _propose_again(state, command)
        case Approved(proposal=proposal):
            if _same(proposal, _proposed(command, Amends(command.ties, _out(command), falls=()))):
                return []
            raise AnotherListIsProposed("the list is approved; it can be corrected", detail_zh="名单已批准，可以更正")
        case _:
            assert_never(state)


def _propose_again(state: Proposed, command: ProposeList) -> Sequence[DecisionEvent]:
    """Another list replaces one whose ranking was superseded, whose quotas were amended or on which somebody left."""
    amends = Amends(command.ties, _out(command) | state.gone, (*state.sunk, *state.falls))
    proposed = _proposed(command, amends)
    if _same(state.proposal, proposed):
        return []
    listed = {row.application for row in state.rows}
    amended = command.quotas_before is not None and command.quotas_before != command.quotas
    if state.proposal.rankings != proposed.rankings or amended or listed & _out(command):
        return [proposed]
    if _same(state.proposal, _proposed(command, Amends(command.ties, _out(command), state.sunk))):
        return []
    raise AnotherListIsProposed


def _out(command: ProposeList) -> frozenset[str]:
    """Applications that are withdrawn, or whose organization may not act."""
    ranked = (row for ranking in command.rankings.values() for row in ranking.rows)
    return command.withdrawn | {row.application for row in ranked if row.organization in command.barred}


def _same(before: ApprovalListProposed, now: ApprovalListProposed) -> bool:
    return (before.rankings, before.list_hash) == (now.rankings, now.list_hash)


def _complete(command: ProposeList) -> None:
    """Nobody who was recommended is left out by a list that came too early."""
    if not command.rankings:
        raise NothingIsRanked
    no_list_open(command.open_lists)
    ranked = {ranking.panel for ranking in command.rankings.values()}
    if waiting := sorted(panel.group for panel in command.panels if panel.panel not in ranked):
        raise PanelNotRanked(
            f"without a ranking: {', '.join(waiting)}",
            detail_zh=f"尚有{len(waiting)}个组别未排序：{'、'.join(waiting)}",
        )
    groups = {group_of(submission_of(one, command.submissions)) for one in command.recommended - command.withdrawn}
    if without := sorted(groups - {ranking.group for ranking in command.rankings.values()}):
        raise GroupWithoutPanel(
            f"without a panel: {', '.join(without)}",
            detail_zh=f"尚有{len(without)}个组别没有专家组：{'、'.join(without)}",
        )
    versions_stand(command.rankings.values(), command.versions)
    nobody_forgotten(
        command.recommended - command.withdrawn,
        command.unranked,
        {row.application for ranking in command.rankings.values() for row in ranking.rows},
    )


def _proposed(command: ProposeList, amends: Amends) -> ApprovalListProposed:
    selection = select(tuple(command.rankings.values()), command.quotas, command.submissions, amends)
    return ApprovalListProposed(
        round=command.round,
        rankings=tuple(sorted(command.rankings)),
        rows=selection.rows,
        not_selected=selection.not_selected,
        list_hash=list_hash(command.round, selection.rows),
        proposer=command.by.id,
        left_out=left_out(command),
    )


def left_out(command: ProposeList) -> tuple[LeftOut, ...]:
    """Who is ranked and has not withdrawn, and whose organization may not act."""
    return tuple(
        LeftOut(application=row.application, organization=row.organization, group=ranking.group, rank=row.rank)
        for ranking in sorted(command.rankings.values(), key=lambda one: one.group)
        for row in ranking.rows
        if row.organization in command.barred and row.application not in command.withdrawn
    )


def nobody_forgotten(
    recommended: frozenset[str], unranked: Sequence[ApplicationSubmitted], ranked: Iterable[str]
) -> None:
    """Raise `RecommendedButNotRanked` for who is in no ranking and was not left out of one by a recorded decision."""
    if forgotten := sorted(recommended - {one.application for one in unranked} - set(ranked)):
        raise RecommendedButNotRanked(
            f"neither ranked nor left unranked: {', '.join(forgotten)}",
            detail_zh=f"尚有{len(forgotten)}家既未排序，也未决定不排序",
        )


def no_list_open(districts: frozenset[str]) -> None:
    """Raise `DistrictListIsOpen` while one of them may still change what it recommends."""
    if districts:
        raise DistrictListIsOpen(
            f"opened again and not sent since: {', '.join(sorted(districts))}",
            detail_zh=f"重新打开后尚未报送的区：{'、'.join(sorted(districts))}",
        )


def versions_stand(rankings: Iterable[RankingComputed], recommended: Mapping[str, int]) -> None:
    """Raise `AnotherVersionRanked` when a row's version is not the one that is recommended now."""
    if stale := of_other_versions(rankings, recommended):
        raise AnotherVersionRanked(
            f"recommended in another version: {', '.join(stale)}", detail_zh=f"{len(stale)}家被推荐的是另一版本"
        )


def of_other_versions(rankings: Iterable[RankingComputed], recommended: Mapping[str, int]) -> list[str]:
    """Applications that are ranked in a version which is not the one that is recommended now."""
    rows = [row for ranking in rankings for row in ranking.rows]
    return sorted(row.application for row in rows if recommended.get(row.application, row.version) != row.version)
