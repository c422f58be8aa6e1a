"""What was sent is read once and in order, from whoever has it; two histories are never mixed."""

import pytest

from deploy.recovery.sent import Forked, begins_with, in_any_order, lacking, reach, sent
from tests.deploy.recovery.logs import Kept, log_of


async def test_each_event_comes_once_and_in_order_whichever_partition_has_it() -> None:
    one, two, three, four = await log_of("a", "b", "c", "d")
    broker = [Kept([two, two, four], 0), Kept([one, three, one], 1), Kept([b"{}"], topic="nianlun.reporting.access.v1")]
    assert list(sent([*broker, Kept([one, two])], "review")) == [(1, one), (2, two), (3, three), (4, four)]


async def test_what_the_relay_sent_and_no_partition_holds_is_counted() -> None:
    one, two, three, four = await log_of("a", "b", "c", "d")
    assert lacking([Kept([one, three], 0), Kept([four], 1)], "review", 3) == 1
    assert lacking([Kept([one, two], 0)], "review", 2) == 0


async def test_a_partition_in_disorder_is_read_in_order_and_forks_all_the_same() -> None:
    one, two, three, other = *await log_of("a", "b", "c"), (await log_of("a", "other"))[1]
    disorder = [Kept([three, one, two, three], 0), Kept([b"no event", two], 1)]
    assert list(in_any_order(disorder, "review")) == [(1, one), (2, two), (3, three)]
    with pytest.raises(Forked, match="review has forked at event 2: the broker has two events there"):
        list(in_any_order([*disorder, Kept([other])], "review"))


async def test_what_is_no_event_of_the_topic_takes_no_place_whatever_it_says_of_itself() -> None:
    one, two = await log_of("a", "b")
    foreign, elsewhere = one.replace(b'"nianlun/review"', b'"nianlun/reporting"'), one.replace(b'"access-a"', b'"x-a"')
    assert len({one, foreign, elsewhere}) == len([one, foreign, elsewhere])
    junk = [b'{"sequence":"1"}', b'{"sequence":"00000000000000000001","hello":"probe"}', foreign, elsewhere]
    assert list(in_any_order([Kept([*junk, two]), Kept([one], 1)], "review")) == [(1, one), (2, two)]


async def test_where_broker_and_backup_differ_nobody_chooses() -> None:
    ours, theirs = await log_of("a", "b"), await log_of("a", "other")
    with pytest.raises(Forked, match="review has forked at event 2: broker and backup have other bytes there"):
        list(sent([Kept(ours, 0), Kept(theirs, 1)], "review"))


async def test_the_relay_goes_on_behind_the_last_event_without_a_gap_before_it() -> None:
    one, two, _, four = await log_of("a", "b", "c", "d")
    assert reach([Kept([one, four], 0), Kept([two], 1)], "review") == 2
    assert reach([Kept([two])], "review") == 0


async def test_a_log_goes_on_from_another_only_with_the_same_bytes_in_the_same_places() -> None:
    ours, theirs = await log_of("a", "b", "c"), await log_of("a", "b", "other")
    assert begins_with(Kept(ours), Kept(ours[:2]))
    assert not begins_with(Kept(ours[:2]), Kept(ours))
    assert not begins_with(Kept(theirs), Kept(ours))
