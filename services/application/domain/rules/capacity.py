"""Rules on what the applicant has: R6, R7, R8, R17 (C2.1.2, C2.1.5)."""

from decimal import Decimal
from fractions import Fraction

from services.application.domain.rules.finding import (
    MISSING,
    Filing,
    Finding,
    decimal,
    ratio,
    verdict,
    whole,
)
from shared.contracts.form import Person, Premises
from shared.contracts.round import Rule
from shared.kernel.instants import LocalDate

COLLEGE_OR_ABOVE = frozenset({"college", "bachelor", "master", "doctor"})
INTERMEDIATE_OR_ABOVE = frozenset({"intermediate", "senior"})
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


def r17(filing: Filing, rule: Rule) -> Finding:
    """C2.1.5: at least so many distinct service organizations gathered."""
    if filing.t4 is None:
        return MISSING
    gathered = {partner.uscc for partner in filing.t4.partners if partner.type == GATHERED}
    return verdict(len(gathered) >= whole(rule), len(gathered))


def _fulltime(roster: tuple[Person, ...]) -> list[Person]:
    return list({person.person_key: person for person in roster if person.fulltime}.values())


def _qualified(person: Person) -> bool:
    return person.education in COLLEGE_OR_ABOVE or person.title_level in INTERMEDIATE_OR_ABOVE


def _held(site: Premises, as_of: LocalDate) -> bool:
    return site.tenure == "own" or (site.lease_to is not None and site.lease_to >= as_of)
