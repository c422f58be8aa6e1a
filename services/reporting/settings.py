"""Reporting's settings."""

from pathlib import Path

from pydantic import Field

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has, and a folder for the live statistics."""

    tables_dir: Path = Path("nianlun-statistics-data")
    """Where Faust keeps what it knows of its tables; they themselves are in memory and on Kafka."""
    tables_replicas: int = Field(default=1, ge=1)
    """On how many brokers Faust keeps each of its own topics."""
