"""Who reads what of registration: officials everything, an organization's people what is theirs."""

from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import Circle, admit

OFFICIALS = (
    Role.PLATFORM_VERIFIER,
    Role.CITY_OFFICER,
    Role.CITY_LEADER,
    Role.DISCIPLINE_AUDITOR,
    Role.ADMINISTRATOR,
)
OF_ACCOUNTS = (Role.ADMINISTRATOR, Role.DISCIPLINE_AUDITOR)
"""Who reads which accounts there are."""
DECIDING = (Role.PLATFORM_VERIFIER, Role.DISCIPLINE_AUDITOR)
"""Who reads the documents of a request for certification."""
APPLICANT = (Role.FILER, Role.LEGAL_REPRESENTATIVE)


def may_read(actor: Actor, organization: str) -> None:
    """Refuse who is neither an official nor of this organization."""
    admit(actor, Circle(OFFICIALS), Circle(APPLICANT, organization=organization))
