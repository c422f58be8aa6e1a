"""`make airgap-bundle`: one archive with every image, the compose file, versions, checksums and a bill of materials."""

import gzip
import json
import shutil
import subprocess
import sys
import tarfile
from argparse import ArgumentParser
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from deploy.airgap.contents import Image, image
from deploy.airgap.sbom import sbom
from deploy.composed.engine import asked, docker
from deploy.composed.place import READ_IN_PLACE, ROOT
from deploy.composed.stack import BASE, IMAGE, OF_A_PROFILE
from deploy.local.home import StackError

BESIDE = ("load", "INSTALL.md", "安装说明.md")
"""What a bundle holds beside images and compose file, as it lies in this folder."""
LABEL = '{{index .Config.Labels "org.opencontainers.image.revision"}}'
MEBIBYTE = 1024 * 1024


def bundle(to: Path, console: Console) -> Path:
    """Write the archive into a folder and return its path; raise `StackError` when an image is missing."""
    revision, epoch = _git("rev-parse", "HEAD"), int(_git("log", "-1", "--format=%ct"))
    version = IMAGE.partition(":")[2]
    name = f"nianlun-{version}-{revision[:12]}"
    to.mkdir(parents=True, exist_ok=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with TemporaryDirectory(dir=to) as work, Progress(*columns, console=console) as progress:
        folder = Path(work) / name
        folder.mkdir()
        doing = progress.add_task("asking the images what they hold", total=None)
        _made_of(revision)
        images = [image(one) for one in names()]
        progress.update(doing, description="writing the images")
        _save(folder / "images.tar.gz")
        _copy(folder)
        (folder / "versions.json").write_text(_versions(version, revision, images))
        (folder / "sbom.cdx.json").write_text(sbom(version, revision, epoch, images))
        (folder / "SHA256SUMS").write_text(_sums(folder))
        progress.update(doing, description="packing")
        archive = to / f"{name}.tar"
        _pack(folder, archive, epoch)
    return archive


def _made_of(revision: str) -> None:
    made = asked("image", "inspect", "--format", LABEL, IMAGE).strip()
    if made != revision:
        raise StackError(f"{IMAGE} was built from {made or 'nobody knows what'}, not from {revision}")


def names() -> list[str]:
    """The images: ours, what it stands on, and those of the profiles that a package registry has."""
    extras = OF_A_PROFILE["observability"]
    return [IMAGE, *(one for variable, one in {**BASE, **extras}.items() if variable != "PYTHON_IMAGE")]


def _save(archive: Path) -> None:
    with (
        archive.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=6, mtime=0) as zipped,
        subprocess.Popen([docker(), "save", *names()], stdout=subprocess.PIPE) as saving,
    ):
        shutil.copyfileobj(cast("IO[bytes]", saving.stdout), zipped)
    if saving.returncode:
        raise StackError("the engine could not save the images")


def _copy(folder: Path) -> None:
    deploy = folder / "deploy"
    deploy.mkdir()
    shutil.copy(ROOT / "deploy" / "docker-compose.yml", deploy)
    for name in READ_IN_PLACE:
        shutil.copytree(ROOT / "deploy" / name, deploy / name)
    for name in BESIDE:
        shutil.copy(ROOT / "deploy" / "airgap" / name, folder)
    shutil.copy(ROOT / "README.md", folder)
    shutil.copytree(ROOT / "docs", folder / "docs")


def _versions(version: str, revision: str, images: list[Image]) -> str:
    told = {
        "nianlun": version,
        "revision": revision,
        "images": [
            {"name": one.name, "layers": one.layers, "bytes": one.bytes, "stand_in": one.stand_in} for one in images
        ],
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _sums(folder: Path) -> str:
    lines = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        with path.open("rb") as file:
            lines.append(f"{file_digest(file, 'sha256').hexdigest()}  {path.relative_to(folder)}\n")
    return "".join(lines)


def _pack(folder: Path, archive: Path, epoch: int) -> None:
    def plain(one: tarfile.TarInfo) -> tarfile.TarInfo:
        one.uid = one.gid = 0
        one.uname = one.gname = ""
        one.mode = 0o755 if one.isdir() or one.mode & 0o100 else 0o644
        one.mtime = epoch
        return one

    draft = archive.with_suffix(".draft")
    with tarfile.open(draft, "w") as tar:
        tar.add(folder, arcname=folder.name, filter=plain)
    draft.replace(archive)


def _git(*arguments: str) -> str:
    git = shutil.which("git") or "git"
    return subprocess.run([git, *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    """Write it and say where it is and how big; what went wrong is one line and exit code 1."""
    parser = ArgumentParser(prog="python -m deploy.airgap.bundle", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "dist", metavar="DIR")
    console = Console(stderr=True)
    try:
        archive = bundle(parser.parse_args().to, console)
    except (StackError, OSError, subprocess.SubprocessError) as error:
        sys.exit(f"bundle: {error}")
    sys.stdout.write(f"{archive} ({archive.stat().st_size / MEBIBYTE:.0f} MiB)\n")


if __name__ == "__main__":
    main()
