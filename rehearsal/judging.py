"""Panels, conflicts, recusals, scores and rankings (C5.4)."""

from collections.abc import Sequence
from typing import Any

from rehearsal.cast import EXPERT_GROUPS, GROUPS, Part, code, points, shared
from rehearsal.company import ROUND, Applicant, Company, each
from rehearsal.desk import Person
from rehearsal.districts import NOT_SUBMITTED

OUT = (*NOT_SUBMITTED, Part.BELOW_RATIO, Part.WAIVER_REFUSED, Part.RETURN_EXPIRES, Part.DECLINED)
"""Whom no district recommended."""
SEED = "上证综指 2017-10-09 3374.38"
ABSENT, CONFLICTED, LATE = 1, 2, 3
"""Seats whose experts fall ill, have a conflict, are late."""
RECUSED_SEATS, VOIDED_SEAT = (0, 1), 2
BETTER = 99
"""What experts see in an application that they score again after an appeal."""


async def constitute(company: Company) -> None:
    """Experts join the pool and panels are drawn by a public seed."""
    company.advance("2017-10-10T09:00:00+08:00")
    secretary = company.staff["secretary"]
    for number, expert in enumerate(company.experts):
        specialties = [GROUPS[(number + step) % len(GROUPS)] for step in range(EXPERT_GROUPS)]
        body = {"expert": expert.account, "employer_uscc": code(f"{7000 + number}"), "specialties": specialties}
        await company.desk.command(secretary, "review", "/experts", body)
    for group in GROUPS:
        body = {"round": ROUND, "group": group, "seed": SEED}
        receipt = await company.desk.command(secretary, "review", "/panels", body)
        company.panels[group] = receipt["panel"]
    drawn = await company.desk.read(secretary, "review", "/panels", round_id=ROUND)
    company.members = {panel["group"]: list(panel["experts"]) for panel in drawn}
    await each(company.experts, company.desk.sign_in)


async def score(company: Company) -> None:
    """Experts answer, are assigned and score; some are replaced, some correct themselves (C5.4)."""
    reviews = [
        (applicant, company.expert(account), seat)
        for applicant in company.but(*OUT)
        for seat, account in enumerate(company.members[applicant.organization.group])
    ]

    async def one(review: tuple[Applicant, Person, int]) -> None:
        await _review(company, *review)

    await each(reviews, one)
    for applicant in company.playing(Part.EXPERT_RECUSED):
        await _recuse(company, applicant, 0, "与申报单位负责人系校友，评审中方知")
        await _replace(company, applicant, 0)
        applicant.told = "an expert stepped back after scoring; the score is void, a replacement scored"
    for applicant in company.playing(Part.FEW_SCORES):
        for seat in RECUSED_SEATS:
            await _recuse(company, applicant, seat, "曾为申报单位提供咨询")
        void = {
            "expert": company.members[applicant.organization.group][VOIDED_SEAT],
            "reason": "误将另一单位的材料评入",
        }
        await company.desk.command(
            company.staff["secretary"], "review", f"/scorings/{applicant.application}/voids", void
        )
    company.advance("2017-10-20T16:30:00+08:00")
    for applicant in company.playing(Part.SCORE_REVISED):
        await _score(company, applicant, company.expert(company.members[applicant.organization.group][LATE]), LATE)
        applicant.told = "one score corrected by its expert, one came after it was due"


async def rank(company: Company) -> None:
    """Scoring is closed; a late recusal is made good, too few scores and a tie are decided by the panel (C5.4)."""
    company.advance("2017-10-20T17:00:00+08:00")
    secretary = company.staff["secretary"]
    for panel in company.panels.values():
        await company.desk.command(secretary, "review", f"/panels/{panel}/closing")
    for applicant in company.playing(Part.RECUSED_AFTER_CLOSING):
        await _recuse(company, applicant, 0, "收到反映，其近亲属在申报单位任职")
        await _replace(company, applicant, 0)
        applicant.told = "an expert recused after closing; a replacement scored before the ranking"
    for applicant in company.playing(Part.FEW_SCORES):
        await _decide(company, applicant)
    for panel in company.panels.values():
        await company.desk.command(secretary, "review", f"/panels/{panel}/ranking")
    await _vote(company)


async def score_again(company: Company, applicant: Applicant) -> None:
    """What an appeal remitted to the experts: they score anew, the panel ranks anew (C5.4)."""
    panel = company.panels[applicant.organization.group]
    await company.desk.until(lambda: _revised(company, applicant), bool)
    await company.desk.command(company.staff["secretary"], "review", f"/panels/{panel}/ranking", {})


