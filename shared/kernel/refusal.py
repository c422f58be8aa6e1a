"""Refusals: sentence-like, naming the rule, the clause and the field, and knowing nothing of HTTP."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from shared.kernel.actor import ROLE_NAMES, Actor, Role


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
        detail_zh = f"您的角色是{ROLE_NAMES[actor.role]}，此操作限{_called(roles)}"
        raise NotPermitted(f"{actor.role.value} may not do this; it takes {wanted}", detail_zh=detail_zh, field="role")
    if district is not None and actor.district != district:
        detail = f"district {actor.district or '-'} may not act in district {district}"
        raise NotPermitted(detail, detail_zh="限本区人员，您的账户属于另一区", field="district")
    if organization is not None and actor.organization != organization:
        detail = "the account does not belong to this organization"
        raise NotPermitted(detail, detail_zh="限本单位人员，您的账户不属于该单位", field="organization")


@dataclass(frozen=True, slots=True)
class Circle:
    """Some who may read: by role and, where given, of one district, of one organization, or for another reason."""

    roles: tuple[Role, ...]
    district: str | None = None
    organization: str | None = None
    told: tuple[str, str] | None = None
    """Of whom only some are meant and who asks is not one of them: who they are, in Chinese and in English."""

    def holds(self, actor: Actor) -> bool:
        """Whether the actor is one of them."""
        return (
            actor.role in self.roles
            and self.told is None
            and self.district in (None, actor.district)
            and self.organization in (None, actor.organization)
        )

    @property
    def name(self) -> tuple[str, str]:
        """Who they are, in Chinese and in English."""
        if self.told is not None:
            return self.told
        place_zh, place = _place(self)
        return f"{place_zh}{_called(self.roles)}", f"{', '.join(role.value for role in self.roles)}{place}"


def admit(actor: Actor, *circles: Circle) -> None:
    """Refuse whom none of the circles holds; who has a role of one is told what else it takes, others all of them."""
    if any(one.holds(actor) for one in circles):
        return
    for one in circles:
        if actor.role in one.roles and one.told is None:
            require(actor, *one.roles, district=one.district, organization=one.organization)
    names = [one.name for one in circles]
    raise NotPermitted(
        f"{actor.role.value} may not read this; it takes {'; '.join(en for _, en in names)}",
        detail_zh=f"您的角色是{ROLE_NAMES[actor.role]}，仅供{'；'.join(zh for zh, _ in names)}查阅",
        field="role",
    )


def _called(roles: Iterable[Role]) -> str:
    return "、".join(ROLE_NAMES[role] for role in roles)


def _place(circle: Circle) -> tuple[str, str]:
    if circle.district is not None:
        return "本区", " of its district"
    return ("本单位", " of its organization") if circle.organization is not None else ("", "")
