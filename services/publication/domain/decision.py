"""Decision: PROPOSED → APPROVED → CORRECTED, by two different people and after the public notice (C5.4)."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from services.publication.domain.approval import ApproveList, on_approval
from services.publication.domain.correction import ProposeCorrection
from services.publication.domain.correction_approval import ApproveCorrection, on_correction
from services.publication.domain.evolution import evolve
from services.publication.domain.objection_decisions import DecideObjection
from services.publication.domain.objections import FileObjection, on_objection
from services.publication.domain.promotion import PromoteNextInLine, WithdrawRow, on_free_place
from services.publication.domain.proposal import ProposeList, on_proposal
from services.publication.domain.remit import CloseRemit, on_remit
from services.publication.domain.states import Decision, DecisionEvent, NotProposed
from shared.kernel.decider import Decider

Command: TypeAlias = (
    ProposeList
    | FileObjection
    | DecideObjection
    | WithdrawRow
    | PromoteNextInLine
    | ApproveList
    | ProposeCorrection
    | ApproveCorrection
    | CloseRemit
)


def decide(state: Decision, command: Command) -> Sequence[DecisionEvent]:
    """What happens, or a refusal."""
    match command:
        case ProposeList():
            return on_proposal(state, command)
        case ApproveList():
            return on_approval(state, command)
        case FileObjection() | DecideObjection():
            return on_objection(state, command)
        case WithdrawRow() | PromoteNextInLine():
            return on_free_place(state, command)
        case ProposeCorrection() | ApproveCorrection():
            return on_correction(state, command)
        case CloseRemit():
            return on_remit(state, command)
        case _:
            assert_never(command)


DECISION_DECIDER: Decider[Decision, Command, DecisionEvent] = Decider(NotProposed(), decide, evolve)
