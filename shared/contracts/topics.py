"""The topic table: name, key, owner, producer, consumers and visibility of every category."""

from dataclasses import dataclass

from shared.contracts.category import Category, Visibility

PARTITIONS = 12
"""Partitions of every topic; never changed, since the key's partition is part of what a consumer relies on."""

SERVICES = ("registration", "application", "review", "publication", "reporting")
OTHERS = ("application", "review", "publication", "reporting")

ACCOUNT = Category("registration", "account", "account", Visibility.CONFIDENTIAL, (), "Accounts and their roles")
ORGANIZATION = Category(
    "registration",
    "organization",
    "organization",
    Visibility.CONFIDENTIAL,
    ("application", "statistics"),
    "Organizations from registration to certification (C5.2)",
)
KEY = Category("registration", "key", "key", Visibility.PUBLIC, OTHERS, "Public keys that verify the tokens")

ROUND = Category(
    "application",
    "round",
    "round",
    Visibility.PUBLIC,
    ("review", "publication", "reporting", "statistics"),
    "The year's round and its parameters",
)
APPLICATION = Category(
    "application",
    "application",
    "organization",
    Visibility.CONFIDENTIAL,
    ("review", "publication", "reporting", "statistics"),
    "Applications from draft to paper (C4, C5.1, C5.2)",
)

DISTRICT = Category(
    "review",
    "district",
    "organization",
    Visibility.CONFIDENTIAL,
    ("application",),
    "The district's compliance review of one application (C5.3)",
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
    ("reporting", "statistics"),
    "Conflict answers, assignments and scores of one application (C5.4)",
)

DECISION = Category(
    "publication", "decision", "round", Visibility.CONFIDENTIAL, (), "The list from proposal to approval (C5.4)"
)
NOTICE = Category("publication", "notice", "round", Visibility.PUBLIC, (), "The public notice and the list (C5.4)")
APPROVAL = Category(
    "publication",
    "approval",
    "organization",
    Visibility.INTEGRATOR,
    ("application", "reporting", "statistics"),
    "Approval or rejection of one application (C5.4)",
)
AGREEMENT = Category(
    "publication",
    "agreement",
    "organization",
    Visibility.INTEGRATOR,
    ("application", "reporting"),
    "The cooperation agreement (C5.4)",
)

OBLIGATION = Category(
    "reporting",
    "obligation",
    "organization",
    Visibility.INTEGRATOR,
    ("statistics",),
    "What an approved organization reports through the year (C3.1)",
)

ACCESS = {
    service: Category(service, "access", "account", Visibility.CONFIDENTIAL, (), f"Refused attempts in {service}")
    for service in SERVICES
}

CATEGORIES: tuple[Category, ...] = (
    ACCOUNT,
    ORGANIZATION,
    KEY,
    ROUND,
    APPLICATION,
    DISTRICT,
    EXPERT,
    PANEL,
    SCORING,
    DECISION,
    NOTICE,
    APPROVAL,
    AGREEMENT,
    OBLIGATION,
    *ACCESS.values(),
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
