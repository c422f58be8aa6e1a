"""What goes to a closed network: the bill of materials, the sums and the archive, held without a container engine."""

import dataclasses
import gzip
import hashlib
import json
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from deploy.airgap import bundle
from deploy.airgap.contents import Image, Package, programs
from deploy.airgap.licences import of_debian, of_jar, of_wheel
from deploy.airgap.sbom import sbom
from shared.contracts.topics import SERVICES
from tests.deploy.played import has_container, has_volumes, marked, played

REVISION, EPOCH = "0123456789abcdef" * 2 + "01234567", 1_790_000_000
JAR = "d" * 64
OURS = Image(
    name="nianlun:0.1.0",
    id=f"sha256:{'a' * 64}",
    layers="b" * 64,
    bytes=1000,
    stand_in=False,
    debian=(
        Package("libc6", "2.41-12", ("GPL-2.0-or-later", "LGPL-2.1-or-later", "public-domain"), architecture="amd64"),
        Package("python3", "3.13.5-1", architecture="amd64"),
    ),
    python=(
        Package("fastapi", "0.165.0", ("MIT",)),
        Package("PyYAML", "6.0.3", ("MIT AND (Apache-2.0 OR BSD-2-Clause)",)),
    ),
    jars=(),
    programs=(),
)
KAFKA = Image(
    name="apache/kafka:4.3.1",
    id=f"sha256:{'c' * 64}",
    layers="e" * 64,
    bytes=1000,
    stand_in=True,
    debian=(Package("libc6", "2.41-12", architecture="amd64"),),
    python=(),
    jars=(Package("kafka_2.13", "4.3.1", ("Apache-2.0",), sha256=JAR),),
    programs=programs(['IMPLEMENTOR="Eclipse Adoptium"', 'JAVA_VERSION="25.0.2"']),
)


def test_the_bill_of_materials_is_valid_and_the_same_of_the_same() -> None:
    told = sbom("0.1.0", REVISION, EPOCH, [OURS, KAFKA])
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(told) is None
    assert told == sbom("0.1.0", REVISION, EPOCH, [OURS, KAFKA])
    assert told != sbom("0.1.0", REVISION, EPOCH, [OURS])


def test_a_spoilt_bill_of_materials_is_noticed() -> None:
    told = json.loads(sbom("0.1.0", REVISION, EPOCH, [OURS]))
    told["components"][0]["type"] = "tree"
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(told)) is not None


def test_every_package_of_every_image_has_its_purl() -> None:
    told = json.loads(sbom("0.1.0", REVISION, EPOCH, [OURS, KAFKA]))
    purls = {image["name"]: {one["purl"] for one in image["components"]} for image in told["components"]}
    assert purls["nianlun"] == {
        "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=trixie",
        "pkg:deb/debian/python3@3.13.5-1?arch=amd64&distro=trixie",
        "pkg:pypi/fastapi@0.165.0",
        "pkg:pypi/pyyaml@6.0.3",
    }
    assert f"pkg:generic/kafka_2.13@4.3.1?checksum=sha256:{JAR}" in purls["apache/kafka"]
    assert "pkg:generic/openjdk@25.0.2" in purls["apache/kafka"]


def test_a_program_that_no_package_has_is_known_by_what_it_says() -> None:
    (server,) = programs(["postgres (PostgreSQL) 18.4"])
    assert (server.name, server.version, server.licences) == ("postgresql", "18.4", ("PostgreSQL",))
    assert programs(["sh: 1: postgres: not found"]) == ()


def test_every_package_says_its_licences() -> None:
    told = json.loads(sbom("0.1.0", REVISION, EPOCH, [OURS, KAFKA]))
    ours = {one["name"]: one.get("licenses") for one in told["components"][1]["components"]}
    assert [one["license"].get("id") or one["license"]["name"] for one in ours["libc6"]] == list(
        OURS.debian[0].licences
    )
    assert ours["fastapi"][0]["license"]["id"] == "MIT"
    assert ours["PyYAML"][0]["expression"] == "MIT AND (Apache-2.0 OR BSD-2-Clause)"
    assert ours["python3"] is None


