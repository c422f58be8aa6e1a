"""What an applicant does next, and until when: what is owed and can be done, and nothing else (C5.1, C5.2, C5.4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from services.application.domain.terms import Applicant, RoundTerms
from shared.contracts.suspensions import STANDS_STILL
from shared.kernel.instants import Instant, end_of_day_after, local_date
from shared.web.worklist import Step

STEPS: Final = {
    "DRAFT": Step("submit", "填写申报表、上传材料并提交", "fill in the form, attach the materials and submit"),
    "RETURNED": Step("resubmit", "按退回事项补正并重新提交", "correct what was returned and submit again"),
    "SUBMITTED": Step("bring_paper", "导出PDF，向注册地所属区提交纸质材料", "bring the printed PDF to the district"),
    "UNDER_DISTRICT": Step("wait", "区级审核中", "the district reviews it"),
    "RECOMMENDED": Step("wait", "区级已推荐，待专家评审", "recommended; the experts' review comes next"),
    "ESCALATED": Step("wait", "市级审议中", "the city looks at it"),
    "UNDER_EXPERT": Step("wait", "专家评审中", "the experts score it"),
    "PROPOSED": Step("wait", "已列入拟定名单，尚未公示", "on the proposed list, which is not on public notice yet"),
    "NOT_SELECTED": Step("wait", "未列入拟定名单，等待决定", "below the cut; the decision comes next"),
}
"""By state, where the state alone says it."""
ON_NOTICE = Step("wait", "拟定名单，公示中", "proposed, on public notice")
NOTICE_OVER = Step("wait", "拟定名单公示期满，等待决定", "proposed, the public notice is over; the decision comes next")
ASIDE: Final = ("wait", "sign", "bring_paper")
FILING: Final = ("submit", "resubmit", "begin_anew")
"""What a suspended organization may not do."""
DISPUTING: Final = (
    "DistrictDeclined",
    "ReconsiderationRequested",
    "DistrictDecisionReconsidered",
    "EscalationDecided",
)
PAPER: Final = ("PaperReceived", "ApplicationSubmitted", "ApplicationResubmitted")
"""What a version's paper is told by, and what begins a version."""
OFFERING: Final = ("AgreementOffered", "AgreementSigned", "AgreementExpired", "RevocationReversed")
REVIEWED: Final = ("RECOMMENDED", "UNDER_EXPERT")
ANEW: Final = ("DistrictReviewReopened", "ScoringReopened", "EscalationDecided")
"""What lets the experts come to it also when a list was on notice without it."""
REMOVED = Step("wait", "异议成立，已移出拟定名单，等待决定", "off the list by an objection; the decision comes next")
LAPSED_DRAFT = Step("submit", "已获延期，可在延期内继续提交", "an extension covers it: go on and submit within it")
LAPSED_RETURN = Step(
    "resubmit", "补正已逾期，已获延期，可在延期内补正并重新提交", "an extension covers it: correct and submit within it"
)
LEFT_DRAFT = Step(
    "submit", "资格已恢复，可在剩余时间内继续提交", "readmitted: go on and submit in the time that is left"
)
LEFT_RETURN = Step(
    "resubmit", "资格已恢复，可在剩余时间内补正并重新提交", "readmitted: correct and submit in the time that is left"
)
RAN_OUT_FOR_GOOD = Step(
    "lapsed",
    "补正逾期，申报已失效；延期期限也已过，本轮不能再补正",
    "the correction was late, so the application lapsed, and no letter reaches it any more",
)
RAN_OUT = Step(
    "lapsed",
    "补正逾期，申报已失效；市中小企业办可发文延期，延期后可继续补正",
    "the correction was late, so the application lapsed; the city's office may grant it more time by a letter",
)
RAN_OUT_BARRED = Step(
    "lapsed",
    "补正期满时机构资格已暂停或注销，未能补正，申报已失效；资格恢复后，市中小企业办可为本申报发文延期，延期后可继续补正",
    "the organization was suspended or closed when the time to correct ran out, so the application lapsed; once it is "
    "reinstated, the city's office may grant this application more time by a letter",
)
STANDS_STILL_NOW = Step(
    "suspended",
    "机构资格已暂停，恢复之前不能填写、补正或提交；暂停期间期限停止计算，恢复后按暂停时剩余的时间继续",
    "the organization is suspended: nothing is filled in, corrected or filed until it is reinstated; meanwhile no time "
    "runs, and it has the time left then that it had when it was suspended",
)
SUSPENDED_ASIDE = (
    "；机构资格已暂停或注销（{ground}），恢复之前不列入名单，也不签订协议",
    "; the organization is suspended or closed ({ground}): until that ends it joins no list and signs no agreement",
)
"""Beside a step at which somebody else acts."""
BARRED = Step(
    "suspended",
    "机构资格已暂停或注销，恢复之前不能填写、补正或提交，期限照常计算；恢复后仍需时间的，市中小企业办可发文延期",
    "the organization is suspended or closed: nothing is filled in, corrected or filed until it is reinstated, and the "
    "time runs on; the city's office may grant more by a letter",
)
"""In the place of what its organization may not do."""
RAN_OUT_DRAFT = Step(
    "lapsed",
    "填报期限已过，草稿未提交，已失效；市中小企业办可发文延期，延期后可继续提交",
    "the draft was not filed in time, so it lapsed; the city's office may grant more time by a letter",
)
BEGIN_ANEW = Step(
    "begin_anew",
    "草稿已撤回，未提交过；截止前可重新开始申报",
    "the draft was withdrawn before anything was filed: the application may be begun anew in time",
)
BRING_AGAIN = Step(
    "bring_paper",
    "收到的纸质材料与网上不一致；请导出当前版本的PDF，重新提交纸质材料",
    "the paper that came differs from what was filed online: print the PDF of this version and bring it again",
)
PAST_REVIEW = Step(
    "wait",
    "区级已推荐，未列入已公示的名单，等待最终结果",
    "recommended, and not on the list that was on public notice; the decision comes next",
)
SIGN = Step("sign", "签订合作协议", "sign the cooperation agreement")
UNSIGNED = Step(
    "wait",
    "合作协议逾期未签，等待市中小企业办再次发出协议",
    "the agreement was not signed in time; the city's office may offer it again",
)
GIVEN_BACK = Step("wait", "撤销已纠正，等待市中小企业办重新发出协议", "given back: it is offered anew")
RECTIFY = Step("rectify", "按整改要求完成整改", "put right what was ordered")
ASK_AGAIN = Step("ask_again", "区级不予推荐，可申请复核", "declined: ask the district again")
ASKED = Step("wait", "区级复核中", "the district looks at it again")
ESCALATE = Step("escalate", "复核维持不予推荐，可提请市级裁定", "the decline was upheld: bring it before the city")
STANDS = Step("wait", "不予推荐已定，等待最终结果", "the decline stands; the decision on the round comes next")
APPEAL = Step("appeal", "可在期限内申诉", "appeal in time")
APPEALED = Step("wait", "申诉审理中", "the appeal is being decided")
REVERSED = Step("wait", "申诉成立，等待名单更正", "the rejection fell; the list is to be corrected")


