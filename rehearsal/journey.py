"""The year, phase by phase, at the notice's real dates and at those that the round set."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from rehearsal import applying, districts, judging, opening, publishing, year
from rehearsal.company import Company

PHASES: tuple[tuple[str, int, Callable[[Company], Awaitable[None]]], ...] = (
    ("开户 accounts of officials and experts", 4, opening.open_accounts),
    ("规划 the round is planned and opened", 1, opening.open_round),
    ("注册认证 organizations register and are certified", 12, opening.register),
    ("申报 forms, materials, submission", 26, applying.apply),
    ("截止 the deadline, and one district's extension", 1, applying.deadline),
    ("收件 paper is scanned and matched", 3, districts.receive_paper),
    ("退回 returned, corrected, lapsed", 1, districts.send_back),
    ("推荐 districts judge, waive, recommend, decline", 12, districts.recommend),
    ("汇总 districts seal and send their lists", 1, districts.send_batches),
    ("组建 panels are drawn", 1, judging.constitute),
    ("评审 conflicts, recusals, scores", 22, judging.score),
    ("排名 closing, votes, rankings", 1, judging.rank),
    ("公示 proposal, notice, objections", 1, publishing.put_on_notice),
    ("公布 promotion, approval, list", 1, publishing.approve),
    ("申诉 appeals and the corrected list", 1, publishing.hear_appeals),
    ("签约 agreements are signed or expire", 3, publishing.sign),
    ("计划 plans, a default, a revocation", 2, year.file_plans),
    ("上半年 two quarters, a digest, a case", 4, year.first_half),
    ("下半年 two quarters, a renewal", 2, year.second_half),
    ("评价 assessment, priority list, archive", 1, year.assess),
)
"""Title, share of the whole work in percent, and what is done."""


@dataclass(frozen=True, slots=True)
class Journey:
    """Lives through the year; `progress` is told after each phase's share of the work."""

    company: Company
    progress: Callable[[str, int], None]

    async def run(self) -> None:
        """Live through every phase."""
        for title, share, phase in PHASES:
            self.progress(title, 0)
            await phase(self.company)
            self.progress(title, share)