@pytest.mark.parametrize(
    ("lines", "licences"),
    [
        (["GPL-2+ and LGPL-2.1", "Expat"], ("GPL-2.0-or-later", "LGPL-2.1-only", "MIT")),
        (["public-domain", "public-domain"], ("public-domain",)),
        ([], ()),
    ],
)
def test_a_copyright_file_is_read(lines: list[str], licences: tuple[str, ...]) -> None:
    assert of_debian(lines) == licences


def test_metadata_of_a_wheel_are_read_from_the_newest_field_to_the_oldest() -> None:
    classifiers = ["License :: OSI Approved :: Apache Software License", "Topic :: Software Development"]
    assert of_wheel("MIT OR Apache-2.0", classifiers, "BSD") == ("MIT OR Apache-2.0",)
    assert of_wheel("", classifiers, "BSD") == ("Apache-2.0",)
    assert of_wheel("", [], "MIT License") == ("MIT",)
    assert of_wheel("", [], f"Permission is hereby granted{'.' * 100}") == ()


MANIFEST = "Manifest-Version: 1.0\r\nBundle-License: https://www.apache.org/licen\r\n ses/LICENSE-2.0.txt\r\n"
POM = (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><licenses><license><name>The MIT License</name></license>'
    "</licenses></project>"
)


