"""What a round lets be brought that commands name (C3, C4, C5.4)."""

from shared.contracts.event import value


@value
class Evidence:
    """Files that are brought to be named: by a form, objections and appeals, reports and cases (C3, C4, C5.4).

    A round that names no media types takes what the installation takes.
    """

    media_types: tuple[str, ...]
    size_max: int
    """Bytes of one file."""
    files_max: int
    """Files that one objection, appeal or filing names."""
    source: str
    statement: int
    """The material whose file T4 has to name as the signed statement (C4.9); 0 where it may be any."""
