"""Where somebody let a service's clock go on before the end of its log, which a replay takes from nobody's word."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.record import Record
from audit.times import CLOCKS_SECONDS_MAX
from shared.contracts.access import ClockPassedOver
from shared.contracts.envelope import Recorded
from shared.kernel.instants import Instant, local_text, plus_seconds


@dataclass(frozen=True, slots=True)
class PassedOver:
    """That a service passed over the end of its log, up to `dated`, which it says was dated ahead until `at`."""

    service: str
    at: str
    dated: str
    reason: str
    heard: str
    """The latest date of another service that it had heard by then and that speaks against it; empty without one."""

    @property
    def told(self) -> str:
        """In one sentence, by the time of Shanghai."""
        dated, at = local_text(Instant(self.dated)), local_text(Instant(self.at))
        said = f"{self.service} says that it was dated ahead, up to {dated}, until {at}: {self.reason}"
        if not self.heard:
            return said
        return f"{said}; but by then it had heard what another dated {local_text(Instant(self.heard))}"


def passed_over(record: Record) -> Sequence[PassedOver]:
    """All of a log, service by service."""
    return [
        PassedOver(one.service, one.envelope.time, event.dated, event.reason, _heard(record, one))
        for one, event in record.all(ClockPassedOver)
    ]


def _heard(record: Record, recorded: Recorded) -> str:
    causes = (record.by_id.get(one.envelope.causationid or "") for one in record.before(recorded))
    heard = [record.happened(one) for one in causes if one is not None and one.service != recorded.service]
    latest = max(heard, default=Instant(""))
    return latest if latest > plus_seconds(Instant(recorded.envelope.time), CLOCKS_SECONDS_MAX) else ""
