"""After an erasure, and after reads of the auditor, every proof and every decision stands as it stood."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from audit.replay import Contradiction, replay
from audit.verify import Proven, verify
from shared.contracts.access import ParkedRecordDiscarded, PersonalDataErased, RecordRead
from shared.contracts.category import Stream
from shared.contracts.envelope import Recorded
from shared.contracts.registration import AccountOpened, OrganizationRegistered
from shared.contracts.topics import ACCESS, ERASURE
from shared.kernel.actor import Role
from tests.audit.street import Street
from tests.town.life import person

ADMINISTRATOR = person("erasing-administrator", Role.ADMINISTRATOR)
AUDITOR = person("auditor", Role.DISCIPLINE_AUDITOR)
SERVICES = ("registration", "application", "publication")


def log(street: Street) -> list[Recorded]:
    """Every event of the street."""
    return [one for events in street.logs.values() for one in events]


@pytest.fixture(scope="module")
def erased(street: Street) -> Street:
    """The round, and afterwards every organization's people erased, on record and read by the auditor."""
    after = Street.of(log(street))
    organizations = [one.event.organization for one in log(street) if isinstance(one.event, OrganizationRegistered)]
    for service in SERVICES:
        for subject in organizations:
            event = PersonalDataErased(
                subject=subject, authority="市网信办", document_number="沪网信〔2018〕7号", scope="联系人", values=2
            )
            after.write(service, Stream(ERASURE[service], subject, subject), [event], ADMINISTRATOR)
        read = RecordRead(path="/organizations", query="state=CERTIFIED")
        after.write(service, Stream(ACCESS[service], AUDITOR.id, AUDITOR.id), [read], AUDITOR)
        gone = ParkedRecordDiscarded(
            record="t/0@7", sha256="a" * 64, fault="unreadable", reason="a probe of the network"
        )
        after.write(service, Stream(ACCESS[service], ADMINISTRATOR.id, ADMINISTRATOR.id), [gone], ADMINISTRATOR)
    return after


def test_every_proof_still_holds(street: Street, erased: Street) -> None:
    assert isinstance(verify(erased.piles()), Proven)
    assert len(log(erased)) > len(log(street))


def test_every_decision_is_made_again_to_the_same_list(street: Street, erased: Street) -> None:
    before, after = replay(log(street), "2017"), replay(log(erased), "2017")
    assert after.list == before.list
    opened = [sum(isinstance(one.event, AccountOpened) for one in log(lived)) for lived in (street, erased)]
    more = {"other events": before.recomputed["other events"] + opened[1] - opened[0]}
    assert after.recomputed == {**before.recomputed, **more}
    assert after.applications == before.applications


@pytest.mark.parametrize("kind", [PersonalDataErased, RecordRead, ParkedRecordDiscarded])
def test_what_another_role_did_of_it_is_named(erased: Street, kind: type) -> None:
    events: Sequence[Recorded] = log(erased)
    forged = next(one for one in events if isinstance(one.event, kind))
    changed = replace(forged, envelope=replace(forged.envelope, actorrole="filer"))
    with pytest.raises(Contradiction, match="a filer may not do this"):
        replay([changed if one is forged else one for one in events], "2017")


def test_an_erasure_is_recorded_in_its_subject_s_stream(erased: Street) -> None:
    events = log(erased)
    forged = next(one for one in events if isinstance(one.event, PersonalDataErased))
    changed = replace(forged, envelope=replace(forged.envelope, stream="erasure-another"))
    with pytest.raises(Contradiction, match="its stream"):
        replay([changed if one is forged else one for one in events], "2017")