def step_of(
    doc: dict[str, Any], entries: Sequence[Any], terms: RoundTerms, now: Instant, *, noticed: bool
) -> Step | None:
    """The next step of an application as it stands, with its time; `doc` names the district that it is in now.

    `noticed` says whether a list of its round was on public notice.
    """
    match doc["state"]:
        case "LAPSED" | "WITHDRAWN":
            return (
                _lapsed(doc, terms, now, noticed=noticed) if doc["state"] == "LAPSED" else _withdrawn(doc, terms, now)
            )
        case "DECLINED":
            return _declined(entries, terms, now)
        case "APPROVED" | "REJECTED":
            return _approved(entries, terms) if doc["state"] == "APPROVED" else _rejected(entries, terms, now)
        case "PROPOSED" | "NOT_SELECTED":
            return _listed(doc["state"], entries, now)
        case state if state in STEPS:
            return replace(_waiting(state, entries, now, noticed=noticed), due=_due(doc, terms))
        case _:
            return None


def unless_barred(step: Step | None, applicant: Applicant | None) -> Step | None:
    """The step, or what its organization may not do now and why, with the same time, unless that stands still."""
    if step is None or applicant is None or applicant.barred is None:
        return step
    ground, still = applicant.barred, step.due == STANDS_STILL
    if step.name in ASIDE:
        zh, en = (one.format(ground=ground) for one in SUSPENDED_ASIDE)
        return replace(step, zh=f"{step.zh}{zh}", en=f"{step.en}{en}", due=None if still else step.due)
    if step.name not in FILING:
        return step
    told = STANDS_STILL_NOW if still else BARRED
    due = None if still else step.due
    return replace(told, zh=f"{told.zh}（{ground}）", en=f"{told.en} ({ground})", due=due)


