"""The topic table: name, key, owner, producer, consumers and visibility of every category."""

from dataclasses import dataclass

from shared.contracts.category import Category, Visibility

PARTITIONS = 12
"""Partitions of every topic; never changed, since the key's partition is part of what a consumer relies on."""

SERVICES = ("registration", "application", "review", "publication", "reporting")
OTHERS = ("application", "review", "publication", "reporting")

ACCOUNT = Category(
    "registration",
    "account",
    "account",
    Visibility.CONFIDENTIAL,
    OTHERS,
    "Accounts and their roles; whose tokens are worth nothing any more",
)
ORGANIZATION = Category(
    "registration",
    "organization",
    "organization",
    Visibility.CONFIDENTIAL,
    (*OTHERS, "statistics"),
    "Organizations from registration to closure (C5.2)",
)
KEY = Category("registration", "key", "key", Visibility.PUBLIC, OTHERS, "Public keys that verify the tokens")

ROUND = Category(
    "application",
    "round",
    "round",
    Visibility.PUBLIC,
    ("review", "publication", "reporting", "statistics"),
    "The year's round, its parameters, extensions and amendments",
)
APPLICATION = Category(
    "application",
    "application",
    "organization",
    Visibility.CONFIDENTIAL,
    ("review", "publication", "reporting", "statistics"),
    "Applications from draft to paper, returns and withdrawals (C4, C5.1, C5.2)",
)

DISTRICT = Category(
    "review",
    "district",
    "organization",
    Visibility.CONFIDENTIAL,
    ("application", "publication"),
    "The district's compliance review of one application (C5.3)",
)
BATCH = Category(
    "review",
    "batch",
    "round",
    Visibility.CONFIDENTIAL,
    ("application", "publication"),
    "A district's recommendation list of one round, sealed and sent (C5.3)",
)
EXPERT = Category("review", "expert", "expert", Visibility.CONFIDENTIAL, (), "The pool of experts")
PANEL = Category(
    "review",
    "panel",
    "round",
    Visibility.CONFIDENTIAL,
    ("publication",),
    "Panels, closing and ranking of one group in one round (C5.4)",
)
SCORING = Category(
    "review",
    "scoring",
    "organization",
    Visibility.CONFIDENTIAL,
    ("application", "publication", "reporting", "statistics"),
    "Conflict answers, assignments and scores of one application (C5.4)",
)

DECISION = Category(
    "publication",
    "decision",
    "round",
    Visibility.CONFIDENTIAL,
    ("application",),
    "The list from proposal over objections to approval and correction (C5.4)",
)
NOTICE = Category(
    "publication", "notice", "round", Visibility.PUBLIC, ("application",), "The public notice and the list (C5.4)"
)
APPROVAL = Category(
    "publication",
    "approval",
    "organization",
    Visibility.INTEGRATOR,
    ("application", "review", "reporting", "statistics"),
    "Approval or rejection of one application (C5.4)",
)
APPEAL = Category(
    "publication",
    "appeal",
    "organization",
    Visibility.CONFIDENTIAL,
    ("application", "review"),
    "The appeal against one rejection (C5.4)",
)
AGREEMENT = Category(
    "publication",
    "agreement",
    "organization",
    Visibility.INTEGRATOR,
    ("application", "reporting"),
    "The cooperation agreement (C5.4)",
)
STANDING = Category(
    "publication",
    "standing",
    "organization",
    Visibility.INTEGRATOR,
    ("application", "reporting"),
    "An approved organization's standing: rectification, revocation, renewal, expiry (C3, C5.4)",
)

OBLIGATION = Category(
    "reporting",
    "obligation",
    "organization",
    Visibility.INTEGRATOR,
    ("publication", "statistics"),
    "What an approved organization reports through the year (C3.1)",
)
ASSESSMENT = Category(
    "reporting",
    "assessment",
    "organization",
    Visibility.CONFIDENTIAL,
    ("publication",),
    "An approved organization's yearly assessment (C3.6)",
)
PRIORITY = Category(
    "reporting", "priority", "round", Visibility.PUBLIC, (), "Who is recommended first for funds and honours (C3.6)"
)

ACCESS = {
    service: Category(service, "access", "account", Visibility.CONFIDENTIAL, (), f"Refused attempts in {service}")
    for service in SERVICES
}
ERASURE = {
    service: Category(service, "erasure", "subject", Visibility.CONFIDENTIAL, (), f"Erased personal data in {service}")
    for service in SERVICES
}

CATEGORIES: tuple[Category, ...] = (
    ACCOUNT,
    ORGANIZATION,
    KEY,
    ROUND,
    APPLICATION,
    DISTRICT,
    BATCH,
    EXPERT,
    PANEL,
    SCORING,
    DECISION,
    NOTICE,
    APPROVAL,
    APPEAL,
    AGREEMENT,
    STANDING,
    OBLIGATION,
    ASSESSMENT,
    PRIORITY,
    *ACCESS.values(),
    *ERASURE.values(),
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as an operator provisions it; `service` is the owner and the only producer."""

    name: str
    key: str
    service: str
    consumers: tuple[str, ...]
    visibility: Visibility
    purpose: str


TOPICS: tuple[Topic, ...] = tuple(
    Topic(c.topic, c.key, c.service, c.consumers, c.visibility, c.purpose) for c in CATEGORIES
)


def topic_of(service: str, stream: str) -> str:
    """The topic on which `service` publishes the events of `stream`."""
    category, _, _ = stream.partition("-")
    return f"nianlun.{service}.{category}.v1"


def consumed_by(principal: str) -> tuple[str, ...]:
    """The names of the topics that a service, or `statistics`, reads."""
    return tuple(topic.name for topic in TOPICS if principal in topic.consumers)
