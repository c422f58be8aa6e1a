"""Rules on who applies: R1, R2, R3, R13, R14, R15 (C2.1.1, C2.1.6, C2.2.2)."""

from decimal import Decimal

from services.application.domain.rules.finding import MISSING, Filing, Finding, decimal, verdict, whole
from shared.contracts.round import Rule
from shared.contracts.vocabulary import Kind, LegalForm
from shared.kernel.instants import LocalDate, plus_years

INDEPENDENT = frozenset(
    {
        LegalForm.ENTERPRISE,
        LegalForm.PUBLIC_INSTITUTION,
        LegalForm.SOCIAL_ORGANIZATION,
        LegalForm.PRIVATE_NON_ENTERPRISE,
    }
)


def r1(filing: Filing, _rule: Rule) -> Finding:
    """C2.1.1: an independent legal person, or a law firm."""
    if filing.t1 is None:
        return MISSING
    form = filing.t1.legal_form
    return verdict(form in INDEPENDENT or form == LegalForm.LAW_FIRM, form)


def r2(filing: Filing, rule: Rule) -> Finding:
    """C2.1.1: operating for at least so many years on the day of filing."""
    if filing.t1 is None:
        return MISSING
    since = LocalDate(filing.t1.operating_since)
    return verdict(filing.as_of >= plus_years(since, whole(rule)), since)


def r3(filing: Filing, rule: Rule) -> Finding:
    """C2.1.1: registered or founding capital of at least so many yuan."""
    if filing.t1 is None:
        return MISSING
    return verdict(Decimal(filing.t1.capital) >= decimal(rule), filing.t1.capital)


def r13(filing: Filing, rule: Rule) -> Finding:
    """C2.1.6: no penalty in (as_of - n years, as_of], and not assisting an investigation."""
    if filing.t1 is None:
        return MISSING
    if filing.t1.under_investigation:
        return verdict(False, "under investigation")
    after = plus_years(filing.as_of, -whole(rule))
    recent = sorted(penalty.date for penalty in filing.t1.penalties if after < penalty.date <= filing.as_of)
    return verdict(not recent, ", ".join(recent) or "none")


def r14(filing: Filing, _rule: Rule) -> Finding:
    """C2.2.2: a professional organization names exactly one category, a comprehensive one none."""
    if filing.t1 is None:
        return MISSING
    wanted = 1 if filing.t1.kind == Kind.PROFESSIONAL else 0
    named = filing.t1.category
    return verdict(len(set(named)) == wanted == len(named), ", ".join(named) or "none")


def r15(filing: Filing, _rule: Rule) -> Finding:
    """C2.2.2: every category named is open in this round (2017: legal is closed)."""
    if filing.t1 is None:
        return MISSING
    closed = [code for code in filing.t1.category if code not in filing.open_categories]
    return verdict(not closed, ", ".join(filing.t1.category) or "none")
