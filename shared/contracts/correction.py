"""What is sent back to be corrected, whoever sends it back."""

from shared.contracts.event import value


@value
class ItemToCorrect:
    """One thing that is to be corrected."""

    path: str
    """A table (`t2`), a member (`t2.premises`), a document (`documents.0`) or a material (`materials.6`)."""
    code: str
    """What is wrong: a short code in capitals, such as `UNREADABLE`."""
    note: str