def told_why(step: Step | None, barred: str | None) -> Step | None:
    """The step; of what ran out while its organization could file nothing, also why that was."""
    if barred is None or step not in (RAN_OUT, RAN_OUT_DRAFT):
        return step
    if step == RAN_OUT_DRAFT:
        zh, en = f"当时机构资格已暂停或注销（{barred}）", f"the organization was suspended or closed then ({barred})"
        return replace(step, zh=f"{step.zh}；{zh}", en=f"{step.en}; {en}")
    return replace(RAN_OUT_BARRED, zh=f"{RAN_OUT_BARRED.zh}（{barred}）", en=f"{RAN_OUT_BARRED.en} ({barred})")


def _due(doc: dict[str, Any], terms: RoundTerms) -> str | None:
    match doc["state"]:
        case "DRAFT":
            return terms.deadline_of(doc["district"], doc["application"])
        case "RETURNED":
            return terms.correct_until(Instant(doc["due"]), doc["district"], doc["application"])
        case "SUBMITTED":
            return terms.paper_until(Instant(doc["received_at"]))
        case _:
            return None


def _lapsed(doc: dict[str, Any], terms: RoundTerms, now: Instant, *, noticed: bool) -> Step | None:
    """Within a letter, or what a closure that was taken back left, it goes on; else whether a letter can help."""
    where = doc["district"], doc["application"]
    extension, filed = terms.extension_of(*where), bool(doc["version"])
    own = terms.correct_until(Instant(doc["due"]), *where) if filed else terms.deadline_of(*where)
    until = max(own, extension.new) if extension else own
    over = terms.closed and not filed and (noticed or now >= until or not terms.stood_still(*where))
    if terms.archived or over:
        return None
    if now >= until:
        return _ran_out(doc, terms, now) if filed else RAN_OUT_DRAFT
    if extension is None or extension.new < until:
        return replace(LEFT_RETURN if filed else LEFT_DRAFT, due=until)
    return replace(LAPSED_RETURN if filed else LAPSED_DRAFT, due=until)


def _ran_out(doc: dict[str, Any], terms: RoundTerms, now: Instant) -> Step:
    """Whether a letter can still reach a day that is to come."""
    if terms.extension_days is None:
        return RAN_OUT
    reach = end_of_day_after(max(terms.deadline, Instant(doc["due"])), terms.extension_days)
    return RAN_OUT if now < reach else RAN_OUT_FOR_GOOD


def _withdrawn(doc: dict[str, Any], terms: RoundTerms, now: Instant) -> Step | None:
    """What was never filed may be begun anew as long as there is time to file it."""
    due = terms.deadline_of(doc["district"], doc["application"])
    return None if doc["version"] or terms.closed or now >= due else replace(BEGIN_ANEW, due=due)


