"""Settings of a service process: environment variables, and files for secrets."""

import sys
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.files.deposits import Limits
from shared.runtime.secret_files import PREVIOUS


class FileSettings(BaseSettings):
    """What is said of files: environment variables prefixed `NIANLUN_FILES_`, and `NIANLUN_CLAMAV`."""

    model_config = SettingsConfigDict(
        env_prefix="NIANLUN_FILES_", env_ignore_empty=True, frozen=True, extra="ignore", populate_by_name=True
    )

    url: str
    """Where they are kept: `file:///folder`, or, in a folder of the service's own name there,
    `s3://bucket/prefix?endpoint=…&region=…&access_key_id=…`."""
    media_types: tuple[str, ...] = Limits().media_types
    bytes_max: int = Limits().size_max
    """Of one file; this and the types hold where no round says what may be brought."""
    clamav: str = Field(default="", validation_alias="NIANLUN_CLAMAV")
    """The virus scanner's `host:port`; files are not scanned when empty."""


class ClockSettings(BaseSettings):
    """What the time is told by: `NIANLUN_CLOCK`, and environment variables prefixed `NIANLUN_CLOCK_`."""

    model_config = SettingsConfigDict(
        env_prefix="NIANLUN_CLOCK_", env_ignore_empty=True, frozen=True, extra="ignore", populate_by_name=True
    )

    kind: Literal["system", "rehearsal"] = Field(default="system", validation_alias="NIANLUN_CLOCK")
    file: Path | None = None
    """The rehearsal's."""
    passes_over: str = ""
    """The date at the end of the log that a person has found to be wrong: the system's clock does not wait for it."""
    passes_over_reason: str = ""
    """How it came to be; the log keeps it."""


class ServiceSettings(BaseSettings):
    """Read once by `main`: environment variables prefixed `NIANLUN_`, secrets as files in `secrets_dir`.

    A variable that is empty was not said: the compose file hands on what an operator left out.
    """

    model_config = SettingsConfigDict(env_prefix="NIANLUN_", env_ignore_empty=True, frozen=True, extra="ignore")

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8000, ge=1, le=65535)
    database_host: str = "127.0.0.1"
    database_port: int = 5432
    database_name: str
    database_user: str
    kafka_bootstrap: str
    kafka_username: str
    kafka_security: Literal["SASL_PLAINTEXT", "SASL_SSL"] = "SASL_PLAINTEXT"
    clocks: ClockSettings = Field(default_factory=ClockSettings)
    secrets_dir: Path
    files: FileSettings = Field(default_factory=FileSettings)
    traces_url: str = ""
    """Where spans go by OTLP over HTTP: `http://collector:4318/v1/traces`; nothing is traced when empty."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    replica: int = 1
    crash_at: str = ""

    def secret(self, name: str) -> str:
        """A secret's text; raise `FileNotFoundError` when its file is missing."""
        return (self.secrets_dir / name).read_text().strip()

    def previous_secret(self, name: str) -> str | None:
        """The one before; None where it was never replaced, or its server was told of the present one."""
        try:
            return self.secret(f"{name}{PREVIOUS}")
        except FileNotFoundError:
            return None


SettingsT = TypeVar("SettingsT", bound=ServiceSettings)


def read(settings: type[SettingsT]) -> SettingsT:
    """Read the environment; exit 1 with one line that names the variables that are wrong."""
    try:
        return settings()
    except ValidationError as error:
        files = error.title == FileSettings.__name__
        prefix = (FileSettings if files else settings).model_config["env_prefix"]
        wrong = [(f"{prefix}{one['loc'][0]}".upper(), one["msg"]) for one in error.errors()]
        sys.exit("nianlun: " + "; ".join(f"{variable}: {why}" for variable, why in wrong))
