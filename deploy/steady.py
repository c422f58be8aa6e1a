"""Gives an image the same digest whenever it was built: all times of its own layers and configuration are one instant.

`docker save IMAGE | python3 deploy/steady.py --base-layers 2 --epoch 1500000000 | docker load`. Builders since BuildKit
0.13 do the same by themselves (`rewrite-timestamp`); older ones do not. It needs Python's standard library alone.
"""

import argparse
import io
import json
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

CHUNK_BYTES = 2**20


def steady(source: IO[bytes], sink: IO[bytes], base_layers: int, epoch: int, folder: Path) -> None:
    """Rewrite the archive of one image; the layers of its base stay as they are."""
    with tarfile.open(fileobj=source, mode="r|") as archive:
        archive.extractall(folder, filter="data")
    (manifest,) = json.loads((folder / "manifest.json").read_text())
    config: dict[str, Any] = json.loads((folder / manifest["Config"]).read_text())
    layers = [folder / name for name in manifest["Layers"]]
    for number in range(base_layers, len(layers)):
        layers[number] = _dated(layers[number], epoch)
    digests = [_digest(layer) for layer in layers]
    config["rootfs"]["diff_ids"] = [f"sha256:{one}" for one in digests]
    _date_history(config, base_layers, datetime.fromtimestamp(epoch, UTC).isoformat().replace("+00:00", "Z"))
    text = json.dumps(config, sort_keys=True, separators=(",", ":")).encode()
    name = f"{sha256(text).hexdigest()}.json"
    told = [{"Config": name, "RepoTags": manifest["RepoTags"], "Layers": [f"{one}.tar" for one in digests]}]
    with tarfile.open(fileobj=sink, mode="w|") as archive:
        _add(archive, name, io.BytesIO(text), len(text))
        for digest, layer in zip(digests, layers, strict=True):
            with layer.open("rb") as file:
                _add(archive, f"{digest}.tar", file, layer.stat().st_size)
        listed = json.dumps(told).encode()
        _add(archive, "manifest.json", io.BytesIO(listed), len(listed))


def _date_history(config: dict[str, Any], base_layers: int, instant: str) -> None:
    config["created"] = instant
    seen = 0
    for one in config["history"]:
        if seen >= base_layers:
            one["created"] = instant
        seen += 0 if one.get("empty_layer") else 1


def _dated(layer: Path, epoch: int) -> Path:
    dated = layer.with_name("dated.tar")
    with tarfile.open(layer) as source, tarfile.open(dated, "w", format=tarfile.PAX_FORMAT) as sink:
        for member in source:
            member.mtime, member.uname, member.gname, member.pax_headers = epoch, "", "", {}
            sink.addfile(member, source.extractfile(member) if member.isreg() else None)
    return dated


def _digest(file: Path) -> str:
    found = sha256()
    with file.open("rb") as content:
        while chunk := content.read(CHUNK_BYTES):
            found.update(chunk)
    return found.hexdigest()


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size = size
    archive.addfile(member, content)


def main() -> None:
    """From standard input to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-layers", type=int, required=True)
    parser.add_argument("--epoch", type=int, required=True)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nianlun-image-") as folder:
        steady(sys.stdin.buffer, sys.stdout.buffer, told.base_layers, told.epoch, Path(folder))


if __name__ == "__main__":
    main()
