"""Who acts in the tests of the domain, and who may not."""

from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant

HERE, ELSEWHERE = "310101", "310115"
ORGANIZATION, STRANGERS = "org-1", "org-2"
AT = Instant("2017-09-01T01:00:00.000Z")
LATER = Instant("2017-09-02T01:00:00.000Z")


def actor(role: Role, name: str = "", district: str | None = None, organization: str | None = None) -> Actor:
    return Actor(name or role.value, role, district, organization)


def all_but(*allowed: Role) -> list[Actor]:
    """An actor of every other role; district and organization are the right ones, so that only the role is wrong."""
    return [actor(role, district=HERE, organization=ORGANIZATION) for role in Role if role not in allowed]


def role_of(one: Actor) -> str:
    return one.role.value


FILER = actor(Role.FILER, organization=ORGANIZATION)
FOREIGN_FILER = actor(Role.FILER, "foreign-filer", organization=STRANGERS)
VERIFIER = actor(Role.PLATFORM_VERIFIER)
SECOND_VERIFIER = actor(Role.PLATFORM_VERIFIER, "second-verifier")
ADMINISTRATOR = actor(Role.ADMINISTRATOR)
SIGNATORY = actor(Role.LEGAL_REPRESENTATIVE, organization=ORGANIZATION)
FOREIGN_SIGNATORY = actor(Role.LEGAL_REPRESENTATIVE, "foreign-signatory", organization=STRANGERS)
CLERK = actor(Role.DISTRICT_CLERK, district=HERE)
FOREIGN_CLERK = actor(Role.DISTRICT_CLERK, "foreign-clerk", district=ELSEWHERE)
HEAD = actor(Role.DISTRICT_LEADER, district=HERE)
FOREIGN_HEAD = actor(Role.DISTRICT_LEADER, "foreign-head", district=ELSEWHERE)
RECEIPT = actor(Role.RECEIPT_CLERK, district=HERE)
FOREIGN_RECEIPT = actor(Role.RECEIPT_CLERK, "foreign-receipt", district=ELSEWHERE)
SECRETARY = actor(Role.PANEL_SECRETARY)
OFFICER = actor(Role.CITY_OFFICER)
LEADER = actor(Role.CITY_LEADER)
PUBLISHER = actor(Role.PUBLISHER)
SYSTEM = actor(Role.SYSTEM)
