"""Refusals: sentence-like, naming the rule, the clause and the field, and knowing nothing of HTTP."""

from collections.abc import Sequence
from typing import ClassVar

from shared.kernel.actor import Actor, Role


class Refusal(Exception):
    """A command was understood and refused.

    `record` holds events that are appended although the command is refused, so that the refusal leaves
    its trace in the log (a late submission, an evaluation that failed). `detail_zh` says in Chinese what
    the title does not.
    """

    title: ClassVar[str] = "The command was refused"
    rule: str | None = None
    clause: str | None = None
    field: str | None = None

    def __init__(
        self,
        detail: str = "",
        *,
        detail_zh: str = "",
        field: str | None = None,
        rule: str | None = None,
        clause: str | None = None,
        record: Sequence[object] = (),
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.detail_zh = detail_zh
        self.field = field or self.field
        self.rule = rule or self.rule
        self.clause = clause or self.clause
        self.record = tuple(record)


class NotPermitted(Refusal):
    """The actor's role, district or organization does not carry this right; the attempt is recorded."""

    title = "This actor may not do this"


class Unknown(Refusal):
    """What the command or the question names does not exist."""

    title = "There is no such thing"


class Malformed(Refusal):
    """A value breaks the shape or range that its field has."""

    title = "A field has a value it cannot have"


def require(actor: Actor, *roles: Role, district: str | None = None, organization: str | None = None) -> None:
    """Refuse unless `actor` has one of `roles` and, where given, belongs to the district or organization."""
    if actor.role not in roles:
        wanted = ", ".join(role.value for role in roles)
        raise NotPermitted(f"{actor.role.value} may not do this; it takes {wanted}", field="role")
    if district is not None and actor.district != district:
        raise NotPermitted(f"district {actor.district or '-'} may not act in district {district}", field="district")
    if organization is not None and actor.organization != organization:
        raise NotPermitted("the account does not belong to this organization", field="organization")
