"""Who commands: a pseudonymous account in one of the programme's roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """The roles of the programme; the domain, not only the door, refuses what a role may not do."""

    ADMINISTRATOR = "administrator"
    """Opens the accounts of officials and rotates keys; decides nothing in a round."""
    FILER = "filer"
    """填报人: files for one organization."""
    LEGAL_REPRESENTATIVE = "legal_representative"
    """法定代表人: signs for one organization."""
    PLATFORM_VERIFIER = "platform_verifier"
    """平台审核员: certifies organizations (企业认证)."""
    DISTRICT_CLERK = "district_clerk"
    """区经办人: checks and recommends in one district."""
    DISTRICT_LEADER = "district_leader"
    """区分管领导: grants waivers and seals in one district."""
    RECEIPT_CLERK = "receipt_clerk"
    """收件员: receives paper in one district."""
    PANEL_SECRETARY = "panel_secretary"
    """评审秘书: runs the panels, never scores."""
    EXPERT = "expert"
    """评审专家: scores what was assigned."""
    CITY_OFFICER = "city_officer"
    """市中小企业办经办人: plans rounds and proposes the list."""
    CITY_LEADER = "city_leader"
    """市中小企业办领导: approves; never the proposer."""
    PUBLISHER = "publisher"
    """发布员: publishes notices and lists."""
    DISCIPLINE_AUDITOR = "discipline_auditor"
    """纪检监察: reads everything, writes nothing."""
    SYSTEM = "system"
    """A reaction of a service to another service's event; no person."""


ROLE_NAMES: Final[Mapping[Role, str]] = {
    Role.ADMINISTRATOR: "管理员",
    Role.FILER: "申报人",
    Role.LEGAL_REPRESENTATIVE: "法定代表人",
    Role.PLATFORM_VERIFIER: "平台审核员",
    Role.DISTRICT_CLERK: "区经办人",
    Role.DISTRICT_LEADER: "区负责人",
    Role.RECEIPT_CLERK: "收件员",
    Role.PANEL_SECRETARY: "评审秘书",
    Role.EXPERT: "评审专家",
    Role.CITY_OFFICER: "市经办人",
    Role.CITY_LEADER: "市负责人",
    Role.PUBLISHER: "发布员",
    Role.DISCIPLINE_AUDITOR: "纪检监察员",
    Role.SYSTEM: "系统",
}
"""As officials call them."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who commands, as the token says it.

    `id` is the pseudonymous account id (uuid), `district` a six-digit GB/T 2260 code, `organization` a uuid.
    """

    id: str
    role: Role
    district: str | None = None
    organization: str | None = None


ANYBODY = Actor(id="anybody", role=Role.FILER)
"""Who commands without a token: only what needs no account yet, and no trace is kept of what is refused."""


def system(service: str) -> Actor:
    """The actor of a service's own reactions."""
    return Actor(id=f"system-{service}", role=Role.SYSTEM)