def _waiting(state: str, entries: Sequence[Any], now: Instant, *, noticed: bool) -> Step:
    """What the state says, unless its paper was refused, or the list went on notice with it or without it."""
    if state == "SUBMITTED" and _differs(entries):
        return BRING_AGAIN
    if state not in REVIEWED:
        return STEPS[state]
    anew = [index for index, one in enumerate(entries) if one["event"] in ANEW]
    notices = _notices(entries[anew[-1] if anew else 0 :])
    if notices:
        return _as_noticed(notices[-1], now)
    return PAST_REVIEW if noticed and not anew else STEPS[state]


def _notices(entries: Sequence[Any]) -> list[Any]:
    return [one for one in entries if one["event"] == "NoticePublished" and one["details"]["listed"]]


def _as_noticed(notice: Any, now: Instant) -> Step:
    return ON_NOTICE if local_date(now) <= notice["details"]["end"] else NOTICE_OVER


def _differs(entries: Sequence[Any]) -> bool:
    """Whether the paper that came last for this version is of another one."""
    papers = [one for one in entries if one["event"] in PAPER]
    return bool(papers) and papers[-1]["details"].get("matches") is False


def _declined(entries: Sequence[Any], terms: RoundTerms, now: Instant) -> Step:
    """The district is asked again in time, then the city is; then the decline stands (C5.3)."""
    last = [one for one in entries if one["event"] in DISPUTING][-1]
    if last["event"] == "ReconsiderationRequested":
        return ASKED
    step = {"DistrictDeclined": ASK_AGAIN, "DistrictDecisionReconsidered": ESCALATE}.get(last["event"])
    if step is None or terms.reconsider_days is None:
        return step or STANDS
    due = end_of_day_after(Instant(last["at"]), terms.reconsider_days)
    return replace(step, due=due) if now < due else STANDS


def _approved(entries: Sequence[Any], terms: RoundTerms) -> Step | None:
    """An offer that nobody signed yet or that is to come again, or what is to be put right."""
    offers = [one for one in entries if one["event"] in OFFERING]
    match offers[-1:]:
        case [{"event": "AgreementOffered", "at": at, "details": {"due": due}}]:
            return replace(SIGN, due=terms.runs_until(due, at))
        case [{"event": "AgreementExpired"}]:
            return UNSIGNED
        case [{"event": "RevocationReversed"}]:
            return GIVEN_BACK
        case _:
            return _rectifying(entries)


def _rectifying(entries: Sequence[Any]) -> Step | None:
    """What is to be put right, by the earliest time."""
    orders = [one for one in entries if one["event"] in {"RectificationOrdered", "RectificationAccepted"}]
    dues: list[str] = []
    for one in orders:
        dues = [*dues, one["details"]["due"]] if one["event"] == "RectificationOrdered" else []
    return replace(RECTIFY, due=min(dues)) if dues else None


def _rejected(entries: Sequence[Any], terms: RoundTerms, now: Instant) -> Step | None:
    last = [one for one in entries if one["event"] in {"ApplicationRejected", "AppealFiled", "AppealDecided"}][-1]
    match last["event"]:
        case "AppealFiled":
            return APPEALED
        case "AppealDecided":
            return REVERSED if last["details"]["outcome"] == "reverse" else None
        case _ if terms.appeal_days is None:
            return APPEAL
        case _:
            due = end_of_day_after(Instant(last["at"]), terms.appeal_days)
            return replace(APPEAL, due=due) if now < due else None


def _listed(state: str, entries: Sequence[Any], now: Instant) -> Step:
    """On the list, and whether that is on notice; or below its cut, or taken from it."""
    if state != "PROPOSED":
        return REMOVED if any(_removes(one) for one in entries) else STEPS[state]
    since = max(index for index, one in enumerate(entries) if one.get("to") == state)
    notices = _notices(entries[since:])
    return _as_noticed(notices[-1], now) if notices else STEPS[state]


def _removes(entry: Any) -> bool:
    return entry["event"] == "ObjectionUpheld" and bool(entry["details"].get("effect") == "remove")
