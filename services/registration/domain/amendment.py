"""A certified profile changes from a day on: an amendment, or a move to another district."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.registration.domain.certification import EstablishedInTheFuture
from services.registration.domain.profile import VerifiedProfile
from services.registration.domain.standing import certified_of
from services.registration.domain.states import Organization
from shared.contracts.registration import Change, DistrictTransferred, ProfileAmended
from shared.contracts.vocabulary import District, LegalForm
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, local_date
from shared.kernel.refusal import Malformed, Refusal, require

AMENDABLE = ("name", "legal_form", "established_on", "reg_address", "legal_representative", "contact")

# Commands


@dataclass(frozen=True, slots=True)
class AmendProfile:
    """The verifier changes a certified profile on evidence; a member that is None stays (C5.2).

    `legal_representative` and `contact` are commitments; `effective_from` is an ISO date.
    """

    organization: str
    effective_from: str
    by: Actor
    at: Instant
    name: str | None = None
    legal_form: LegalForm | None = None
    established_on: str | None = None
    reg_address: str | None = None
    legal_representative: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class TransferDistrict:
    """The registered address moves to another district; what was submitted stays where it is (C5.2, C5.3)."""

    organization: str
    district: District
    reg_address: str
    effective_from: str
    by: Actor
    at: Instant


ChangeEvent: TypeAlias = ProfileAmended | DistrictTransferred

# Refusals


class NothingAmended(Malformed):
    """An amendment names what it changes."""

    title = "The amendment names no member of the profile"
    clause = "C5.2"
    field = "name"


class AlreadyInThisDistrict(Refusal):
    """Within its district an address is amended, not transferred."""

    title = "The organization is in this district already"
    clause = "C5.2"
    field = "district"


class EffectiveBeforeAnEarlierChange(Refusal):
    """Changes of a profile take effect in the order in which they are recorded."""

    title = "An earlier change takes effect after this one would"
    clause = "C5.2"
    field = "effective_from"


class EffectiveBeforeItWasEstablished(Malformed):
    """Nothing about an organization holds before it exists."""

    title = "The organization did not exist on that day"
    clause = "C2.1.1"
    field = "effective_from"


# Decide


def change(state: Organization, command: AmendProfile | TransferDistrict) -> Sequence[ChangeEvent]:
    """Amend or move what was certified; the state that is asked for already is a retry."""
    require(command.by, Role.PLATFORM_VERIFIER)
    before = certified_of(state).profile
    match command:
        case AmendProfile():
            return _amend(before, command)
        case TransferDistrict():
            return _transfer(before, command)
        case _:
            assert_never(command)


def _amend(before: VerifiedProfile, command: AmendProfile) -> Sequence[ProfileAmended]:
    asked = {member: str(value) for member in AMENDABLE if (value := getattr(command, member)) is not None}
    if not asked:
        raise NothingAmended
    changes = tuple(
        Change(member=member, before=str(getattr(before, member)), after=after)
        for member, after in asked.items()
        if getattr(before, member) != after
    )
    if not changes:
        return []
    after = before.with_members(asked, command.effective_from)
    if after.established_on > local_date(command.at):
        raise EstablishedInTheFuture(
            f"{after.established_on} is after today", detail_zh=f"{after.established_on}在今日之后"
        )
    _in_order(before, after)
    return [
        ProfileAmended(
            organization=command.organization,
            changes=changes,
            effective_from=command.effective_from,
            profile_hash=after.digest(),
            **{member: str(getattr(after, member)) for member in AMENDABLE},
        )
    ]


def _transfer(before: VerifiedProfile, command: TransferDistrict) -> Sequence[DistrictTransferred]:
    if before.district == command.district:
        if before.reg_address == command.reg_address:
            return []
        raise AlreadyInThisDistrict
    _in_order(before, before.with_members({}, command.effective_from))
    return [
        DistrictTransferred(
            organization=command.organization,
            from_district=before.district,
            to_district=command.district.value,
            reg_address=command.reg_address,
            effective_from=command.effective_from,
        )
    ]


def _in_order(before: VerifiedProfile, after: VerifiedProfile) -> None:
    if after.effective_from < after.established_on:
        detail = f"it was established on {after.established_on}"
        raise EffectiveBeforeItWasEstablished(detail, detail_zh=f"成立于{after.established_on}")
    if after.effective_from < before.effective_from:
        detail = f"the last change takes effect on {before.effective_from}"
        raise EffectiveBeforeAnEarlierChange(detail, detail_zh=f"上次变更自{before.effective_from}起生效")


def changed(profile: VerifiedProfile, event: ChangeEvent) -> VerifiedProfile:
    """The profile after an amendment or a move."""
    match event:
        case ProfileAmended():
            members = {member: str(getattr(event, member)) for member in AMENDABLE}
        case DistrictTransferred():
            members = {"district": event.to_district, "reg_address": event.reg_address}
        case _:
            assert_never(event)
    return profile.with_members(members, event.effective_from)
