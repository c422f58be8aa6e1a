"""Rules on what the applicant has: R6 to R9, R17, R18 (C2.1.2, C2.1.4, C2.1.5, C4)."""

from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction

from services.application.domain.rules.finding import (
    MISSING,
    Filing,
    Finding,
    decimal,
    judged,
    lacking,
    ratio,
    verdict,
    whole,
)
from shared.contracts.form import Partner, Person, Premises
from shared.contracts.round import Levels, Rule
from shared.contracts.vocabulary import EDUCATION, INTERSECTION, TITLES, at_least
from shared.kernel.instants import LocalDate
from shared.kernel.uscc import is_uscc

FORM_ITSELF, ALWAYS, IF_QUALIFIED, IF_HONOURED = "form", "always", "qualifications", "honours"
MATERIAL_REQUIRED = (FORM_ITSELF, ALWAYS, IF_QUALIFIED, IF_HONOURED)
"""When a material is asked for (C4.4, C4.8: where one holds something); the form itself is filed online."""
GATHERED = "gathered_service_organization"


def r6(filing: Filing, rule: Rule) -> Finding:
    """C2.1.2: at least so many full-time staff."""
    if filing.t2 is None:
        return MISSING
    _, fulltime = professionals(filing.t2.roster, filing.levels)
    return verdict(fulltime >= whole(rule), fulltime)


def r7(filing: Filing, rule: Rule) -> Finding:
    """C2.1.2: of the full-time staff, professionals with degree or title, each counted once, reach the ratio."""
    if filing.t2 is None:
        return MISSING
    qualified, fulltime = professionals(filing.t2.roster, filing.levels)
    holds = fulltime > 0 and Fraction(qualified, fulltime) >= ratio(rule)
    return verdict(holds, f"{qualified}/{fulltime}")


def r8(filing: Filing, rule: Rule) -> Finding:
    """C2.1.2: premises, owned or under a lease that still runs, of at least so many m² together."""
    if filing.t2 is None:
        return MISSING
    area = sum((Decimal(site.area) for site in filing.t2.premises if held(site, filing.as_of)), Decimal(0))
    return verdict(area >= decimal(rule), area)


def r9(filing: Filing, _rule: Rule) -> Finding:
    """C2.1.2, C2.1.4: facilities, systems, process, fees, quality and plan: there, and for a person to judge."""
    if filing.t2 is None or filing.t4 is None:
        return MISSING
    documents = asdict(filing.t4.documents)
    present = {**documents, "equipment": filing.t2.equipment, "plan": filing.t4.plan.smes or filing.t4.plan.activities}
    absent = [name for name, held in present.items() if not held]
    return lacking(absent) if absent else judged(f"{len(present)} of {len(present)}")


def r17(filing: Filing, rule: Rule) -> Finding:
    """C2.1.5: at least so many distinct service organizations gathered, by agreements that run on the day of filing."""
    if filing.t4 is None:
        return MISSING
    itself = filing.t1.uscc if filing.t1 else None
    gathered = {partner.uscc for partner in filing.t4.partners if gathers(partner, filing.as_of)} - {itself}
    return verdict(len(gathered) >= whole(rule), len(gathered))


def r18(filing: Filing, _rule: Rule) -> Finding:
    """C4: the materials are there, some of them only where something is held to copy, and the statement is signed."""
    if filing.t1 is None or filing.t2 is None or filing.t3 is None or filing.t4 is None:
        return MISSING
    due = {ALWAYS: True, IF_QUALIFIED: bool(filing.t1.qualifications), IF_HONOURED: bool(filing.t1.honours)}
    wanted = {material.number for material in filing.asked if due.get(material.required, False)}
    absent = [f"material {number}" for number in sorted(wanted - filing.materials)]
    absent += [] if filing.t4.commitment else ["statement"]
    return lacking(absent) if absent else verdict(True, f"{len(wanted)} materials")


def professionals(roster: tuple[Person, ...], levels: Levels) -> tuple[int, int]:
    """How many full-time professionals have degree or title, and how many full-time people there are, each once."""
    fulltime = [person for person in roster if person.fulltime]
    qualified = {person.person_key for person in fulltime if qualifies(person, levels)}
    return len(qualified), len({person.person_key for person in fulltime})


def counts(roster: tuple[Person, ...], levels: Levels) -> dict[str, int]:
    """What follows from a roster, each person once (C2.1.2): full-time, and of these with degree, title, both."""
    fulltime = [person for person in roster if person.fulltime]
    professional = [person for person in fulltime if person.professional]
    edu = {one.person_key for one in professional if at_least(EDUCATION, one.education, levels.education)}
    title = {one.person_key for one in professional if at_least(TITLES, one.title_level, levels.title)}
    known = len({person.person_key for person in fulltime})
    return {"n_fulltime": known, "n_edu": len(edu), "n_title": len(title), "n_both": len(edu & title)}


def qualifies(person: Person, levels: Levels) -> bool:
    """Whether a professional's degree or title is high enough; both, where the round counts by intersection."""
    reached = (
        at_least(EDUCATION, person.education, levels.education),
        at_least(TITLES, person.title_level, levels.title),
    )
    return person.professional and (all(reached) if levels.counting == INTERSECTION else any(reached))


def held(site: Premises, as_of: LocalDate) -> bool:
    """Whether premises are owned, or under a lease that runs on the day."""
    return site.tenure == "own" or (site.lease_to is not None and site.lease_to >= as_of)


def gathers(partner: Partner, as_of: LocalDate) -> bool:
    """Whether it is a gathered service organization with a valid code (GB 32100), and its time has begun and not ended.

    That the agreement is attached is asked of nobody: C2.1.5 wants the organizations, and C4 no copy of an agreement.
    """
    if not is_uscc(partner.uscc):
        return False
    begun = partner.valid_from is None or partner.valid_from <= as_of
    return partner.type == GATHERED and begun and (partner.valid_to is None or partner.valid_to >= as_of)
