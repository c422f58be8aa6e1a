"""Standing: ACTIVE → RECTIFYING → ACTIVE | REVOKED, which may be reversed; ACTIVE → RENEWED | EXPIRED (C3, C5.4)."""

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from services.publication.domain.rectification import (
    AcceptRectification,
    OrderRectification,
    RectifyDefault,
    on_rectification,
)
from services.publication.domain.standing_states import Active, Standing, StandingEvent, evolve
from services.publication.domain.validity import (
    ExpireApproval,
    RenewApproval,
    ReverseRevocation,
    RevokeApproval,
    on_validity,
)
from shared.kernel.decider import Decider

Command: TypeAlias = (
    OrderRectification
    | RectifyDefault
    | AcceptRectification
    | RevokeApproval
    | ReverseRevocation
    | RenewApproval
    | ExpireApproval
)


def decide(state: Standing, command: Command) -> Sequence[StandingEvent]:
    """What happens, or a refusal."""
    match command:
        case OrderRectification() | RectifyDefault() | AcceptRectification():
            return on_rectification(state, command)
        case RevokeApproval() | ReverseRevocation() | RenewApproval() | ExpireApproval():
            return on_validity(state, command)
        case _:
            assert_never(command)


STANDING_DECIDER: Decider[Standing, Command, StandingEvent] = Decider(Active(), decide, evolve)
