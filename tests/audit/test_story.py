"""What a story tells, what it only counts, and that it never leaves out what an outcome rests on."""

import pytest

from audit.story import FACTS_MAX, Fact, Folded, folded
from audit.weights import LIGHT, NEEDED, REPEATED, WEIGHTS


def fact(event: str, zh: str = "", weight: int = 1) -> Fact:
    """Something of an event's kind."""
    return Fact("2018-03-01", zh or event, event, weight, event)


ORDER, RANKING, REPORT = fact("RectificationOrdered", weight=NEEDED), fact("RankingComputed"), fact("ReportReturned")


@pytest.mark.parametrize("many", [2, FACTS_MAX + 5])
def test_what_an_outcome_rests_on_is_told_each_time(many: int) -> None:
    assert len(folded([ORDER] * many + [REPORT] * many).facts) >= many
    assert [one for one in folded([ORDER] * many + [REPORT] * many).facts if one == ORDER] == [ORDER] * many


def test_light_facts_are_told_where_there_is_room_and_counted_where_there_is_none() -> None:
    assert folded([ORDER, REPORT, REPORT]).folded == ()
    told = folded([*[ORDER] * FACTS_MAX, REPORT, REPORT])
    assert told.facts == (ORDER,) * FACTS_MAX
    assert told.folded == (Folded("报送材料退回补正", "report returned", 2),)


def test_an_unchanged_ranking_is_told_once_and_counted_and_a_changed_one_is_told_again() -> None:
    """Another's expert was recused and all is ranked anew: of this one it says the same."""
    changed = fact("RankingComputed", "第3名")
    told = folded([RANKING, RANKING, changed, RANKING])
    assert told.facts == (RANKING, changed, RANKING)
    assert [(one.count, one.zh) for one in told.folded] == [(1, "重新排序，本申报结果未变")]


def test_a_second_order_of_the_same_words_is_no_repetition() -> None:
    assert folded([ORDER, ORDER]).facts == (ORDER, ORDER)


def test_only_what_nothing_rests_on_is_light() -> None:
    weights = {kind.__name__: weight for kind, weight in WEIGHTS.items()}
    assert {name for name, weight in weights.items() if weight < NEEDED} == set(LIGHT)
    assert set(REPEATED) <= set(weights)
