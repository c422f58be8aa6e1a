"""A partition's beginning: what a backup's databases know of it, and nothing that happened after their moment."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from audit.verify.log import Partition
from deploy.recovery.sent import Excerpt, sequence_of, service_of


def cut(partitions: Sequence[Partition], last: Mapping[str, int]) -> Sequence[Partition]:
    """The partitions of every service's log up to its event `last`; raise what a record that is none raises."""
    return [_beginning(one, last[service_of(one)]) for one in partitions]


def _beginning(whole: Partition, last: int) -> Partition:
    """The records before the first that comes after event `last` of its service's log."""
    return Excerpt(whole, lambda records: takewhile(lambda record: sequence_of(record[2]) <= last, records))
