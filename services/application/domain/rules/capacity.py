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
from shared.contracts.form import Person, Premises
from shared.contracts.round import Rule
from shared.kernel.instants import LocalDate

COLLEGE_OR_ABOVE = frozenset({"college", "bachelor", "master", "doctor"})
INTERMEDIATE_OR_ABOVE = frozenset({"intermediate", "senior"})
QUALIFICATIONS, HONOURS = 4, 8
"""Materials that only those have who hold something (C4.4, C4.8)."""
ALWAYS = frozenset({2, 3, 5, 6, 7, 9})
"""Material 1 is the form itself, filed online."""
GATHERED = "gathered_service_organization"


def r6(filing: Filing, rule: Rule) -> Finding:
    """C2.1.2: at least so many full-time staff."""
    if filing.t2 is None:
        return MISSING
    fulltime = len(_fulltime(filing.t2.roster))
    return verdict(fulltime >= whole(rule), fulltime)


def r7(filing: Filing, rule: Rule) -> Finding:
    """C2.1.2: of the full-time staff, professionals with degree or title, each counted once, reach the ratio."""
    if filing.t2 is None:
        return MISSING
    fulltime = _fulltime(filing.t2.roster)
    qualified = sum(1 for person in fulltime if person.professional and _qualified(person))
    observed = f"{qualified}/{len(fulltime)}"
    if not fulltime:
        return verdict(False, observed)
    return verdict(Fraction(qualified, len(fulltime)) >= ratio(rule), observed)


def r8(filing: Filing, rule: Rule) -> Finding:
    """C2.1.2: premises, owned or under a lease that still runs, of at least so many m² together."""
    if filing.t2 is None:
        return MISSING
    area = sum((Decimal(site.area) for site in filing.t2.premises if _held(site, filing.as_of)), Decimal(0))
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
    """C2.1.5: at least so many distinct service organizations gathered."""
    if filing.t4 is None:
        return MISSING
    gathered = {partner.uscc for partner in filing.t4.partners if partner.type == GATHERED}
    return verdict(len(gathered) >= whole(rule), len(gathered))


def r18(filing: Filing, _rule: Rule) -> Finding:
    """C4: materials 1 to 9 are there, 4 and 8 where something is held to copy, and the statement is signed."""
    if filing.t1 is None or filing.t2 is None or filing.t3 is None or filing.t4 is None:
        return MISSING
    wanted = set(ALWAYS)
    wanted |= {QUALIFICATIONS} if filing.t1.qualifications else set()
    wanted |= {HONOURS} if filing.t1.honours else set()
    absent = [f"material {number}" for number in sorted(wanted - filing.materials)]
    absent += [] if filing.t4.commitment else ["statement"]
    return lacking(absent) if absent else verdict(True, f"{len(wanted)} materials")


def _fulltime(roster: tuple[Person, ...]) -> list[Person]:
    return list({person.person_key: person for person in roster if person.fulltime}.values())


def _qualified(person: Person) -> bool:
    return person.education in COLLEGE_OR_ABOVE or person.title_level in INTERMEDIATE_OR_ABOVE


def _held(site: Premises, as_of: LocalDate) -> bool:
    return site.tenure == "own" or (site.lease_to is not None and site.lease_to >= as_of)
