"""The file store that a process is told of: a folder, or S3 with its secret key from a file."""

from pathlib import Path
from uuid import uuid4  # noqa: TID251 - names that no other test has

import httpx
import pytest

from shared.files.deposits import Limits
from shared.files.scanner import ClamAV, NoScanner
from shared.runtime.settings import FileSettings, ServiceSettings
from shared.runtime.start import depot_of
from tests.shared.files.conftest import PDF, joined, kept, s3

__all__ = ["s3"]


def settings(secrets_dir: Path, files_url: str, clamav: str = "") -> ServiceSettings:
    return ServiceSettings(
        database_name="review",
        database_user="review",
        kafka_bootstrap="127.0.0.1:9",
        kafka_username="review",
        secrets_dir=secrets_dir,
        files=FileSettings(url=files_url, clamav=clamav),
    )


async def test_a_folder_is_made_and_kept_in(tmp_path: Path) -> None:
    one = depot_of(settings(tmp_path, (tmp_path / "files" / "review").as_uri()), "review")
    sha256 = await kept(one, PDF)
    assert (tmp_path / "files" / "review" / "sha256" / sha256[:2] / sha256).read_bytes() == PDF
    assert isinstance(one.intake.scanner, NoScanner)


async def test_a_bucket_is_reached_with_the_secret_key(tmp_path: Path, s3: str) -> None:
    bucket = f"files-{uuid4().hex}"
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.put(f"{s3}/{bucket}")).raise_for_status()
    url = f"s3://{bucket}/kept/?endpoint={s3}&region=us-east-1&access_key_id=key"
    with pytest.raises(FileNotFoundError, match="files_secret_key"):
        depot_of(settings(tmp_path, url), "review")
    (tmp_path / "files_secret_key").write_text("secret\n")
    one = depot_of(settings(tmp_path, url, "127.0.0.1:3310"), "review")
    sha256 = await kept(one, PDF)
    assert await joined(one.files.read(sha256)) == PDF
    assert one.intake.scanner == ClamAV("127.0.0.1", 3310)
    assert await depot_of(settings(tmp_path, url), "application").files.stat(sha256) is None


def test_what_is_empty_was_not_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"FILES_MEDIA_TYPES": "", "FILES_BYTES_MAX": "", "CLAMAV": "", "TRACES_URL": ""}
    for name, value in said.items():
        monkeypatch.setenv(f"NIANLUN_{name}", value)
    told = settings(tmp_path, "memory:")
    assert (told.files.bytes_max, told.files.media_types, told.traces_url) == (
        Limits().size_max,
        Limits().media_types,
        "",
    )
    monkeypatch.setenv("NIANLUN_FILES_MEDIA_TYPES", '["image/png"]')
    monkeypatch.setenv("NIANLUN_FILES_BYTES_MAX", "1000")
    told = settings(tmp_path, "memory:")
    assert (told.files.media_types, told.files.bytes_max) == (("image/png",), 1000)
