"""With three brokers one may be lost: commands are answered, events reach everybody, the log stays proven."""

import re
from collections.abc import Iterator

import httpx
import pytest

from deploy.composed.engine import asked
from deploy.composed.place import BROKERS, Wish
from tests.compose.conftest import Composed, standing
from tests.journeys.callers import Load

PROJECT = "nianlun-three"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    with standing(tmp_path_factory.mktemp("three"), Wish(project=PROJECT, brokers=3)) as made:
        yield made


@pytest.mark.parametrize("broker", BROKERS)
def test_one_of_three_may_be_lost(three: Composed, broker: str) -> None:
    with Load(three.urls["registration"], f"without-{broker}") as load:
        load.more()
        asked("stop", "--time", "1", f"{PROJECT}-{broker}-1")
        load.more()
    assert load.wrong == []
    three.until(lambda: lacking(three) > 0)
    three.until(lambda: three.nianlun("audit", "verify").returncode == 0)
    assert load.forgotten() == []
    asked("start", f"{PROJECT}-{broker}-1")
    three.until(three.all_ready)
    three.until(lambda: lacking(three) == 0)


def lacking(three: Composed) -> float:
    """How many partitions a service sees that lack a replica."""
    told = httpx.get(f"{three.urls['registration']}/metrics", trust_env=False).text
    found = re.search(r"^nianlun_underreplicated_partitions (\S+)$", told, re.MULTILINE)
    assert found is not None
    return float(found[1])


def test_the_brokers_administrator_gets_a_new_password_and_all_three_start_together(three: Composed) -> None:
    with Load(three.urls["registration"], "operators") as load:
        load.more()
        done = three.nianlun("secrets", "rotate", "operators")
        assert (done.returncode, ", ".join(BROKERS) in done.stdout) == (0, True), done.stdout + done.stderr
        load.more()
    assert load.wrong == []
    assert load.forgotten() == []
    three.until(three.all_ready)
    three.until(lambda: three.nianlun("audit", "verify").returncode == 0)
