"""Rules on who applies: R1 to R5, R13 to R16 (C2.1.1, C2.1.6, C2.1.7, C2.2.2)."""

from decimal import Decimal

from services.application.domain.rules.finding import MISSING, Filing, Finding, decimal, judged, verdict, whole
from shared.contracts.round import Rule
from shared.contracts.vocabulary import RECOGNITION, Kind, LegalForm, at_least
from shared.kernel.instants import LocalDate, plus_years
from shared.kernel.uscc import is_uscc

INDEPENDENT = frozenset(
    {
        LegalForm.ENTERPRISE,
        LegalForm.PUBLIC_INSTITUTION,
        LegalForm.SOCIAL_ORGANIZATION,
        LegalForm.PRIVATE_NON_ENTERPRISE,
    }
)


def r1(filing: Filing, _rule: Rule) -> Finding:
    """C2.1.1: an independent legal person with a valid code (GB 32100), or a law firm."""
    if filing.t1 is None:
        return MISSING
    form, code = filing.t1.legal_form, filing.t1.uscc
    if not is_uscc(code):
        return verdict(False, f"{form}, {code} is no valid code")
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


def r4(filing: Filing, _rule: Rule) -> Finding:
    """C2.1.1: sound finances, which a person judges on last year's figures."""
    if filing.t1 is None or filing.t1.finance_last_year is None:
        return MISSING
    year = filing.t1.finance_last_year
    return judged(f"revenue {year.revenue}, profit {year.profit}, assets {year.assets}, liabilities {year.liabilities}")


def r5(filing: Filing, _rule: Rule) -> Finding:
    """C2.1.1: qualified, or able, to serve, which a person judges on the qualifications that still hold."""
    if filing.t1 is None:
        return MISSING
    held = [one.name for one in filing.t1.qualifications if one.valid_to is None or one.valid_to >= filing.as_of]
    return judged(", ".join(held) or "none")


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


def r16(filing: Filing, _rule: Rule) -> Finding:
    """C2.1.7: recognition at the round's level or above is a ground for a waiver, and by itself passes nothing."""
    if filing.t1 is None:
        return MISSING
    asked = filing.levels.recognition
    honours = [one for one in filing.t1.honours if at_least(RECOGNITION, one.level, asked) and one.date <= filing.as_of]
    found = [f"{one.issuer} {one.date}" for one in honours]
    return judged(", ".join(found)) if found else verdict(False, "none")
