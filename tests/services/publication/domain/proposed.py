"""Two ranked groups of one round, as publication's tests use them."""

from shared.contracts.application import ApplicationSubmitted
from shared.contracts.review import PanelConstituted, RankingComputed, RankingRow
from shared.contracts.round import Quota
from tests.services.people import AT, HERE


def row(application: str, rank: int) -> RankingRow:
    return RankingRow(
        application=application,
        organization=f"org-{application}",
        version=1,
        scores=(80, 80, 80),
        aggregate=str(100 - rank),
        tie_break=(),
        rank=rank,
        tie_group=0,
    )


def ranking(group: str, *ranks: int) -> RankingComputed:
    """The ranked applications are called after group and place: `information-1`, `information-2`, …"""
    rows = tuple(row(f"{group}-{place}", rank) for place, rank in enumerate(ranks, start=1))
    return RankingComputed(panel=f"p-{group}", round="2017", group=group, method="m", inputs_hash="i", rows=rows)


def quota(group: str, places: int) -> Quota:
    return Quota(group=group, places=places, ties_admitted=0, source="design")


def submission(application: str) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        application=application,
        organization=f"org-{application}",
        uscc=f"U-{application}",
        organization_name=f"机构 {application}",
        district=HERE,
        round="2017",
        kind="professional",
        category=application.partition("-")[0],
        version=1,
        snapshot_hash="s" * 64,
        received_at=AT,
        overall="ELIGIBLE",
        failed=(),
        to_judge=(),
    )


def panel(group: str) -> PanelConstituted:
    return PanelConstituted(panel=f"p-{group}", round="2017", group=group, experts=(), seed="s", algorithm="a")


PANELS = (panel("information"), panel("comprehensive"))
RANKINGS = {"r-2": ranking("information", 1, 2, 3), "r-1": ranking("comprehensive", 1, 2)}
QUOTAS = (quota("comprehensive", 2), quota("information", 2))
SUBMISSIONS = {one.application: submission(one.application) for group in RANKINGS.values() for one in group.rows}
