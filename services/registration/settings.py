"""Registration's settings."""

from shared.runtime.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has; the administrator's first password is the secret `administrator_password`."""
