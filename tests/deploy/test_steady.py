"""The same content, built at different times, is the same image."""

import io
import json
import tarfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from deploy.steady import steady

EPOCH = 1_500_000_000


def layer(mtime: int, content: bytes = b"hello") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in ("opt", "opt/app.py"):
            member = tarfile.TarInfo(name)
            member.mtime = mtime
            member.pax_headers = {"mtime": f"{mtime}.25"}
            if name.endswith(".py"):
                member.size, member.mode = len(content), 0o755
            else:
                member.type = tarfile.DIRTYPE
            archive.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return made.getvalue()


def saved(built: str, mtime: int, content: bytes = b"hello") -> bytes:
    layers = {"base/layer.tar": layer(1), "own/layer.tar": layer(mtime, content)}
    config = {
        "created": built,
        "config": {"User": "10001"},
        "history": [{"created": "base"}, {"created": built, "empty_layer": True}, {"created": built}],
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{sha256(one).hexdigest()}" for one in layers.values()]},
    }
    listed = [{"Config": "config.json", "RepoTags": ["nianlun:0"], "Layers": list(layers)}]
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        files = {**layers, "config.json": json.dumps(config).encode(), "manifest.json": json.dumps(listed).encode()}
        for name, body in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return made.getvalue()


def made_steady(archive: bytes, folder: Path) -> bytes:
    sink = io.BytesIO()
    folder.mkdir()
    steady(io.BytesIO(archive), sink, 1, EPOCH, folder)
    return sink.getvalue()


def opened(archive: bytes) -> tuple[dict[str, Any], list[bytes]]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as content:
        files = {one.name: content.extractfile(one).read() for one in content}  # type: ignore[union-attr]
    (listed,) = json.loads(files["manifest.json"])
    assert listed["Config"] == f"{sha256(files[listed['Config']]).hexdigest()}.json"
    return json.loads(files[listed["Config"]]), [files[name] for name in listed["Layers"]]


def test_when_it_was_built_makes_no_difference(tmp_path: Path) -> None:
    monday = made_steady(saved("monday", 1_600_000_000), tmp_path / "a")
    tuesday = made_steady(saved("tuesday", 1_600_086_400), tmp_path / "b")
    assert monday == tuesday


def test_what_it_holds_does(tmp_path: Path) -> None:
    one = made_steady(saved("monday", 1_600_000_000), tmp_path / "a")
    other = made_steady(saved("monday", 1_600_000_000, b"HELLO"), tmp_path / "b")
    assert one != other


def test_the_base_stays_and_what_lies_above_is_dated(tmp_path: Path) -> None:
    config, (base, own) = opened(made_steady(saved("monday", 1_600_000_000), tmp_path / "a"))
    assert base == layer(1)
    assert config["rootfs"]["diff_ids"] == [f"sha256:{sha256(one).hexdigest()}" for one in (base, own)]
    assert [one["created"] for one in config["history"]] == ["base", "2017-07-14T02:40:00Z", "2017-07-14T02:40:00Z"]
    assert config["config"] == {"User": "10001"}
    with tarfile.open(fileobj=io.BytesIO(own)) as content:
        members = {one.name: (one.mtime, oct(one.mode)) for one in content}
        assert members == {"opt": (EPOCH, "0o644"), "opt/app.py": (EPOCH, "0o755")}
        assert content.extractfile("opt/app.py").read() == b"hello"  # type: ignore[union-attr]
