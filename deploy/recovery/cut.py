"""A partition's beginning: what a backup's databases know of it, and nothing that happened after their moment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.verify.log import Partition
from deploy.recovery.sent import sequence_of, service_of


@dataclass(frozen=True, slots=True)
class Beginning:
    """The records of a partition before the first that comes after an event of its service's log."""

    whole: Partition
    last: int

    @property
    def topic(self) -> str:
        """The topic's name."""
        return self.whole.topic

    @property
    def number(self) -> int:
        """The partition's number."""
        return self.whole.number

    def read(self) -> Iterator[tuple[int, bytes | None, bytes | None]]:
        """Offset, key and value of each, in order."""
        for record in self.whole.read():
            if sequence_of(record[2]) > self.last:
                return
            yield record


def cut(partitions: Sequence[Partition], last: Mapping[str, int]) -> Sequence[Partition]:
    """The partitions of every service's log up to its event `last`; raise what a record that is none raises."""
    return [Beginning(one, last[service_of(one)]) for one in partitions]
