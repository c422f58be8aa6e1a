"""A form that meets every rule of 2017, to be changed at one place, and what the rules say of it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from services.application.domain.rules.finding import Filing
from services.application.domain.rules.registry import evaluate
from shared.contracts.form import (
    T1,
    T2,
    T3,
    T4,
    Equipment,
    Finance,
    Honour,
    Partner,
    Person,
    Plan,
    Premises,
    Qualification,
    Systems,
)
from shared.contracts.round import Levels, RoundParameters, Rule
from shared.kernel.instants import Instant, instant

ROUND = msgspec.convert(json.loads((Path(__file__).parents[4] / "rounds" / "2017.json").read_text()), RoundParameters)
RULES = {rule.id: rule for rule in ROUND.rules}
DEADLINE = Instant(ROUND.calendar.submission_deadline.value)
ASKED = ROUND.materials or ()
OPEN = tuple(category.code for category in ROUND.categories if category.open)
SOUND = Finance(revenue="9000000.00", profit="-1.00", assets="2", liabilities="1")
LICENCE = Qualification(name="从业资质", no="1", issuer="主管部门", valid_to="2017-09-14")
HONOUR = Honour(level="district", issuer="黄浦区科委", date="2016-05-01")
SYSTEMS = Systems(management_system="a", service_process="b", fee_standard="c", quality_assurance="d")
MATERIALS = frozenset({2, 3, 5, 6, 7, 9})


def person(number: int, *, professional: bool = True, education: str = "college", title: str = "none") -> Person:
    return Person(
        person_key=f"P{number}", fulltime=True, professional=professional, education=education, title_level=title
    )


def staff(qualified: int, total: int) -> tuple[Person, ...]:
    return tuple(person(number, education="college" if number < qualified else "secondary") for number in range(total))


def filing(at: str = "2017-09-15T10:00:00+08:00", **changes: Any) -> Filing:
    t1 = T1(
        org_name="上海浦江服务中心",
        uscc="91310000MA1K0000X0",
        legal_form="enterprise",
        established_on="2012-05-18",
        operating_since="2012-07-01",
        capital="100000.00",
        finance_last_year=SOUND,
        reg_address="上海市中山路1号",
        district="310101",
        kind="professional",
        category=("information",),
        under_investigation=False,
        legal_representative="0" * 64,
        contact="1" * 64,
    )
    t2 = T2(
        staff_total=10,
        roster=staff(7, 10),
        premises=(Premises(address="楼", area="80", tenure="own"),),
        equipment=(Equipment(name="热线", count=1),),
    )
    t3 = T3(
        smes_served=100,
        clients_total=120,
        surveyed=10,
        satisfied=8,
        volume_unit="visits",
        volume_total="100",
        volume_public="6",
        volume_lowfee="4",
        micro_discount="d" * 64,
    )
    partners = tuple(
        Partner(name=f"机构{n}", uscc=f"91310000MA1K000{n}X{n}", type="gathered_service_organization")
        for n in range(1, 4)
    )
    plan = Plan(smes=100, activities=10, public_share="10/100")
    t4 = T4(partners=partners, documents=SYSTEMS, plan=plan, category_narrative="服务", commitment="c" * 64)
    tables: dict[str, Any] = {"t1": t1, "t2": t2, "t3": t3, "t4": t4}
    for name, table in tables.items():
        mine = {key: value for key, value in changes.items() if hasattr(table, key)}
        tables[name] = replace(table, **mine)
    return Filing(
        **tables,
        received_at=instant(at),
        deadline=DEADLINE,
        open_categories=OPEN,
        materials=MATERIALS,
        levels=ROUND.levels,
        asked=ASKED,
    )


def outcome(rule: str, filed: Filing, **changed: Any) -> str:
    (result,) = evaluate(filed, [replace(RULES[rule], **changed)]).results
    return result.outcome


JUDGED = {
    one: Rule(id=one, clause=clause, kind=kind, source=clause)
    for one, clause, kind in (
        ("R4", "C2.1.1", "judgement"),
        ("R5", "C2.1.1", "judgement"),
        ("R9", "C2.1.4", "judgement"),
        ("R16", "C2.1.7", "ground"),
        ("R18", "C4", "hard"),
    )
}


def said(rule: str, filed: Filing) -> tuple[str, str]:
    (result,) = evaluate(filed, [JUDGED[rule]]).results
    return result.outcome, result.observed


def _levels() -> Levels:
    return ROUND.levels


LEVELS = _levels()
