"""Reporting's settings."""

from pathlib import Path

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has, and a folder for the live statistics."""

    tables_dir: Path = Path("nianlun-statistics-data")
    """Where Faust keeps what it knows of its tables; they themselves are in memory and on Kafka."""
