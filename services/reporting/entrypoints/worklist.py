"""What waits for a person: what is owed and ordered with the days left, for the office what was filed (C3, C3.1)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter

from services.reporting.entrypoints.rights import seen_by
from services.reporting.entrypoints.steps import OFFER_AGAIN, OFFER_ANEW, rectifying, step_of, to_accept, to_decide
from services.reporting.usecases.agreements import UNSIGNED
from services.reporting.usecases.approvals import APPROVALS, ENDINGS
from services.reporting.usecases.project import OBLIGATIONS
from services.reporting.usecases.rectifications import RECTIFICATIONS, orders_of
from shared.contracts.publication import RectificationOrdered
from shared.eventstore.documents import Reads
from shared.kernel.actor import Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import require
from shared.web.authentication import CurrentActor
from shared.web.reads import AtLeast, ReceivedAt, everything
from shared.web.worklist import Step

OFFICIALS = (Role.CITY_OFFICER, Role.CITY_LEADER)
OF_ITS_APPROVAL = ("application", "organization", "organization_name", "district", "round")
OF_ITS_OBLIGATION = ("obligation", "kind", "year", "period", "state", "version")


def worklist() -> APIRouter:
    """The worklist's route."""
    routes = APIRouter(tags=["obligations"])

    @routes.get("/worklist")
    async def waiting(reads: AtLeast, actor: CurrentActor, now: ReceivedAt) -> list[dict[str, Any]]:
        """What waits for the actor, the most urgent first."""
        require(actor, Role.FILER, Role.LEGAL_REPRESENTATIVE, *OFFICIALS, Role.DISCIPLINE_AUDITOR)
        where = seen_by(actor)
        owed = defaultdict[str, list[dict[str, Any]]](list)
        for one in await everything(reads, OBLIGATIONS, "obligation", where):
            owed[str(one["application"])].append(one)
        ordered = await everything(reads, RECTIFICATIONS, "application", where)
        orders = {str(doc["application"]): orders_of(doc) for doc in ordered}
        tasks = list[dict[str, Any]]()
        for application in dict.fromkeys([*owed, *orders]):
            approval = dict(await reads.get(APPROVALS, application) or {"application": application})
            found = _steps(owed[application], orders.get(application, ()), now, office=actor.role in OFFICIALS)
            tasks += [_task(approval, one, step, now) for one, step in found]
        return sorted([*tasks, *(await _unsigned(reads, now) if actor.role in OFFICIALS else ())], key=_urgency)

    return routes


async def _unsigned(reads: Reads, now: Instant) -> list[dict[str, Any]]:
    """What the office offers again, as long as its approval stands: what ran out, or fell with a revocation."""
    found = list[dict[str, Any]]()
    for one in await everything(reads, UNSIGNED, "application"):
        approval = await reads.get(APPROVALS, str(one["application"]))
        if approval is not None and await reads.get(ENDINGS, str(one["application"])) is None:
            step = replace(OFFER_AGAIN, due=str(one["due"])) if "due" in one else OFFER_ANEW
            found.append(_task(dict(approval), {}, step, now))
    return found


def _steps(
    owed: list[dict[str, Any]], orders: Sequence[RectificationOrdered], now: Instant, *, office: bool
) -> Iterator[tuple[dict[str, Any], Step]]:
    """Each step, with the obligation that it is about, if any."""
    for one in owed:
        step = to_decide(one) if office else step_of(one, orders, now)
        if step is not None:
            yield one, step
    for order in orders:
        step = to_accept(order, orders, owed, now) if office else rectifying(order, owed)
        if step is not None:
            yield {}, step


def _urgency(task: dict[str, Any]) -> tuple[str, str]:
    return str(task.get("due", "9")), str(task.get("obligation", ""))


def _task(approval: dict[str, Any], owed: dict[str, Any], step: Step, now: Instant) -> dict[str, Any]:
    return {
        **{name: approval[name] for name in OF_ITS_APPROVAL if name in approval},
        **{name: owed[name] for name in OF_ITS_OBLIGATION if owed.get(name) is not None},
        **step.told(now),
    }
