"""Agreement: OFFERED → SIGNED | EXPIRED, between the office and an approved organization (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from shared.contracts.publication import AgreementExpired, AgreementOffered, AgreementSigned
from shared.contracts.suspensions import Suspension, runs_until
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, local_date, local_text
from shared.kernel.refusal import Refusal, Unknown, require

# Commands


@dataclass(frozen=True, slots=True)
class OfferAgreement:
    """The officer offers the agreement to an approved organization, and once more when it ran out unsigned (C5.4)."""

    application: str
    organization: str
    round: str
    approved: bool
    terms_sha256: str
    due: Instant
    by: Actor
    at: Instant
    offers_max: int
    """How often the round lets it be offered; 0 where it has no limit."""
    own_text: bool
    """Whether it is the agreement's own text: beside an offer that stands it differs in its times alone."""
    anew: bool
    """Whether what was offered before belongs to an approval that a correction took back."""
    barred: bool
    """Whether the organization is suspended or closed."""


@dataclass(frozen=True, slots=True)
class SignAgreement:
    """The organization's legal representative signs exactly these terms (C5.4)."""

    application: str
    terms_sha256: str
    offered_at: Instant
    suspensions: tuple[Suspension, ...]
    """Of the organization, where the round lets no time run out meanwhile."""
    by: Actor
    at: Instant
    approved: bool
    """Whether the approval stands."""
    barred: bool
    """Whether the organization is suspended or closed."""


@dataclass(frozen=True, slots=True)
class ExpireAgreement:
    """The clock reached an offer's due instant (C5.4)."""

    application: str
    offered_at: Instant
    suspensions: tuple[Suspension, ...]
    """Of the organization, where the round lets no time run out meanwhile."""
    at: Instant


Command: TypeAlias = OfferAgreement | SignAgreement | ExpireAgreement
AgreementEvent: TypeAlias = AgreementOffered | AgreementSigned | AgreementExpired

# States


@dataclass(frozen=True, slots=True)
class NotOffered:
    """No agreement."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Waits for the signature."""

    offer: AgreementOffered
    offers: int = 1
    """How many there were with this one."""


@dataclass(frozen=True, slots=True)
class Signed:
    """In force."""

    offer: AgreementOffered
    signature: AgreementSigned


@dataclass(frozen=True, slots=True)
class Expired:
    """Ran out unsigned."""

    offer: AgreementOffered
    offers: int


Agreement: TypeAlias = NotOffered | Offered | Signed | Expired

# Refusals


class AgreementNotOffered(Unknown):
    """Nothing to sign."""

    title = "No agreement was offered"
    clause = "C5.4"
    field = "application"


class OrganizationNotApproved(Refusal):
    """Only approved organizations get an agreement."""

    title = "The organization is not approved"
    clause = "C5.4"


class OrganizationIsBarred(Refusal):
    """Nothing is agreed with whoever may not act, until it is reinstated."""

    title = "The organization is suspended or closed"
    clause = "C5.2"
    field = "application"


class OtherTermsWereOffered(Refusal):
    """Signed are the terms that were offered."""

    title = "Other terms were offered"
    clause = "C5.4"
    field = "terms_sha256"


class OfferHasExpired(Refusal):
    """The offer's time is over."""

    title = "The offer has expired"
    clause = "C5.4"


class OfferedOftenEnough(Refusal):
    """An offer that ran out is made once more only."""

    title = "The agreement was offered again already, and ran out again"
    clause = "C5.4"


def evolve(state: Agreement, event: AgreementEvent) -> Agreement:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match event:
        case AgreementOffered():
            return Offered(event, state.offers + 1) if isinstance(state, Expired) else Offered(event)
        case AgreementSigned():
            return Signed(state.offer, event) if isinstance(state, Offered) else state
        case AgreementExpired():
            return Expired(state.offer, state.offers) if isinstance(state, Offered) else state
        case _:
            assert_never(event)


def decide(state: Agreement, command: Command) -> Sequence[AgreementEvent]:
    """What happens, or a refusal."""
    match command:
        case OfferAgreement():
            return _offer(state, command)
        case SignAgreement():
            return _sign(state, command)
        case ExpireAgreement():
            return _expire(state, command)
        case _:
            assert_never(command)


def _offer(state: Agreement, command: OfferAgreement) -> Sequence[AgreementEvent]:
    require(command.by, Role.CITY_OFFICER)
    if not command.approved:
        raise OrganizationNotApproved
    if command.barred and not isinstance(state, Offered | Signed):
        raise OrganizationIsBarred
    match state:
        case NotOffered():
            return [_offered(command)]
        case Expired(offers=offers):
            if not command.anew and 0 < command.offers_max <= offers:
                raise OfferedOftenEnough(
                    f"it was offered {offers} times; the round allows {command.offers_max}",
                    detail_zh=f"已发出{offers}次，本年度最多{command.offers_max}次",
                )
            return [_offered(command)]
        case Offered(offer) | Signed(offer):
            return _beside(offer, command)
        case _:
            assert_never(state)


def _beside(offer: AgreementOffered, command: OfferAgreement) -> Sequence[AgreementOffered]:
    """What is offered beside an offer that stands, or that is signed."""
    offered = _offered(command)
    if command.anew and offered != offer:
        return [offered]
    if command.own_text or offer.terms_sha256 == command.terms_sha256:
        return []
    raise OtherTermsWereOffered


def _offered(command: OfferAgreement) -> AgreementOffered:
    return AgreementOffered(
        application=command.application,
        organization=command.organization,
        round=command.round,
        terms_sha256=command.terms_sha256,
        due=command.due,
    )


def _sign(state: Agreement, command: SignAgreement) -> Sequence[AgreementEvent]:
    match state:
        case NotOffered():
            raise AgreementNotOffered
        case Offered(offer) | Signed(offer) | Expired(offer):
            require(command.by, Role.LEGAL_REPRESENTATIVE, organization=offer.organization)
            if offer.terms_sha256 != command.terms_sha256:
                raise OtherTermsWereOffered
            if isinstance(state, Signed):
                return []
            until = _until(offer, command)
            if command.at >= until or isinstance(state, Expired):
                raise OfferHasExpired(f"it was due before {until}", detail_zh=f"应于{local_text(until)}前签订")
            if not command.approved:
                raise OrganizationNotApproved
            if command.barred:
                raise OrganizationIsBarred
            return [_signed(offer, command)]
        case _:
            assert_never(state)


def _until(offer: AgreementOffered, command: SignAgreement | ExpireAgreement) -> Instant:
    """The first instant that is too late: no time runs out while the organization is suspended (C5.2)."""
    return runs_until(Instant(offer.due), command.offered_at, command.suspensions)


def _signed(offer: AgreementOffered, command: SignAgreement) -> AgreementSigned:
    return AgreementSigned(
        application=offer.application,
        organization=offer.organization,
        round=offer.round,
        terms_sha256=offer.terms_sha256,
        signed_on=local_date(command.at),
        signatory=command.by.id,
    )


def _expire(state: Agreement, command: ExpireAgreement) -> Sequence[AgreementEvent]:
    """An offer whose time is over runs out; anything else was signed, or ran out before."""
    match state:
        case Offered(offer):
            until = _until(offer, command)
            if command.at < until:
                return []
            return [
                AgreementExpired(
                    application=offer.application, organization=offer.organization, round=offer.round, due=until
                )
            ]
        case NotOffered() | Signed() | Expired():
            return []
        case _:
            assert_never(state)


AGREEMENT_DECIDER: Decider[Agreement, Command, AgreementEvent] = Decider(NotOffered(), decide, evolve)
