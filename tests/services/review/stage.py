"""A little round on the made-up street, as far as the districts: submitted online and received on paper."""

from pathlib import Path

from rehearsal.cast import Organization, Part, organizations
from shared.contracts.round import RoundParameters
from tests.audit.street import parameters
from tests.town.life import Applicant, Life
from tests.town.town import Town

GROUP = "information"


def ordinary(count: int, group: str = GROUP) -> list[Organization]:
    """Applicants of one group that meet every rule."""
    return [one for one in organizations() if one.group == group and one.part is Part.ORDINARY][:count]


def neighbours() -> list[Organization]:
    """Two applicants of one district."""
    first, *others = (one for one in organizations() if one.part is Part.ORDINARY)
    return [first, next(one for one in others if one.district is first.district)]


async def submitted(
    folder: Path, cast: list[Organization], terms: RoundParameters | None = None, *, received: bool = True
) -> Life:
    """The round is open, and the cast has filed, on paper too if it was received; it is 25 September."""
    town = Town(folder)
    await town.begin()
    life = Life(town, terms or parameters())
    await town.at("2017-08-21T09:00:00+08:00")
    await life.plan()
    for organization in cast:
        await life.register(organization)
    await town.at("2017-09-01T09:00:00+08:00")
    for one in life.applicants:
        await life.fill_in(one)
        await life.submit(one)
        if received:
            await life.receive(one)
    await town.at("2017-09-25T09:00:00+08:00")
    return life


async def recommended(life: Life, *applicants: Applicant) -> None:
    """Judged, recommended, and the districts' lists sent."""
    for one in applicants:
        await life.judge(one)
        await life.recommend(one)
    await life.send_lists()


async def assigned(life: Life, *applicants: Applicant) -> None:
    """The panel is drawn, and its experts are assigned; it is 10 October."""
    await life.town.at("2017-10-10T09:00:00+08:00")
    await life.constitute([GROUP])
    for one in applicants:
        for expert in life.members[GROUP]:
            await life.admit(one, expert)
