"""A conflict that an expert finds after it answered `none`, and an answer that the pool knows to be wrong (C5.4)."""

from dataclasses import replace

import pytest

from services.review.domain.conflicts import CONFLICT_FOUND
from services.review.domain.scoring import SCORING_DECIDER, ScoringEvent
from services.review.domain.scoring_states import ApplicationIsDecided, ExpertIsEmployedThere, ExpertIsOut, Subject
from shared.contracts.review import ExpertRecused
from shared.testing.scenario import given
from tests.services.people import ORGANIZATION
from tests.services.review.domain.test_scoring import ANSWER, ANSWERED, ASSIGNED, CONFLICTED, LIFE, SCORE, SUBJECT

FOUND = replace(ANSWER, answer="conflict", detail="曾任顾问")
LEFT = ExpertRecused(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    panel="panel-1",
    expert="e-1",
    reason="曾任顾问",
    voids_score=True,
)


def test_a_conflict_found_before_the_assignment_is_as_one_answered_at_once() -> None:
    given(SCORING_DECIDER, ANSWERED).when(FOUND).then(CONFLICTED)


@pytest.mark.parametrize("history", [(ANSWERED, ASSIGNED), LIFE])
@pytest.mark.parametrize("subject", [SUBJECT, replace(SUBJECT, closed=True, ranked=True)])
def test_who_finds_a_conflict_later_leaves_with_its_score(history: tuple[ScoringEvent, ...], subject: Subject) -> None:
    """Also after closing, until the application is decided; nothing of it is said twice (C5.4)."""
    asked = replace(FOUND, subject=subject)
    given(SCORING_DECIDER, *history).when(asked).then(CONFLICTED, LEFT)
    state = SCORING_DECIDER.fold([*history, CONFLICTED, LEFT])
    assert state.scores == ()
    given(SCORING_DECIDER, *history, CONFLICTED, LEFT).when(SCORE).then_refuses(ExpertIsOut)
    given(SCORING_DECIDER, *history, CONFLICTED, LEFT).when(ANSWER).then_refuses(ExpertIsOut)
    decided = replace(asked, subject=replace(SUBJECT, decided=True))
    given(SCORING_DECIDER, *history).when(decided).then_refuses(ApplicationIsDecided)


def test_who_says_no_more_than_that_leaves_for_that() -> None:
    _, left = given(SCORING_DECIDER, *LIFE).when(replace(FOUND, detail=None)).events()
    assert left == replace(LEFT, reason=CONFLICT_FOUND)


def test_who_works_for_the_applicant_does_not_say_that_there_is_no_conflict() -> None:
    there = replace(ANSWER, employer_uscc=SUBJECT.uscc)
    assert given(SCORING_DECIDER).when(there).then_refuses(ExpertIsEmployedThere).field == "expert"
    given(SCORING_DECIDER, ANSWERED).when(there).then_nothing()
    given(SCORING_DECIDER).when(replace(FOUND, employer_uscc=SUBJECT.uscc)).then(CONFLICTED)
    given(SCORING_DECIDER).when(replace(ANSWER, employer_uscc="E" * 18)).then(ANSWERED)
