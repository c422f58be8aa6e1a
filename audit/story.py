"""An application's story in a few lines: what decided, in the order of time, and not what happened to others."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from audit.rulings import Ruling
from audit.states import after
from audit.touching import OF_EVERYONE, OF_ITS_BATCH, OF_ITS_PANEL, Subject
from audit.weights import DECISIVE, LIGHT, NEEDED, REPEATED, WEIGHTS
from audit.words import Names, Said, said
from audit.words.placing import proposed, ranked
from audit.words.terms import group, local, when, who, word
from shared.contracts import application, publication, reporting, review
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.vocabulary import Outcome
from shared.kernel.instants import Instant

ENDED = frozenset({"LAPSED", "WITHDRAWN", "DECLINED", "REJECTED", "REVOKED", "EXPIRED"})
"""Where nothing that is decided of everybody concerns an application any more."""
SHARED = (*OF_EVERYONE, *OF_ITS_PANEL, *OF_ITS_BATCH, review.RankingComputed)
FACTS_MAX = 11
"""With more facts than these the light ones are only counted."""
DAY = 10
"""Characters of a date."""
NamesAt: TypeAlias = Callable[[Instant], Names]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that decided; `at` is the day in Shanghai."""

    at: str
    zh: str
    en: str
    weight: int
    event: str


@dataclass(frozen=True, slots=True)
class Folded:
    """What is counted instead of told, by what it is."""

    zh: str
    en: str
    count: int


@dataclass(frozen=True, slots=True)
class Story:
    """What decided, first to last, and what of it is only counted."""

    facts: tuple[Fact, ...]
    folded: tuple[Folded, ...] = ()


def lived(subject: Subject, touched: Sequence[Recorded]) -> list[Recorded]:
    """What touched an application, without what its round, district or panel did once it had ended."""
    mine, state, told = subject.started.application, "DRAFT", list[Recorded]()
    before_experts = any(isinstance(one.event, review.ReviewAssigned | review.ConflictDeclared) for one in touched)
    for one in touched:
        ranked_for_others = state == "APPROVED" and isinstance(one.event, review.RankingComputed)
        concerned = (
            state not in ENDED and not ranked_for_others and (before_experts or not isinstance(one.event, OF_ITS_PANEL))
        )
        if concerned or not isinstance(one.event, SHARED):
            told.append(one)
        state = after(one.event, mine, state)
    return told


def story(steps: Sequence[Recorded], rulings: Sequence[Ruling], names_at: NamesAt) -> Story:
    """What decided, first to last; what an outcome rests on is all there."""
    evaluated, judged = _last(steps, application.EligibilityEvaluated), _last(steps, review.JudgementRecorded)
    facts = list[Fact]()
    for index, one in enumerate(steps):
        facts += _told(one, names_at)
        day = local(one.envelope.time)[:DAY]
        facts += _unmet(day, rulings) if index == evaluated else ()
        facts += [_judged(day, rulings)] if index == judged else ()
    return folded(facts)


def folded(facts: Sequence[Fact]) -> Story:
    """The facts without what repeats and, where they are too many, without the light ones; both are counted."""
    said, kept, counted = dict[str, str](), list[Fact](), Counter[Said]()
    for one in facts:
        if one.event in REPEATED and said.get(one.event) == one.zh:
            counted[REPEATED[one.event]] += 1
        else:
            kept.append(one)
        said[one.event] = one.zh
    light = [one for one in kept if one.event in LIGHT] if len(kept) > FACTS_MAX else []
    counted.update(LIGHT[one.event] for one in light)
    return Story(
        tuple(one for one in kept if one not in light),
        tuple(Folded(zh, en, count) for (zh, en), count in counted.items()),
    )


def _last(steps: Sequence[Recorded], kind: type[Event]) -> int:
    return max((index for index, one in enumerate(steps) if isinstance(one.event, kind)), default=-1)


def _told(one: Recorded, names_at: NamesAt) -> Iterable[Fact]:
    weight, names = WEIGHTS.get(type(one.event), 0), names_at(Instant(one.envelope.time))
    if not weight or not _decides(one.event, names):
        return
    zh, en = SHORTER.get(type(one.event), said)(one.event, names)
    yield Fact(local(one.envelope.time)[:DAY], zh, en, weight, type(one.event).__name__)


def _decides(event: Event, names: Names) -> bool:
    """Whether it decides of this application, where others are named beside it."""
    if isinstance(event, reporting.ServiceReportFiled):
        return event.late
    named = _named(event)
    return named is None or (names.about.application if names.about else "") in named