@pytest.mark.parametrize(
    ("files", "licences"),
    [
        ({"META-INF/MANIFEST.MF": MANIFEST}, ("Apache-2.0",)),
        ({"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n", "META-INF/maven/a/b/pom.xml": POM}, ("MIT",)),
        ({"META-INF/LICENSE": "\n      Apache License\n     Version 2.0, January 2004\n"}, ("Apache-2.0",)),
        ({"META-INF/LICENSE": "All rights reserved"}, ()),
        ({"a.class": ""}, ()),
    ],
)
def test_a_jar_is_read(files: dict[str, str], licences: tuple[str, ...], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.jar", "w") as jar:
        for name, text in files.items():
            jar.writestr(name, text)
    assert of_jar(tmp_path / "a.jar") == licences


def test_the_sums_cover_every_file(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "x").write_text("x")
    (tmp_path / "load").write_text("y")
    assert bundle._sums(tmp_path).splitlines() == [
        f"{hashlib.sha256(b'x').hexdigest()}  deploy/x",
        f"{hashlib.sha256(b'y').hexdigest()}  load",
    ]


def test_an_archive_names_nobody_and_is_the_same_of_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "nianlun"
    folder.mkdir()
    (folder / "load").write_text("y")
    (folder / "load").chmod(0o700)
    (folder / "versions.json").write_text("{}")
    (folder / "versions.json").chmod(0o600)
    archives = [tmp_path / name for name in ("one.tar", "two.tar")]
    for archive in archives:
        bundle._pack(folder, archive, EPOCH)
    assert archives[0].read_bytes() == archives[1].read_bytes()
    with tarfile.open(archives[0]) as tar:
        assert {(one.uid, one.uname, one.mtime) for one in tar} == {(0, "", EPOCH)}
        assert [oct(one.mode) for one in tar] == ["0o755", "0o755", "0o644"]


def test_what_the_compose_file_mounts_is_in_the_archive(tmp_path: Path) -> None:
    bundle._copy(tmp_path)
    text = (tmp_path / "deploy" / "docker-compose.yml").read_text()
    mounted = {line.split("source: ./")[1].split(",")[0] for line in text.splitlines() if "source: ./" in line}
    assert mounted
    assert {path for path in mounted if not (tmp_path / "deploy" / path).exists()} == set()


def test_the_page_that_an_alert_names_is_in_the_archive(tmp_path: Path) -> None:
    bundle._copy(tmp_path)
    alerts = (tmp_path / "deploy" / "observability" / "alerts.yml").read_text()
    pages = set(re.findall(r'page: "(\S+?)#', alerts))
    assert pages
    assert {page for page in pages if not (tmp_path / page).is_file()} == set()


def loaded(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """`load` with an engine that has every image, and tells when it is to take some or to run one."""
    engine = played(folder.parent)
    environment = {"DOCKER": str(engine), "PATH": "/usr/bin:/bin"}
    load = [str(folder / "load"), *words]
    return subprocess.run(load, env=environment, capture_output=True, text=True, errors="replace", check=False)


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """A bundle without images, as it lies after it was unpacked."""
    folder = tmp_path / "nianlun"
    folder.mkdir()
    bundle._copy(folder)
    with gzip.open(folder / "images.tar.gz", "wb"):
        pass
    nothing = hashlib.sha256(b"").hexdigest()
    images = [dataclasses.replace(one, layers=nothing) for one in (OURS, KAFKA)]
    (folder / "versions.json").write_text(bundle._versions("0.1.0", REVISION, images))
    (folder / "sbom.cdx.json").write_text(sbom("0.1.0", REVISION, EPOCH, images))
    (folder / "SHA256SUMS").write_text(bundle._sums(folder))
    return folder


def test_what_was_packed_is_loaded(unpacked: Path) -> None:
    (unpacked / "deploy" / "docker-compose.override.yml").write_text("services: {}\n")
    done = loaded(unpacked)
    assert (done.returncode, "engine loads" in done.stderr) == (0, True), done.stderr
    assert f"deploy.composed --home {unpacked}/home prepare\n" in done.stderr


def test_what_other_volumes_there_are_is_asked_first(unpacked: Path) -> None:
    docker = played(unpacked.parent)
    has_volumes(docker, "nianlun_postgres")
    has_volumes(docker, "nianlun_home", home="/gone")
    done = loaded(unpacked)
    assert (done.returncode, "say so once with --take-volumes" in done.stderr) == (1, True), done.stderr
    assert not (unpacked / "deploy" / ".env").is_symlink()
    for words in (("--take-volumes",), ()):
        assert loaded(unpacked, *words).returncode == 0
    assert marked(docker, "nianlun_home") == str(unpacked / "home")


def test_no_volumes_are_taken_from_a_home_that_is_there(unpacked: Path) -> None:
    docker, other = played(unpacked.parent), unpacked.parent / "other"
    has_volumes(docker, "nianlun_postgres")
    has_volumes(docker, "nianlun_home", home=other)
    other.mkdir()
    (other / "compose.env").write_text("COMPOSE_PROJECT_NAME=nianlun\n")
    done = loaded(unpacked, "--take-volumes")
    assert (done.returncode, f"are those of {other};" in done.stderr) == (1, True), done.stderr
    assert marked(docker, "nianlun_home") == str(other)


@pytest.mark.parametrize("begun", [True, False])
def test_a_home_that_met_another_s_stack_is_not_named_for_ever(*, begun: bool, unpacked: Path) -> None:
    settings = unpacked / "home" / "compose.env"
    if begun:
        assert loaded(unpacked).returncode == 0
    has_container(played(unpacked.parent), "nianlun", "/another")
    done = loaded(unpacked)
    assert (done.returncode, "is that of /another; give this one a name" in done.stderr) == (1, True), done.stderr
    assert settings.exists() == begun


def test_a_running_stack_of_an_earlier_release_is_its_own(unpacked: Path) -> None:
    docker = played(unpacked.parent)
    has_volumes(docker, "nianlun_postgres")
    has_container(docker, "nianlun", unpacked / "home")
    assert loaded(unpacked).returncode == 0
    has_container(docker, "nianlun", "/another")
    assert loaded(unpacked).returncode == 1


def test_what_was_tampered_with_is_not_loaded(unpacked: Path) -> None:
    (unpacked / "deploy" / "docker-compose.yml").write_text("services: {}\n")
    done = loaded(unpacked)
    assert (done.returncode, "engine loads" in done.stderr) == (1, False)
    assert "docker-compose.yml: FAILED" in done.stderr


def test_what_no_sum_names_is_not_loaded(unpacked: Path) -> None:
    sums = (unpacked / "SHA256SUMS").read_text().splitlines(keepends=True)
    (unpacked / "SHA256SUMS").write_text("".join(line for line in sums if "docker-compose.yml" not in line))
    done = loaded(unpacked)
    assert (done.returncode, "engine loads" in done.stderr) == (1, False)
    assert "not of the archive: deploy/docker-compose.yml" in done.stderr


def test_what_is_changed_cannot_hide_behind_a_mark(unpacked: Path) -> None:
    sums = unpacked / "SHA256SUMS"
    line = next(one for one in sums.read_bytes().splitlines() if one.endswith(b"deploy/docker-compose.yml"))
    (unpacked / "deploy" / "docker-compose.yml").write_text("services: {}\n")
    sums.write_bytes(sums.read_bytes().replace(line, b"#" + line[1:]))
    done = loaded(unpacked)
    assert (done.returncode, "engine loads" in done.stderr) == (1, False)
    assert "SHA256SUMS is not what was packed" in done.stderr


@pytest.mark.parametrize("bit", range(8))
def test_one_bit_of_the_sums_is_noticed(bit: int, unpacked: Path) -> None:
    sums = unpacked / "SHA256SUMS"
    whole = sums.read_bytes()
    for at in [*range(bit, len(whole), 199), len(whole) - 1]:
        sums.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
        done = loaded(unpacked)
        assert (done.returncode, "engine loads" in done.stderr) == (1, False), (at, whole[at : at + 1])


@pytest.mark.parametrize("name", ["deploy/edge/more.conf", "deploy/door/docker-compose.override.yml", "sbom.cdx.json"])
def test_a_symbolic_link_is_not_of_the_archive(name: str, unpacked: Path, tmp_path: Path) -> None:
    kept = tmp_path / "elsewhere"
    if (unpacked / name).exists():
        (unpacked / name).rename(kept)
    else:
        kept.write_text("")
    (unpacked / name).symlink_to(kept)
    done = loaded(unpacked)
    assert (done.returncode, "engine loads" in done.stderr) == (1, False)
    assert f"not of the archive: {name}" in done.stderr


def test_a_name_that_is_the_beginning_of_another_is_not_of_the_archive(unpacked: Path) -> None:
    (unpacked / "deploy" / "docker-compose.y").write_text("")
    done = loaded(unpacked)
    assert (done.returncode, "engine loads" in done.stderr) == (1, False)
    assert "not of the archive: deploy/docker-compose.y " in done.stderr


def test_what_was_loaded_is_loaded_again(unpacked: Path) -> None:
    assert [loaded(unpacked).returncode for _ in range(2)] == [0, 0]
    assert (unpacked / "deploy" / ".env").is_symlink()


def test_an_image_that_is_another_or_is_not_named_is_noticed(unpacked: Path) -> None:
    versions = unpacked / "versions.json"
    text = versions.read_text()
    for spoilt, said in (
        (text.replace(hashlib.sha256(b"").hexdigest(), "0" * 64, 1), "nianlun:0.1.0 is not the image that was packed"),
        (text.replace('"layers"', '"laers"', 1), "versions.json does not name every image"),
    ):
        versions.write_text(spoilt)
        (unpacked / "SHA256SUMS").unlink()
        (unpacked / "SHA256SUMS").write_text(bundle._sums(unpacked))
        done = loaded(unpacked)
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize("name", ["INSTALL.md", "安装说明.md"])
def test_the_instructions_name_what_there_is(name: str) -> None:
    text = (Path(bundle.__file__).parent / name).read_text()
    assert all(one in text for one in ("./load --production", "versions.json", "sbom.cdx.json", "SHA256SUMS"))


@pytest.mark.parametrize(("name", "later"), [("INSTALL.md", "\n## Later\n"), ("安装说明.md", "\n## 升级与停止\n")])
def test_an_upgrade_is_backed_up_before_and_has_a_way_back(name: str, later: str) -> None:
    said = (Path(bundle.__file__).parent / name).read_text().partition(later)[2]
    upgrade = (
        "recovery backup",
        "/home ./load",
        "up --detach --wait",
        "recovery rebuild",
        "crontab",
        "recovery restore",
    )
    places = [said.find(one) for one in upgrade]
    assert -1 not in places
    assert places == sorted(places)
    assert all(service in said for service in SERVICES)
