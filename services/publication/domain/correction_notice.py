"""The notice of a correction that adds somebody to the published list: shown like the list itself (C5.4)."""

from collections.abc import Sequence

from services.publication.domain.approval import NoticeNotOver
from services.publication.domain.objections import ObjectionsOpen
from services.publication.domain.states import Approved
from shared.contracts.publication import NoticePublished
from shared.kernel.instants import Instant, local_date
from shared.kernel.refusal import Refusal


class CorrectionNotOnNotice(Refusal):
    """Nobody joins a published list whom the public has not seen in it."""

    title = "The correction adds somebody and has not been on public notice as it is"
    clause = "C5.4"
    field = "round"


def was_on_notice(state: Approved, notices: Sequence[NoticePublished], at: Instant) -> None:
    """Refuse a correction that adds somebody until its whole notice is over and no objection is open.

    `notices` are those since the published list, the last one last.
    """
    if state.pending is None or not state.joining:
        return
    if waiting := state.open_objections:
        raise ObjectionsOpen.of(waiting)
    wanted = state.pending.list_hash
    if not notices:
        raise CorrectionNotOnNotice(f"list {wanted} has not been on notice", detail_zh="更正后的名单尚未公示")
    last = notices[-1]
    if last.list_hash != wanted:
        raise CorrectionNotOnNotice(
            f"list {wanted} has not been on notice, the notice shows {last.list_hash}",
            detail_zh="公示后更正内容又有变动，须重新公示",
        )
    if last.end >= local_date(at):
        raise NoticeNotOver(f"the notice runs to the end of {last.end}", detail_zh=f"公示至{last.end}止")
