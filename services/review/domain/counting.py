"""What ballots say: who voted, and which choice has more votes than any other (C5.4)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import floor

from shared.contracts.review import BallotCast
from shared.kernel.refusal import Refusal


class VotersDidNotCast(Refusal):
    """Whoever is named as a voter cast a ballot, and whoever cast one is named; or nobody is."""

    title = "The voters are not those whose ballots count"
    clause = "C5.4"
    field = "voters"


class BallotsSayOtherwise(Refusal):
    """The result has more ballots than any other; where two have as many, somebody changes its vote."""

    title = "The ballots do not say so"
    clause = "C5.4"


class MoreBallotsToCome(Refusal):
    """The moment chooses no order: one that too few of the panel cast waits for every ballot."""

    title = "Too few of the panel cast this order, and experts who may vote have not"
    clause = "C5.4"


def with_ballot(ballots: Sequence[BallotCast], ballot: BallotCast) -> tuple[BallotCast, ...]:
    """The ballots with one more, in the place of the same expert's earlier one."""
    return (*(one for one in ballots if _key(one) != _key(ballot)), ballot)


def _key(ballot: BallotCast) -> tuple[str, tuple[str, ...]]:
    return ballot.expert, ballot.applications


def counting(ballots: Iterable[BallotCast], matter: Sequence[str], entitled: frozenset[str]) -> tuple[BallotCast, ...]:
    """The ballots on one matter but those of whoever may not vote any more."""
    return tuple(one for one in ballots if one.applications == tuple(matter) and one.expert in entitled)


def voters_of(counted: Sequence[BallotCast], choice: tuple[str, ...], named: Sequence[str]) -> tuple[str, ...]:
    """Whose ballots count, by id; a refusal where others are named, or where the ballots do not say so."""
    voters = tuple(sorted(one.expert for one in counted))
    if named and sorted(named) != list(voters):
        detail = ", ".join(voters) or "-"
        raise VotersDidNotCast(f"these did: {detail}", detail_zh=f"已投票且有效的专家：{detail}")
    votes = Counter(one.choice for one in counted)
    if any(number >= votes[choice] for other, number in votes.items() if other != choice):
        detail_zh = f"已有{len(counted)}票，此结果得{votes[choice]}票，未多于其他选择"
        raise BallotsSayOtherwise(
            f"{votes[choice]} of {len(counted)} ballots, another has as many", detail_zh=detail_zh
        )
    return voters


def carried(counted: Sequence[BallotCast], choice: tuple[str, ...], entitled: frozenset[str], least: Fraction) -> None:
    """Raise unless more than `least` ballots that count are for the choice, or all who may vote have cast one."""
    votes = sum(1 for one in counted if one.choice == choice)
    waiting = sorted(entitled - {one.expert for one in counted})
    if votes <= least and waiting:
        names, few = ", ".join(waiting), floor(least)
        detail_zh = f"此结果得{votes}票，须超过{few}票，或待有表决资格的专家全部投票；尚未投票：{names}"
        raise MoreBallotsToCome(f"{votes} for it, it takes more than {few}; to vote: {names}", detail_zh=detail_zh)
