"""A street whose round is ranked, and whose list is proposed."""

from pathlib import Path
from typing import Any

from rehearsal.cast import Part, organizations, shared
from shared.contracts.round import RoundParameters
from shared.kernel.actor import Actor
from tests.audit.street import ROUND, parameters
from tests.town.life import LEADER, SECRETARY, Applicant, Life
from tests.town.town import Town

GROUP = "information"
OBJECTIONS, PLACE = f"/rounds/{ROUND}/objections", f"/rounds/{ROUND}"


class Scene:
    """A street whose round is ranked; applicants of the group by rank."""

    def __init__(self, life: Life, ranked: list[Applicant]) -> None:
        self.life, self.town, self.ranked = life, life.town, ranked

    async def did(self, by: Actor | None, path: str, body: Any = None) -> dict[str, Any]:
        return await self.town.command(by, "publication", path, body)

    async def approved(self) -> None:
        await self.did(LEADER, f"{PLACE}/approval", await self.life.leaving_free())

    async def saw(self, by: Actor | None, path: str, **query: Any) -> Any:
        return await self.town.read(by, "publication", path, **query)

    async def refused(self, by: Actor | None, path: str, body: Any = None) -> str:
        return await self.town.refused(by, "publication", path, body)

    async def listed(self, **query: Any) -> list[str]:
        seen = await self.saw(None, f"{PLACE}/list", **query)
        return [row["application"] for row in seen["rows"] if row.get("category") == GROUP]

    async def withdraw(self, one: Applicant) -> None:
        path = f"/applications/{one.application}/withdrawal"
        await self.town.command(one.filer, "application", path, {"reason": "机构重组"})


async def ranked(
    folder: Path,
    points: tuple[int, ...] = (),
    recommended: int = 5,
    undecided: int = 0,
    plan: RoundParameters | None = None,
) -> Scene:
    """Five of a group are scored by themselves, or with these points; the last go to the city, or nobody decides."""
    town = Town(folder)
    await town.begin()
    life = Life(town, plan or parameters())
    await town.at("2017-08-21T09:00:00+08:00")
    await life.plan()
    cast = [one for one in organizations() if one.group == GROUP and one.part is Part.ORDINARY][:5]
    for organization in cast:
        await life.register(organization)
    await town.at("2017-09-01T09:00:00+08:00")
    for one in life.applicants:
        await life.fill_in(one)
        await life.submit(one)
        await life.receive(one)
    await town.at("2017-09-25T09:00:00+08:00")
    for one in life.applicants[:recommended]:
        await life.judge(one)
        await life.recommend(one)
    for one in life.applicants[recommended : len(life.applicants) - undecided]:
        await _escalate(life, one)
    await life.send_lists()
    await town.at("2017-10-10T09:00:00+08:00")
    await life.constitute((GROUP,))
    for number, one in enumerate(life.applicants[:recommended]):
        await score(life, one, points[number] if points else None)
    return Scene(life, [])


async def _escalate(life: Life, one: Applicant) -> None:
    await life.check(one)
    await life.decline(one)
    await life.review(one, "reconsideration-request", {"grounds": "已补交"}, by=one.filer)
    await life.review(one, "reconsideration", {"outcome": "upheld", "reasons": ["维持"]}, by=one.leader)
    await life.review(one, "escalation", {"grounds": "请求市级审核"}, by=one.filer)


async def score(life: Life, one: Applicant, points: int | None) -> None:
    """By all its experts, with these points of a hundred or those that its organization has."""
    if points is None:
        await life.score(one)
    elif points:
        for expert in life.members[GROUP]:
            await life.admit(one, expert)
            await life.give(one, expert, shared(points, one.organization))


async def proposed(scene: Scene) -> Scene:
    """The ranking is computed, the list of the best two proposed and on notice."""
    await scene.life.rank(GROUP)
    await scene.town.at("2017-10-20T09:00:00+08:00")
    await scene.life.propose()
    (panel,) = await scene.town.read(SECRETARY, "review", "/panels", round_id=ROUND)
    scene.ranked = [scene.life.of(row["application"]) for row in panel["ranking"]]
    return scene
