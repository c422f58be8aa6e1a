"""Publication's settings."""

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has."""
