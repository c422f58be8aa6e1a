"""A log that is cut at a moment is whole up to it, and the broker's log goes on from it."""

from audit.verify import Proven, verify
from deploy.recovery.brokers_log import goes_on
from deploy.recovery.cut import cut
from deploy.recovery.sent import begins_with
from tests.deploy.recovery.logs import Kept, log_of


async def test_a_cut_log_ends_where_the_database_ended() -> None:
    bodies = await log_of("a", "b", "c", "d")
    whole = Kept(bodies)
    [beginning] = cut([whole], {"review": 3})
    assert [value for _, _, value in beginning.read()] == bodies[:3]
    assert begins_with(whole, beginning)
    verdict = verify([beginning])
    assert isinstance(verdict, Proven)
    assert verdict.heads["nianlun/review"].position == 3


async def test_what_the_broker_does_not_have_yet_is_not_missed() -> None:
    bodies = await log_of("a", "b")
    [beginning] = cut([Kept(bodies)], {"review": 3})
    assert [value for _, _, value in beginning.read()] == bodies


async def test_an_event_that_was_sent_again_behind_the_cut_is_not_needed() -> None:
    bodies = await log_of("a", "b", "c")
    [beginning] = cut([Kept([*bodies, *bodies])], {"review": 2})
    assert [value for _, _, value in beginning.read()] == bodies[:2]
    assert not goes_on([], [beginning])
