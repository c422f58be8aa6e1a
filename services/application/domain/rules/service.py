"""Rules on last year's service and on time: R10, R11, R12, R19 (C2.1.3, C5.2)."""

from decimal import Decimal
from fractions import Fraction

from services.application.domain.rules.finding import MISSING, Filing, Finding, ratio, verdict, whole
from shared.contracts.form import T3
from shared.contracts.round import Rule
from shared.contracts.vocabulary import Outcome


def r10(filing: Filing, rule: Rule) -> Finding:
    """C2.1.3: in principle so many SMEs a year; a shortfall is for a person to judge."""
    if filing.t3 is None:
        return MISSING
    served = filing.t3.smes_served
    return Finding(Outcome.PASS if served >= whole(rule) else Outcome.JUDGE, str(served))


def r11(filing: Filing, rule: Rule) -> Finding:
    """C2.1.3: of the clients surveyed, at least the ratio is satisfied; nobody surveyed fails."""
    if filing.t3 is None:
        return MISSING
    surveyed, satisfied = filing.t3.surveyed, filing.t3.satisfied
    holds = 0 < surveyed >= satisfied and Fraction(satisfied, surveyed) >= ratio(rule)
    return verdict(holds, f"{satisfied}/{surveyed}")


def r12(filing: Filing, rule: Rule) -> Finding:
    """C2.1.3: public-benefit and low-fee service reach the ratio, and the discount rules exist."""
    if filing.t3 is None:
        return MISSING
    observed = f"{filing.t3.volume_public}+{filing.t3.volume_lowfee}/{filing.t3.volume_total}"
    if filing.t3.micro_discount is None:
        return Finding(Outcome.MISSING, f"{observed}, no discount rules")
    return verdict(reaches(filing.t3, rule), observed)


def reaches(table: T3, rule: Rule) -> bool:
    """Whether public-benefit and low-fee service, parts of the whole, reach the ratio."""
    total = Fraction(Decimal(table.volume_total))
    favoured = Fraction(Decimal(table.volume_public) + Decimal(table.volume_lowfee))
    return 0 < total >= favoured and favoured / total >= ratio(rule)


def r19(filing: Filing, _rule: Rule) -> Finding:
    """C5.2: received before the deadline, compared as instants."""
    return verdict(filing.received_at < filing.deadline, filing.received_at)