async def _review(company: Company, applicant: Applicant, expert: Person, seat: int) -> None:
    place, desk = f"/scorings/{applicant.application}", company.desk
    if applicant.part is Part.EXPERT_ILL and seat in (ABSENT, CONFLICTED):
        if seat == CONFLICTED:
            answer = {"answer": "conflict", "detail": "三年内曾受聘于该机构"}
            await desk.command(expert, "review", f"{place}/conflict", answer)
        await _replace(company, applicant, seat)
        applicant.told = "one expert fell ill, one had a conflict; both were replaced"
        return
    await _admit(company, applicant, expert)
    if not (applicant.part is Part.SCORE_REVISED and seat == LATE):
        await _score(company, applicant, expert, seat)
    if applicant.part is Part.SCORE_REVISED and seat == 0:
        given = _items(shared(applicant.organization.quality, applicant.organization))
        corrected = {"version": applicant.version, "items": given, "reason": "误读了服务家数，予以更正"}
        await desk.command(expert, "review", f"{place}/revisions", corrected)


async def _admit(company: Company, applicant: Applicant, expert: Person) -> None:
    place, secretary = f"/scorings/{applicant.application}", company.staff["secretary"]
    await company.desk.command(expert, "review", f"{place}/conflict", {"answer": "none"})
    await company.desk.command(secretary, "review", f"{place}/assignments", {"expert": expert.account})


async def _score(company: Company, applicant: Applicant, expert: Person, seat: int) -> None:
    given = {"version": applicant.version, "items": _items(points(applicant.organization, seat))}
    await company.desk.command(expert, "review", f"/scorings/{applicant.application}/scores", given)


def _items(given: dict[str, int]) -> list[dict[str, str | int]]:
    return [{"criterion": criterion, "score": points} for criterion, points in given.items()]


async def _recuse(company: Company, applicant: Applicant, seat: int, reason: str) -> None:
    account = company.members[applicant.organization.group][seat]
    body = {"expert": account, "reason": reason, "voids_score": True}
    place = f"/scorings/{applicant.application}/recusals"
    await company.desk.command(company.staff["secretary"], "review", place, body)


async def _replace(company: Company, applicant: Applicant, seat: int) -> None:
    members = company.members[applicant.organization.group]
    number = GROUPS.index(applicant.organization.group)
    able = [
        expert
        for index, expert in enumerate(company.experts)
        if (number - index) % len(GROUPS) < EXPERT_GROUPS and expert.account not in members
    ]
    replacement = able[seat % len(able)]
    body = {"expert": members[seat], "replacement": replacement.account, "reason": "原专家不能参加评审"}
    place = f"/scorings/{applicant.application}/replacements"
    await company.desk.command(company.staff["secretary"], "review", place, body)
    await _admit(company, applicant, replacement)
    await _score(company, applicant, replacement, seat)


async def _decide(company: Company, applicant: Applicant) -> None:
    group = applicant.organization.group
    ballot = {"application": applicant.application, "decision": "rank_with_fewer"}
    body = {**ballot, "reason": "两位专家回避，一份评分作废，其余两份评分一致"}
    place = f"/panels/{company.panels[group]}/decisions"
    voters = [one for seat, one in enumerate(company.members[group]) if seat not in RECUSED_SEATS]
    await _cast(company, place, voters, ballot)
    await company.desk.command(company.staff["secretary"], "review", place, body)
    applicant.told = "two experts recused, one score void; the panel decided to rank it with two scores"


async def _vote(company: Company) -> None:
    tied = company.playing(Part.TIED_AT_THE_CUT)
    if not tied:
        return
    group = tied[0].organization.group
    drawn = await company.desk.read(company.staff["secretary"], "review", "/panels", round_id=ROUND)
    rows = next(panel["ranking"] for panel in drawn if panel["group"] == group)
    same = next(row["tie_group"] for row in rows if row["application"] == tied[0].application)
    ballot = {"order": [applicant.application for applicant in tied]}
    body = {"tie_group": same, **ballot}
    place = f"/panels/{company.panels[group]}/ties"
    await _cast(company, place, company.members[group], ballot)
    await company.desk.command(company.staff["secretary"], "review", place, body)
    for applicant, said in zip(tied, ("first", "second"), strict=True):
        applicant.told = f"tied at the cut; the panel voted it {said}"


async def _cast(company: Company, place: str, voters: Sequence[str], ballot: dict[str, Any]) -> None:
    """Each of these experts votes, and they agree."""
    for account in voters:
        await company.desk.command(company.expert(account), "review", f"{place}/ballots", ballot)


async def _revised(company: Company, applicant: Applicant) -> bool:
    members = [company.expert(account) for account in company.members[applicant.organization.group]]
    given = _items(shared(BETTER, applicant.organization))
    body = {"version": applicant.version, "items": given, "reason": "依据申诉决定重新评审"}
    for expert in members:
        await company.desk.command(expert, "review", f"/scorings/{applicant.application}/revisions", body)
    return True