def _named(event: Event) -> Collection[str] | None:
    """The applications that it names; None where it can be about one alone."""
    match event:
        case publication.NextInLinePromoted(row=row):
            return (row.application,)
        case publication.ListCorrected(added=added, removed=removed):
            return (*added, *removed)
        case reporting.PriorityRecommended(rows=rows):
            return [row.application for row in rows]
        case _:
            return None


def _unmet(day: str, rulings: Sequence[Ruling]) -> Iterable[Fact]:
    """What the last version did not meet."""
    for one in rulings:
        if one.failed or one.outcome == Outcome.MISSING:
            asked_zh, asked_en = (f"，要求{one.asked[0]}", f", asked {one.asked[1]}") if one.asked[0] else ("", "")
            yield Fact(
                day,
                f"{one.title[0]}{one.said[0]}：申报{one.seen[0]}{asked_zh}",
                f"{one.title[1]} {one.said[1]}: observed {one.seen[1]}{asked_en}",
                DECISIVE,
                application.EligibilityEvaluated.__name__,
            )


def _judged(day: str, rulings: Sequence[Ruling]) -> Fact:
    """The judgements together, with the reason of each that no rule asks of everybody or that went against it."""
    zh, en, telling = list[str](), list[str](), False
    for one in rulings:
        if one.decided not in (Outcome.PASS, Outcome.FAIL):
            continue
        special = one.decided == Outcome.FAIL or one.asked[0] != ""
        telling = telling or special
        (zh_word, en_word), why = word(one.decided), f"（申报{one.seen[0]}：{one.why}）" if special else ""
        zh.append(f"{one.rule}{zh_word}{why}")
        en.append(f"{one.rule} {en_word}{f' (observed {one.seen[1]}: {one.why})' if special else ''}")
    weight = DECISIVE if telling else NEEDED
    told = f"人工判定：{'，'.join(zh)}", f"judged by a person: {', '.join(en)}"
    return Fact(day, *told, weight, review.JudgementRecorded.__name__)


def _submitted(event: application.ApplicationSubmitted, names: Names) -> Said:
    (zh, en), (group_zh, group_en) = word(event.overall), group(event.category, names)
    return (
        f"网上提交（{when(event.received_at)}收到），申报{group_zh}：{zh}",
        f"filed online, received {when(event.received_at)}, under {group_en}: {en}",
    )


def _resubmitted(event: application.ApplicationResubmitted, _: Names) -> Said:
    zh, en = word(event.overall)
    return f"补正后提交第{event.version}版：{zh}", f"corrected and filed as version {event.version}: {en}"


def _waived(event: review.WaiverGranted, names: Names) -> Said:
    zh, en = said(event, names)
    proposer, granter = (who(one) for one in (*event.officers, "-", "-")[:2])
    return (
        f"{zh}（区经办人{proposer}提议，区负责人{granter}同意）",
        f"{en} (proposed by clerk {proposer}, granted by leader {granter})",
    )


def _refused(event: review.WaiverRefused, names: Names) -> Said:
    (zh, en), refuser = said(event, names), who((*event.officers, "-")[-1])
    return f"{zh}（区负责人{refuser}决定）", f"{en} (decided by leader {refuser})"


def _ranked(event: review.RankingComputed, names: Names) -> Said:
    (zh, en), (group_zh, group_en) = ranked(event, names), group(event.group, names)
    return f"专家评审（{group_zh}）：{zh.lstrip('；')}", f"experts' review of {group_en}: {en.lstrip('; ')}"


def _proposed(event: publication.ApprovalListProposed, names: Names) -> Said:
    zh, en = proposed(event, names)
    return f"拟入选名单{zh}", f"proposed list{en}"


def _tie(event: review.TieResolved, names: Names) -> Said:
    zh, en = said(event, names)
    mine = names.about.application if names.about else ""
    if mine not in event.order:
        return zh, en
    place = event.order.index(mine) + 1
    return f"{zh}；本申报为其中第{place}", f"{en}; this one came {place} of them"


SHORTER: Mapping[type[Event], Callable[[Any, Names], Said]] = {
    application.ApplicationSubmitted: _submitted,
    application.ApplicationResubmitted: _resubmitted,
    review.WaiverGranted: _waived,
    review.WaiverRefused: _refused,
    review.RankingComputed: _ranked,
    review.TieResolved: _tie,
    publication.ApprovalListProposed: _proposed,
}
"""What is told in fewer words here, or with more of what decided."""
