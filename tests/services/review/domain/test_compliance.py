"""A compliance check names what a filing consists of, and each due material before a recommendation (C5.3)."""

from dataclasses import replace

import pytest

from services.review.domain.compliance import (
    Checklist,
    MaterialsUnchecked,
    NothingOfTheFiling,
    brought,
    checklist,
)
from services.review.domain.district_review import DISTRICT_DECIDER
from shared.contracts.application import AttachmentAdded, AttachmentRemoved
from shared.contracts.review import ComplianceChecked, ComplianceItem
from shared.testing.scenario import given
from tests.rounds.unasked import UNASKED
from tests.services.review.domain.test_checks import BATCHES, CHECK, GOOD
from tests.services.review.domain.test_district_review import OPENED, READY, RECOMMEND, RECOMMENDED
from tests.services.review.domain.test_panel import ROUND

LISTED = Checklist(("materials.2", "materials.3"), frozenset({"paper", "t2.premises", "materials.2", "materials.3"}))
SECOND = ComplianceItem(item="materials.2", result="conforms")


def checked(*items: ComplianceItem) -> ComplianceChecked:
    return ComplianceChecked(application="app-1", version=1, items=items, result="conforms")


def test_a_made_up_thing_is_not_checked() -> None:
    """The refusal names where it stands (C5.3)."""
    made_up = replace(CHECK, items=(GOOD, ComplianceItem(item="nonsense.42", result="conforms")), listed=LISTED)
    refusal = given(DISTRICT_DECIDER, OPENED).when(made_up).then_refuses(NothingOfTheFiling)
    assert (refusal.clause, refusal.field) == ("C5.3", "items.1.item")
    given(DISTRICT_DECIDER, OPENED).when(replace(CHECK, items=(GOOD,), listed=LISTED)).then(checked(GOOD))
    unasked = replace(made_up, listed=None)
    given(DISTRICT_DECIDER, OPENED).when(unasked).then(checked(*unasked.items))


def test_nothing_is_recommended_before_each_due_material_was_checked() -> None:
    """One thing that conforms is not the check of nine materials; the last check counts (C5.3)."""
    asked = replace(RECOMMEND, listed=LISTED)
    for checks in ((), (checked(GOOD),), (checked(GOOD, SECOND), checked(GOOD))):
        refusal = given(DISTRICT_DECIDER, *READY, *checks).when(asked).then_refuses(MaterialsUnchecked)
        assert "materials.2" in str(refusal.detail)
        assert refusal.detail_zh.startswith("尚未核对：材料")
    given(DISTRICT_DECIDER, *READY, checked(GOOD), checked(GOOD, SECOND)).when(asked).then(RECOMMENDED)


@pytest.mark.parametrize(
    ("held", "due"),
    [((), {1, 2, 3, 5, 6, 7, 9}), ((4,), {1, 2, 3, 4, 5, 6, 7, 9}), ((4, 8), set(range(1, 10)))],
)
def test_the_round_says_what_is_due(held: tuple[int, ...], due: set[int]) -> None:
    """Qualifications and honours of whoever has some; the form as well, which is on paper too (C4.1, C4.4, C4.8)."""
    asking = replace(ROUND, batches=replace(BATCHES, every_material=True))
    listed = checklist(asking, held)
    assert listed is not None
    assert listed.due == tuple(f"materials.{number}" for number in sorted(due))
    assert {"paper", "t1", "t2.premises", "materials.8"} <= listed.known
    assert not listed.known & {"nonsense.42", "materials.10", "t5"}
    for silent in (UNASKED.batches, BATCHES):
        assert checklist(replace(ROUND, batches=silent), held) is None


def test_what_was_taken_away_again_is_not_brought() -> None:
    def added(material: int, sha256: str) -> AttachmentAdded:
        return AttachmentAdded(
            application="app-1",
            material=material,
            sha256=sha256,
            size=1,
            media_type="application/pdf",
            name="1.pdf",
            scan="clean",
        )

    first, second = added(4, "a" * 64), added(4, "b" * 64)
    gone = AttachmentRemoved(application="app-1", material=4, sha256="a" * 64)
    assert brought([first, added(6, "a" * 64)]) == {4, 6}
    assert brought([first, second, gone]) == {4}
    assert brought([first, gone]) == set()
    assert brought([first, gone, first]) == {4}
