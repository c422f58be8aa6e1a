"""How reporting's commands were put."""

from audit.case import Behind, Case
from audit.record import Contradiction
from services.reporting.domain.obligation import OBLIGATION_DECIDER, CreateObligation, FileServiceReport
from shared.contracts import reporting


def _owe(case: Case, event: reporting.ObligationCreated) -> CreateObligation:
    terms = case.plan.parameters.obligations
    term = next((one for one in terms if (one.kind, one.year) == (event.kind, event.year)), None)
    if term is None:
        raise Contradiction(case.recorded, "the round asks for no such report")
    return CreateObligation(case.cause, term)


def _file(case: Case, event: reporting.ServiceReportFiled) -> FileServiceReport:
    return FileServiceReport(event.obligation, event.version, event.metrics, event.evidence, case.by, case.at)


BEHIND: Behind = {
    reporting.ObligationCreated: (OBLIGATION_DECIDER, _owe),
    reporting.ServiceReportFiled: (OBLIGATION_DECIDER, _file),
}
