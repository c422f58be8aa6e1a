"""What waits for a person: an applicant's next steps with the days left, a receipt clerk's papers (C5.1, C5.2)."""

from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Request

from services.application.entrypoints.lists import everything, seen_by
from services.application.entrypoints.parts import Parts
from shared.kernel.actor import Role
from shared.kernel.instants import Instant, local_date, plus_seconds
from shared.kernel.refusal import require
from shared.web.authentication import CurrentActor
from shared.web.reads import AtLeast

STEPS: Final[dict[str, tuple[str, str, str]]] = {
    "DRAFT": ("submit", "填写申报表、上传材料并提交", "fill in the form, attach the materials and submit"),
    "LAPSED": ("submit", "如有延期通知，可在延期内继续提交", "go on within an extension, if one covers it"),
    "RETURNED": ("resubmit", "按退回事项补正并重新提交", "correct what was returned and submit again"),
    "SUBMITTED": (
        "bring_paper",
        "导出PDF，向注册地所属区提交纸质材料",
        "bring the printed PDF to the district",
    ),
    "UNDER_DISTRICT": ("wait", "区级审核中", "the district reviews it"),
    "RECOMMENDED": ("wait", "区级已推荐，待专家评审", "recommended; the experts' review comes next"),
    "DECLINED": ("ask_again", "可申请复核，复核维持后可向市级申诉", "ask the district again, then the city"),
    "ESCALATED": ("wait", "市级审议中", "the city looks at it"),
    "UNDER_EXPERT": ("wait", "专家评审中", "the experts score it"),
    "PROPOSED": ("wait", "拟定名单，公示中", "proposed, on public notice"),
    "NOT_SELECTED": ("wait", "未列入拟定名单，等待决定", "below the cut; the decision comes next"),
    "APPROVED": ("sign", "签订合作协议，按期报告服务情况", "sign the agreement and report in time"),
    "REJECTED": ("appeal", "可在期限内申诉", "appeal in time"),
}
"""What the applicant does next, by state; in other states there is nothing to do."""
TAKE_PAPER = ("take_paper", "接收纸质材料并扫描二维码", "take the paper and scan its code")


def worklist(parts: Parts) -> APIRouter:
    """The worklist's route."""
    router = APIRouter(tags=["applications"])

    @router.get("/worklist")
    async def waiting(reads: AtLeast, actor: CurrentActor, request: Request) -> list[dict[str, Any]]:
        """What waits for the actor, the most urgent first."""
        require(actor, Role.FILER, Role.LEGAL_REPRESENTATIVE, Role.RECEIPT_CLERK, Role.DISCIPLINE_AUDITOR)
        now: Instant = request.state.received_at
        mine = await everything(reads, seen_by(actor))
        if actor.role is Role.RECEIPT_CLERK:
            papers = [doc for doc in mine if doc["state"] == "SUBMITTED"]
            tasks = [_task(doc, TAKE_PAPER, await _due(parts, doc, now), now) for doc in papers]
            return sorted(tasks, key=_urgency)
        tasks = [
            _task(doc, STEPS[doc["state"]], await _due(parts, doc, now), now) for doc in mine if doc["state"] in STEPS
        ]
        return sorted(tasks, key=_urgency)

    return router


async def _due(parts: Parts, doc: dict[str, Any], now: Instant) -> str | None:
    """The first instant that is too late for the next step, where the clock runs for it."""
    if doc["state"] == "RETURNED":
        return str(doc["due"])
    if doc["state"] not in {"DRAFT", "LAPSED", "SUBMITTED"}:
        return None
    terms = await parts.facts.terms(doc["round"], now)
    if doc["state"] == "SUBMITTED":
        return terms.paper_until(Instant(doc["received_at"])) if terms else None
    applicant = await parts.facts.applicant(doc["organization"], now)
    return terms.deadline_of(applicant.district, doc["application"]) if terms and applicant else None


def _urgency(task: dict[str, Any]) -> str:
    return str(task.get("due", "9"))


def _task(doc: dict[str, Any], step: tuple[str, str, str], due: str | None, now: Instant) -> dict[str, Any]:
    names = ("application", "organization_name", "district", "round", "kind", "category", "group", "state", "since")
    task = {**{name: doc[name] for name in names}, "step": step[0], "message_zh": step[1], "message_en": step[2]}
    if due is None:
        return task
    last_day = local_date(plus_seconds(Instant(due), -1))
    left = date.fromisoformat(last_day) - date.fromisoformat(local_date(now))
    return {**task, "due": due, "days_left": max(0, left.days), "late": now >= due}
