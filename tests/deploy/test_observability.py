"""What is watched exists, every alert fires on purpose and stays silent beside it, and leads to a page."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from deploy.local.provision import STATISTICS
from shared.contracts.topics import SERVICES
from shared.observability import metrics
from shared.web.entrance import QUIET

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "deploy" / "observability"
RULES: list[dict[str, Any]] = yaml.safe_load((PLACE / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
CASES: list[dict[str, Any]] = yaml.safe_load((PLACE / "alerts_test.yml").read_text("utf-8"))["tests"]
BOARD: dict[str, Any] = json.loads((PLACE / "grafana" / "nianlun.json").read_text("utf-8"))
FAMILIES = [next(iter(one.describe())) for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
NO_PROMTOOL = "promtool is not here: Debian's package `prometheus` has it"
NAME = re.compile(r"\bnianlun_[a-z_]+")
REQUESTS = re.compile(r"\bnianlun_http_[a-z_]+(?:{[^}]*})?")
PEOPLE = f'route!~"({"|".join(QUIET)}).*"'
FAILED = 'status="500"'
"""Nobody foresaw it, whoever asked."""


def known() -> set[str]:
    """The names under which the catalogue's metrics are scraped."""
    return {family.name + suffix for family in FAMILIES for suffix in SUFFIXES[family.type]}


def unknown(expression: str) -> set[str]:
    """Metrics of an expression that no process of ours tells."""
    return set(NAME.findall(expression)) - known()


def counting_machines(expression: str) -> list[str]:
    """The requests of an expression among which are those that machines of ours make by themselves."""
    return [one for one in REQUESTS.findall(expression) if PEOPLE not in one and FAILED not in one]


def unshown(shown: list[str]) -> list[str]:
    """The catalogue's metrics that none of these expressions asks for."""
    asked = set(NAME.findall(" ".join(shown)))
    return [family.name for family in FAMILIES if not any(name.startswith(family.name) for name in asked)]


def shown_ones() -> list[str]:
    """What the dashboard asks of Prometheus."""
    return [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]


def expressions() -> list[str]:
    """Everything that is asked of Prometheus, by alerts and by the dashboard."""
    return [*(rule["expr"] for rule in RULES), *shown_ones()]


def anchors(page: str) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_everything_asked_for_is_told() -> None:
    assert [expression for expression in expressions() if unknown(expression)] == []
    assert unknown("rate(nianlun_dreams_total[5m])") == {"nianlun_dreams_total"}


def test_every_metric_is_on_the_dashboard() -> None:
    assert unshown(shown_ones()) == []
    assert unshown([one for one in shown_ones() if "nianlun_check_ok_bool" not in one]) == ["nianlun_check_ok_bool"]


def test_what_machines_ask_by_themselves_neither_wakes_anybody_nor_hides_what_people_get() -> None:
    assert [expression for expression in expressions() if counting_machines(expression)] == []
    planted = "rate(nianlun_http_requests_total[5m]) / rate(nianlun_http_request_seconds_count{route=~'/x'}[5m])"
    assert counting_machines(planted) == REQUESTS.findall(planted)


def test_every_process_is_asked() -> None:
    config = yaml.safe_load((PLACE / "prometheus.yml").read_text("utf-8"))
    asked = [job["job_name"] for job in config["scrape_configs"]]
    assert asked == [*SERVICES, STATISTICS, "door", "edge", "prometheus"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_leads_to_a_page_and_is_fired_on_purpose(rule: dict[str, Any]) -> None:
    page, anchor = rule["annotations"]["page"].split("#")
    assert anchor in anchors(page)
    assert re.search(r"[\u4e00-\u9fff]", rule["annotations"]["summary_zh"])
    tried = [(case["name"], bool(check["exp_alerts"])) for case in CASES for check in case["alert_rule_test"]]
    assert {(f"{rule['alert']} fires", True), (f"{rule['alert']} is silent", False)} <= set(tried)


@pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not here: Debian's package `prometheus` has it"
)
def test_promtool_agrees_and_would_not_agree_with_a_broken_rule(tmp_path: Path) -> None:
    def promtool(*words: str, place: Path = PLACE) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["promtool", *words], cwd=place, capture_output=True, text=True, check=False, timeout=120)

    for words in (("check", "config", "prometheus.yml"), ("test", "rules", "alerts_test.yml")):
        said = promtool(*words)
        assert said.returncode == 0, said.stdout + said.stderr
    shutil.copytree(PLACE, tmp_path / "broken")
    rules = tmp_path / "broken" / "alerts.yml"
    rules.write_text(
        rules.read_text("utf-8").replace("nianlun_relay_lag_seconds) > 60", "nianlun_relay_lag_seconds) > 600")
    )
    assert promtool("test", "rules", "alerts_test.yml", place=tmp_path / "broken").returncode != 0
