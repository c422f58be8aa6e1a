"""Who votes on applications: whoever may score every one of them (C5.4)."""

from dataclasses import replace

from services.review.domain.electorate import Electorate, VotedOn, electorate
from services.review.domain.scoring import SCORING_DECIDER
from services.review.domain.scoring_states import Scoring
from shared.contracts.review import ExpertEnrolled
from tests.services.review.domain.test_recusals import POOLED, RECUSED, REPLACED
from tests.services.review.domain.test_scoring import ANSWERED, CONFLICTED

NOBODY = Scoring()
APPLICANT, ANOTHER = "A" * 18, "B" * 18
OPEN = frozenset[str]()
"""No account is closed."""


def test_nothing_said_bars_nobody() -> None:
    said = SCORING_DECIDER.fold([ANSWERED])
    assert electorate([VotedOn(APPLICANT, said)], [POOLED], OPEN) == Electorate(
        free=frozenset({ANSWERED.expert}), replacements=OPEN, barred=OPEN, away=OPEN
    )


def test_a_conflict_a_recusal_or_a_replacement_in_one_application_bars_from_the_vote_on_both() -> None:
    for happened in (CONFLICTED, RECUSED, REPLACED):
        said = SCORING_DECIDER.fold([happened])
        both = [VotedOn(APPLICANT, NOBODY), VotedOn(ANOTHER, said)]
        assert electorate(both, (), OPEN).barred == {happened.expert}


def test_the_applicants_own_expert_is_barred_as_the_pool_knows_it_now() -> None:
    employed = ExpertEnrolled(expert="e-3", employer_uscc=ANOTHER, specialties=("information",))
    both = [VotedOn(APPLICANT, NOBODY), VotedOn(ANOTHER, NOBODY)]
    assert electorate(both, [POOLED, employed], OPEN).barred == {"e-3"}
    assert electorate(both, [POOLED, replace(employed, employer_uscc="C" * 18)], OPEN).barred == frozenset()


def test_a_replacement_votes_where_it_has_the_place_in_each_application() -> None:
    replaced = SCORING_DECIDER.fold([RECUSED, REPLACED])
    here, there = VotedOn(APPLICANT, replaced), VotedOn(ANOTHER, NOBODY)
    assert electorate([here], (), OPEN).replacements == {REPLACED.replacement}
    assert electorate([here, there], (), OPEN).replacements == frozenset()
    assert electorate([here, replace(there, scoring=replaced)], (), OPEN).replacements == {REPLACED.replacement}
    assert electorate([], [POOLED], OPEN) == Electorate(OPEN, OPEN, OPEN, OPEN)


def test_who_votes_on_several_applications_has_answered_for_each() -> None:
    """And has no conflict in any (C5.4)."""
    said, other = SCORING_DECIDER.fold([ANSWERED]), SCORING_DECIDER.fold([CONFLICTED])
    here, there = VotedOn(APPLICANT, said), VotedOn(ANOTHER, NOBODY)
    assert electorate([here, there], (), OPEN).free == frozenset()
    assert electorate([here, replace(there, scoring=said)], (), OPEN).free == {ANSWERED.expert}
    assert electorate([replace(here, scoring=other)], (), OPEN).free == frozenset()
