"""What publication has decided is not filed again, on paper either, until an appeal is remitted to its district."""

from dataclasses import replace

import pytest

from services.application.domain.application import APPLICATION_DECIDER, Filing
from services.application.domain.attachments import RemoveAttachment, may_attach
from services.application.domain.editing import ApplicationIsDecided, VersionIsSubmitted
from services.application.domain.paper import ReceivePaper
from services.application.domain.states import ApplicationEvent
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.application.domain.filed import DRAFT, FILED, OTHER_PAPER, PAPER, TERMS, attaching, saving
from tests.services.application.domain.test_returns import AGAIN, CORRECTED, IN_TIME, LARGER, SECOND, SENT_BACK
from tests.services.application.domain.test_waiver_requests import ASK, FILED_POOR
from tests.services.people import CLERK, FILER, FOREIGN_FILER

MOVING: list[tuple[tuple[ApplicationEvent, ...], Filing | ReceivePaper]] = [
    (SENT_BACK, saving(LARGER, 1)),
    (SENT_BACK, attaching(6, "0" * 64)),
    (SENT_BACK, RemoveAttachment("app-1", 6, "6f" * 32, TERMS, FILER, IN_TIME, applicant=None, final=False)),
    ((*SENT_BACK, CORRECTED), AGAIN),
    (FILED, PAPER),
    (FILED_POOR, ASK),
]


@pytest.mark.parametrize(("history", "command"), MOVING)
def test_what_is_decided_is_not_filed_again(
    history: tuple[ApplicationEvent, ...], command: Filing | ReceivePaper
) -> None:
    """Each would be done as long as nothing is decided; what was done before is still only repeated (C5.4)."""
    late = replace(command, final=True)
    done = given(APPLICATION_DECIDER, *history).when(command).events()
    assert done
    refusal = given(APPLICATION_DECIDER, *history).when(late).then_refuses(ApplicationIsDecided)
    assert not refusal.record
    given(APPLICATION_DECIDER, *history, *done).when(late).then_nothing()


def test_it_is_said_of_whatever_else_would_refuse_it() -> None:
    """Of what is decided nothing else is said, and another paper leaves no trace."""
    given(APPLICATION_DECIDER, *FILED).when(saving(LARGER, 1)).then_refuses(VersionIsSubmitted)
    for command in (saving(LARGER, 1), attaching(6), OTHER_PAPER):
        refused = given(APPLICATION_DECIDER, *FILED).when(replace(command, final=True))
        assert not refused.then_refuses(ApplicationIsDecided).record


def test_who_has_no_right_is_told_that_first() -> None:
    for command, by in ((saving(LARGER, 1), FOREIGN_FILER), (PAPER, CLERK)):
        given(APPLICATION_DECIDER, *SECOND).when(replace(command, by=by, final=True)).then_refuses(NotPermitted)


def test_not_a_byte_is_read_of_a_file_for_what_is_decided() -> None:
    returned = APPLICATION_DECIDER.fold(SENT_BACK)
    assert may_attach(returned, attaching(6)).number == 6
    with pytest.raises(ApplicationIsDecided):
        may_attach(returned, replace(attaching(6), final=True))
    with pytest.raises(NotPermitted):
        may_attach(returned, replace(attaching(6), by=FOREIGN_FILER, final=True))
    assert may_attach(APPLICATION_DECIDER.fold(DRAFT), attaching(6)).number == 6
