"""The catalogue is closed: each metric is declared there, has a help text and ends in its unit."""

import ast
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from shared.observability import metrics

ROOT = Path(__file__).parents[3]
UNITS = ("total", "seconds", "events", "bool", "partitions", "commands")
KINDS = {"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"}
CATALOGUE = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]


def declaring(source: str) -> bool:
    """Whether a module makes metrics: it imports one of their kinds."""
    return any(
        alias.name in KINDS
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("prometheus_client")
        for alias in node.names
    )


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: str(metric._name))
def test_a_metric_says_what_it_is_and_in_which_unit(metric: MetricWrapperBase) -> None:
    (family,) = metric.describe()
    name = family.name + ("_total" if family.type == "counter" else "")
    assert name.startswith("nianlun_")
    assert name.rsplit("_", 1)[1] in UNITS
    assert len(family.documentation) > 10


def test_no_metric_of_ours_is_declared_elsewhere() -> None:
    modules = [path for place in ("shared", "services", "nianlun", "audit") for path in (ROOT / place).rglob("*.py")]
    declared = [path for path in modules if declaring(path.read_text())]
    assert declared == [ROOT / "shared/observability/metrics.py"]
    ours = {family.name for family in REGISTRY.collect() if family.name.startswith("nianlun_")}
    assert ours == {next(iter(metric.describe())).name for metric in CATALOGUE}


def test_the_guard_bites() -> None:
    assert declaring("from prometheus_client import Counter\n")
    assert declaring("from prometheus_client.metrics import Gauge as G\n")
    assert not declaring("from prometheus_client import generate_latest\n")
