"""The events of publication in words: list, notice, objections, appeals, agreements, standing."""

from audit.words.placing import on_it, proposed
from audit.words.terms import Names, Said, Words, group, listed, short, when, word
from shared.contracts import publication
from shared.contracts.obligations import a_default, owed_by


def _owed(item: publication.RectificationItem) -> Said:
    """What is to be put right, as an official typed it or as a default left it."""
    found = a_default(item.what, item.note)
    if found is None:
        return f"{item.what}（{item.note}）", f"{item.what} ({item.note})"
    (zh, en), due = found[0].name, found[1]
    return f"{zh}（应于{due}前报送，未报送）", f"the {en} (due before {due}, not filed)"


def _given_up(event: publication.RectificationAccepted) -> Said:
    """What was ordered, not put right, and is asked for no longer."""
    if not event.given_up:
        return "", ""
    named = [(owed.name if (owed := owed_by(one.what)) else (one.what, one.what), one) for one in event.given_up]
    zh = "；".join(f"{name}（{one.reason}）" for (name, _), one in named)
    en = "; ".join(f"{name} ({one.reason})" for (_, name), one in named)
    return f"；不再要求：{zh}", f"; asked for no longer: {en}"


def _with(said: Said, about: Said) -> Said:
    return f"{said[0]}{about[0]}", f"{said[1]}{about[1]}"


def _over(event: publication.NextInLinePromoted) -> Said:
    """How many were passed over because they may not act; nothing where nobody was, or nobody asked."""
    if not event.passed_over:
        return "", ""
    count = len(event.passed_over)
    return f"（其前{count}家被暂停或注销，依次越过）", f" ({count} before it, suspended or closed, passed over)"


GROUNDS: dict[str, Said] = {
    "appeal_reversed": ("申诉成立", "an appeal was reversed"),
    "appeal_remitted": ("申诉退回后重新评审", "an appeal was remitted and ranked again"),
    "next_in_line": ("依次递补空缺名额", "the next in line takes a free place"),
}


def _why(event: publication.ListCorrectionProposed) -> Said:
    """Why those who are added join; nothing where nobody is, or where an earlier release did not say."""
    if not event.grounds:
        return "", ""
    said = [GROUNDS.get(ground, (ground, ground)) for ground in dict.fromkeys(event.grounds)]
    return f"（增列依据：{'、'.join(zh for zh, _ in said)}）", f" (added because {', '.join(en for _, en in said)})"


def _does(event: publication.ListCorrectionProposed, names: Names) -> Said:
    """Whose rank changes, and how many its groups have then; nothing where an earlier release did not say."""
    moved = len(event.moved or ())
    zh, en = (f"；{moved}家名次随之调整", f"; the ranks of {moved} change with it") if moved else ("", "")
    over = [one for one in event.places or () if one.listed > one.places]
    zh += "".join(f"；{group(one.group, names)[0]}名额{one.places}个，更正后{one.listed}家，超出名额" for one in over)
    en += "".join(f"; {group(one.group, names)[1]} has {one.listed} for {one.places} places then" for one in over)
    return zh, en


def _left_free(event: publication.ListApproved, names: Names) -> Said:
    """Which places are left free although somebody is in line, and why; nothing where none is, or nobody asked."""
    said = [(group(one.group, names), one) for one in event.left_free]
    zh = "".join(f"；{name}空缺名额{one.places}个不予递补：{one.reason}" for (name, _), one in said)
    en = "".join(f"; {one.places} places of {name} were left free: {one.reason}" for (_, name), one in said)
    return zh, en


def _beyond(event: publication.ListCorrected, names: Names) -> Said:
    """Which groups the leader lets go beyond their quota."""
    if not event.beyond_quota:
        return "", ""
    zh, en = zip(*(group(one, names) for one in event.beyond_quota), strict=True)
    return f"；同意{'、'.join(zh)}超出名额", f"; {', '.join(en)} may go beyond the quota"


