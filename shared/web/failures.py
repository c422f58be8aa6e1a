"""What the web fails with by itself, beside the refusals of the domain: `problem` tells each of them."""

from shared.kernel.refusal import Malformed


class Unauthenticated(Exception):
    """No valid token; `reason` is one of a few words and never anything that a caller sent."""

    title = "A valid token is needed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WrongCredentials(Unauthenticated):
    """Whoever asks for a token gave a user name and a password that do not go together."""

    title = "User name and password do not go together"


class KeyReused(Malformed):
    """An idempotency key came again with another request."""

    title = "The Idempotency-Key was used for another request"
    field = "Idempotency-Key"


class ReadNotRecorded(Exception):
    """An auditor's read could not be put into the log, so it is not answered."""


class NotReachedYet(Exception):
    """The read models are not at the position asked for."""
