"""Every secret that a composed stack's processes have leaked, and all are replaced while people go on."""

from tests.compose.conftest import TWICE, Composed
from tests.journeys.callers import Load


def test_leaked_secrets_are_replaced_under_load(twins: Composed) -> None:
    with Load(twins.urls[TWICE], "leaked") as load:
        load.more()
        for what in (
            ("database", "--leaked", "--service", TWICE),
            ("kafka", "--service", TWICE),
            ("operators", "--leaked"),
        ):
            done = twins.nianlun("secrets", "rotate", *what)
            assert done.returncode == 0, done.stderr
            load.more()
    assert load.wrong == []
    assert load.forgotten() == []
    twins.until(twins.all_ready)