LIST: Words = {
    publication.ApprovalListProposed: lambda e, n: _with(
        (
            f"提出拟入选名单{len(e.rows)}家，未入选{len(e.not_selected)}家，名单校验码{short(e.list_hash)}",
            f"a list of {len(e.rows)} proposed, {len(e.not_selected)} not selected, hash {short(e.list_hash)}",
        ),
        proposed(e, n),
    ),
    publication.NoticePublished: lambda e, n: _with(
        (
            f"名单{len(e.rows)}家自{e.start}至{e.end}公示（{e.working_days}个工作日）",
            f"a list of {len(e.rows)} on public notice from {e.start} to {e.end} ({e.working_days} working days)",
        ),
        on_it((row.application for row in e.rows), n),
    ),
    publication.ObjectionFiled: lambda e, _: (
        f"收到实名异议（{when(e.received_at)}）：{e.grounds}",
        f"an objection under a real name, received {when(e.received_at)}: {e.grounds}",
    ),
    publication.ObjectionInadmissible: lambda e, _: (
        f"异议不予受理：{e.reason}",
        f"the objection is inadmissible: {e.reason}",
    ),
    publication.ObjectionDismissed: lambda e, _: (
        f"异议经核查不成立：{e.reason}",
        f"the objection is dismissed: {e.reason}",
    ),
    publication.ObjectionUpheld: lambda e, _: (
        f"异议成立，{'移出名单' if e.effect == 'remove' else f'名次调整为第{e.rank}'}：{e.reason}",
        (
            f"the objection is upheld, {'removed from the list' if e.effect == 'remove' else f'now rank {e.rank}'}: "
            f"{e.reason}"
        ),
    ),
    publication.RowWithdrawn: lambda e, _: (
        f"申报单位撤回，移出拟入选名单，名单校验码{short(e.list_hash)}",
        f"withdrawn from the proposed list, hash {short(e.list_hash)}",
    ),
    publication.NextInLinePromoted: lambda e, n: (
        f"{e.row.organization_name}（{group(e.row.category, n)[0]}第{e.row.rank}名）递补：{e.reason}{_over(e)[0]}",
        (
            f"{e.row.organization_name} (rank {e.row.rank} of {group(e.row.category, n)[1]}) takes the free place: "
            f"{e.reason}{_over(e)[1]}"
        ),
    ),
    publication.ListApproved: lambda e, n: _with(
        (
            f"批准名单{len(e.applications)}家，名单校验码{short(e.list_hash)}",
            f"a list of {len(e.applications)} approved, hash {short(e.list_hash)}",
        ),
        _with(on_it(e.applications, n), _left_free(e, n)),
    ),
    publication.OrganizationApproved: lambda e, n: (
        f"入选{group(e.category, n)[0]}第{e.rank}名，有效期{e.valid_from}至{e.valid_to}",
        f"approved, rank {e.rank} of {group(e.category, n)[1]}, valid from {e.valid_from} to {e.valid_to}",
    ),
    publication.ApplicationRejected: lambda e, _: _with(
        (
            f"未入选（{word(e.stage)[0]}）：{listed(word(one)[0] for one in e.codes)[0]}",
            f"rejected at {word(e.stage)[1]}: {listed(word(one)[1] for one in e.codes)[1]}",
        ),
        (f"：{e.reason}", f": {e.reason}") if e.reason else ("", ""),
    ),
    publication.ListPublished: lambda e, n: _with(
        (
            f"名单{len(e.rows)}家公布，校验码{short(e.list_hash)}",
            f"a list of {len(e.rows)} published, hash {short(e.list_hash)}",
        ),
        on_it((row.application for row in e.rows), n),
    ),
    publication.ListCorrectionProposed: lambda e, n: (
        (
            f"依据{e.document_number}提出名单更正（原名单{short(e.supersedes)}，新名单{short(e.list_hash)}）："
            f"{e.reason}{_why(e)[0]}{_does(e, n)[0]}"
        ),
        (
            f"by {e.document_number} a correction of list {short(e.supersedes)} to {short(e.list_hash)} is proposed: "
            f"{e.reason}{_why(e)[1]}{_does(e, n)[1]}"
        ),
    ),
    publication.ListCorrected: lambda e, n: (
        (
            f"批准名单更正：增加{len(e.added)}家，移除{len(e.removed)}家{_beyond(e, n)[0]}；"
            f"原名单{short(e.supersedes)}保留在案"
        ),
        (
            f"the list is corrected: {len(e.added)} added, {len(e.removed)} removed{_beyond(e, n)[1]}; "
            f"list {short(e.supersedes)} stays in the log"
        ),
    ),
    publication.RankCorrected: lambda e, n: (
        (
            f"名单依据{e.document_number}更正，{group(e.category, n)[0]}名次由第{e.rank_before}名改为第{e.rank}名："
            f"{e.reason}"
        ),
        (
            f"the list is corrected by {e.document_number}: rank {e.rank} of {group(e.category, n)[1]} instead of "
            f"{e.rank_before}: {e.reason}"
        ),
    ),
    publication.RemitClosed: lambda e, _: (
        f"退回重办未改变结果（{word(e.stage)[0]}，{listed(word(one)[0] for one in e.codes)[0]}）：{e.reason}",
        f"the remit changed nothing ({word(e.stage)[1]}, {listed(word(one)[1] for one in e.codes)[1]}): {e.reason}",
    ),
    publication.AppealFiled: lambda e, _: (
        f"申报单位申诉（{when(e.received_at)}收到）：{e.grounds}",
        f"the applicant appeals, received {when(e.received_at)}: {e.grounds}",
    ),
    publication.AppealDecided: lambda e, _: (
        f"申诉决定：{word(e.outcome)[0]}{f'（{word(e.stage)[0]}）' if e.stage else ''}：{e.reason}",
        f"the appeal is decided: {word(e.outcome)[1]}{f' to {word(e.stage)[1]}' if e.stage else ''}: {e.reason}",
    ),
}
STANDING: Words = {
    publication.AgreementOffered: lambda e, _: (
        f"发出合作协议，{when(e.due)}前签署，文本校验码{short(e.terms_sha256)}",
        f"the cooperation agreement is offered, to be signed before {when(e.due)}, text {short(e.terms_sha256)}",
    ),
    publication.AgreementSigned: lambda e, _: (
        f"法定代表人于{e.signed_on}签署合作协议",
        f"the legal representative signed the agreement on {e.signed_on}",
    ),
    publication.AgreementExpired: lambda e, _: (
        f"合作协议逾期未签，期限{when(e.due)}",
        f"the agreement was not signed by {when(e.due)}",
    ),
    publication.RectificationOrdered: lambda e, _: (
        f"责令{when(e.due)}前整改：{'；'.join(_owed(one)[0] for one in e.items)}",
        f"rectification ordered before {when(e.due)}: {'; '.join(_owed(one)[1] for one in e.items)}",
    ),
    publication.RectificationAccepted: lambda e, _: _with(
        (f"整改通过：{e.note}", f"the rectification is accepted: {e.note}"), _given_up(e)
    ),
    publication.ApprovalRevoked: lambda e, _: (
        f"以{e.document_number}撤销入选资格：{e.ground}",
        f"the approval is revoked by {e.document_number}: {e.ground}",
    ),
    publication.RevocationReversed: lambda e, _: (
        f"以{e.document_number}恢复入选资格，另签协议：{e.reason}",
        f"the approval is given back by {e.document_number}, to be signed anew: {e.reason}",
    ),
    publication.ApprovalRenewed: lambda e, _: (
        f"以{e.document_number}续期至{e.valid_to}",
        f"renewed to {e.valid_to} by {e.document_number}",
    ),
    publication.ApprovalExpired: lambda e, _: (f"有效期于{e.valid_to}届满", f"the approval expired after {e.valid_to}"),
}
WORDS: Words = {**LIST, **STANDING}
