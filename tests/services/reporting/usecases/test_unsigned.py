"""What the office offers again, by the order of publication's log, whichever of its topics comes first (C3.5, C5.4)."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from services.reporting.usecases.agreements import UNSIGNED, agreements
from shared.contracts.category import Stream
from shared.contracts.event import Event
from shared.contracts.publication import AgreementExpired, AgreementOffered, RevocationReversed
from shared.contracts.topics import AGREEMENT, STANDING
from shared.eventstore.documents import MemoryDocuments
from tests.audit.street import Street
from tests.services.people import LEADER, ORGANIZATION

ABOUT = {"application": "app-1", "organization": ORGANIZATION, "round": "2017"}
DUE = "2017-12-20T16:00:00.000Z"
OFFER = AgreementOffered(**ABOUT, terms_sha256="t" * 64, due=DUE)
RAN_OUT = AgreementExpired(**ABOUT, due=DUE)
GIVEN_BACK = RevocationReversed(**ABOUT, reason="事实有误", document_number="1号")


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ([OFFER, GIVEN_BACK], True),
        ([OFFER, RAN_OUT, GIVEN_BACK], True),
        ([OFFER, GIVEN_BACK, OFFER], False),
        ([OFFER, RAN_OUT, OFFER], False),
    ],
)
async def test_an_offer_waits_to_come_again_whichever_topic_comes_first(said: Sequence[Event], *, waits: bool) -> None:
    street = Street()
    for event in said:
        category = STANDING if event == GIVEN_BACK else AGREEMENT
        street.write("publication", Stream(category, "app-1", ORGANIZATION), [event], LEADER)
    for order in permutations(street.logs["publication"]):
        agreed = [one.position for one in order if one.event != GIVEN_BACK]
        if agreed != sorted(agreed):
            continue
        documents = MemoryDocuments()
        for recorded in order:
            await agreements(documents, recorded)
        assert (await documents.get(UNSIGNED, "app-1") is not None) == waits
