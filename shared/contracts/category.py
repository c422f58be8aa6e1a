"""Categories of streams: each belongs to one service and becomes one Kafka topic."""

from dataclasses import dataclass
from enum import StrEnum


class Visibility(StrEnum):
    """Who may subscribe to a topic."""

    PUBLIC = "public"
    """Anyone to whom an operator gave a reader's account."""
    INTEGRATOR = "integrator"
    """Integrators, without further approval."""
    CONFIDENTIAL = "confidential"
    """Services and the auditor; an integrator only when named with `--confidential`."""


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of stream, the aggregate behind it and the topic in front of it.

    `key` says what the partition key is: the id of the organization, round, account or expert that a stream
    of this category is about, so that a stream never spreads over partitions.
    """

    service: str
    name: str
    key: str
    visibility: Visibility
    consumers: tuple[str, ...] = ()
    purpose: str = ""

    @property
    def topic(self) -> str:
        """The topic's name, for instance `nianlun.review.district.v1`."""
        return f"nianlun.{self.service}.{self.name}.v1"


@dataclass(frozen=True, slots=True)
class Stream:
    """One aggregate's stream. `name` is what the envelope calls `stream`."""

    category: Category
    id: str
    key: str

    @property
    def name(self) -> str:
        """For instance `application-9f3c…`."""
        return f"{self.category.name}-{self.id}"

    @property
    def subject(self) -> str:
        """The CloudEvents subject, for instance `application/9f3c…`."""
        return f"{self.category.name}/{self.id}"
