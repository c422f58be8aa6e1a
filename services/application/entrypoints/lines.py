"""The lines of a timeline: each event as its applicant understands it, in Chinese and in English."""

from collections.abc import Mapping
from typing import Any, Final

from services.application.entrypoints.details import in_words
from shared.contracts.rule_values import Naming, Said

LINES: Final[Mapping[str, Said]] = {
    "ApplicationStarted": ("开始申报，{group}", "the application begins: {group}"),
    "AttachmentAdded": (
        "上传材料{material}：{name}，校验码{sha256}",
        "a file for material {material} is attached: {name}, hash {sha256}",
    ),
    "AttachmentRemoved": (
        "移除材料{material}的一份文件，校验码{sha256}",
        "a file of material {material} is removed, hash {sha256}",
    ),
    "EligibilityEvaluated": ("条件审查第{version}版：{overall}", "version {version} is evaluated: {overall}"),
    "EligibilityEvaluated.INELIGIBLE": (
        "条件审查第{version}版：不符合条件，提交未受理。{blocking}",
        "version {version} is evaluated: not eligible, so it is not filed. {blocking}",
    ),
    "LateSubmissionRefused": (
        "逾期提交未受理：{received_at}收到，截止{deadline}",
        "a late submission is refused: received {received_at}, the deadline was {deadline}",
    ),
    "LateSubmissionAdmitted": (
        "依据{authority_document}按延期受理：{received_at}收到，延至{extended_to}",
        "admitted within an extension by {authority_document}: received {received_at}, extended to {extended_to}",
    ),
    "ApplicationSubmitted": (
        "网上提交第{version}版，{received_at}收到，校验码{snapshot_hash}；不符合、可申请放宽：{failed}；待人工判定：{to_judge}",
        (
            "version {version} is filed online, received {received_at}, hash {snapshot_hash}; "
            "failed and waivable: {failed}; for a person to judge: {to_judge}"
        ),
    ),
    "ApplicationResubmitted": (
        "补正后重新提交第{version}版，{received_at}收到，校验码{snapshot_hash}，改动：{changed}",
        "corrected and filed as version {version}, received {received_at}, hash {snapshot_hash}, changed: {changed}",
    ),
    "PdfExported": (
        "导出第{version}版PDF，校验码{pdf_sha256}",
        "version {version} is made a PDF, hash {pdf_sha256}",
    ),
    "PaperReceived": (
        "收到第{version}版纸质材料{copies}份，与网上一致",
        "{copies} paper copies of version {version} arrive and match the online record",
    ),
    "PaperReceived.differs": (
        "收到纸质材料{copies}份，与网上不一致：纸质为第{version}版，校验码{snapshot_hash}",
        "{copies} paper copies arrive and differ: they are of version {version}, hash {snapshot_hash}",
    ),
    "PaperMatched": (
        "核对第{version}版纸质材料：与网上一致",
        "the district finds the paper of version {version} to match",
    ),
    "PaperMatched.differs": (
        "核对第{version}版纸质材料：与网上不一致，需重新提交纸质材料",
        "the district compares the paper of version {version}: it differs and has to be brought again",
    ),
    "WaiverRequested": (
        "申请放宽{rules}，理由：{ground}，证明{evidence}份",
        "a waiver of {rules} is asked for: {ground}; {evidence} files",
    ),
    "ApplicationReturned": (
        "第{version}版退回补正，{due}前完成：{items}",
        "version {version} is to be corrected before {due}: {items}",
    ),
    "DeadlineExtended": (
        "以{authority_document}将申报期限延至{new}：{reason}",
        "more time by {authority_document}, until {new}: {reason}",
    ),
    "DeadlineExtended.shorter": (
        "以{authority_document}将申报期限更正为{new}：{reason}",
        "corrected by {authority_document}, the time ends {new}: {reason}",
    ),
    "OrganizationSuspended": ("机构资格暂停：{ground}", "the organization is suspended: {ground}"),
    "OrganizationReinstated": ("机构资格恢复：{ground}", "the organization is reinstated: {ground}"),
    "OrganizationClosed": ("机构注销：{ground}", "the organization is closed: {ground}"),
    "OrganizationReopened": (
        "注销有误，依{document_number}恢复：{ground}",
        "the closure was a mistake and is taken back by {document_number}: {ground}",
    ),
    "ApplicationWithdrawn": ("申报单位撤回申报：{reason}", "withdrawn by the applicant: {reason}"),
    "ApplicationLapsed": ("{what}逾期失效，期限{deadline}", "{what} lapsed, its time ended {deadline}"),
    "ComplianceChecked": (
        "第{version}版纸质材料合规性审核：{result}",
        "compliance of the paper of version {version}: {result}",
    ),
    "WaiverProposed": ("区级提议放宽{rule}：{ground}", "a waiver of {rule} is proposed: {ground}"),
    "WaiverGranted": (
        "经两名工作人员同意放宽{rule}：{ground}",
        "two officers waive {rule}, the failure stays visible: {ground}",
    ),
    "WaiverRefused": ("不同意放宽{rule}：{reason}", "the waiver of {rule} is refused: {reason}"),
    "DistrictReviewReturned": (
        "{district}退回第{version}版补正，{due}前完成：{items}",
        "{district} returns version {version}, to be corrected before {due}: {items}",
    ),
    "DistrictRecommended": ("{district}推荐第{version}版", "{district} recommends version {version}"),
    "DistrictDeclined": ("{district}不予推荐：{reasons}", "{district} declines: {reasons}"),
    "ReconsiderationRequested": ("申请复核：{grounds}", "reconsideration is asked for: {grounds}"),
    "DistrictDecisionReconsidered": (
        "{district}复核：{outcome}，{reasons}",
        "{district} decides again: {outcome}; {reasons}",
    ),
    "EscalatedToCity": ("提请市级裁定：{grounds}", "brought before the city: {grounds}"),
    "EscalatedToCity.undecided": (
        "区级逾期未决定，提请市级裁定：{grounds}",
        "the district has not decided in its time, brought before the city: {grounds}",
    ),
    "EscalatedToCity.unsent": (
        "区级逾期未报送推荐汇总表，提请市级裁定：{grounds}",
        "the district has not sent its list in its time, brought before the city: {grounds}",
    ),
    "EscalationDecided": ("市级裁定：{outcome}，{reason}", "the city decides: {outcome}; {reason}"),
    "DistrictReviewReopened": (
        "申诉发回，{district}重新审核第{version}版",
        "remitted on appeal: {district} reviews version {version} again",
    ),
    "ReviewAssigned": ("交由一名专家评审", "given to an expert for review"),
    "ScoringReopened": ("申诉发回，重新进行专家评审", "remitted on appeal: the experts score it again"),
    "ApprovalListProposed.PROPOSED": ("列入拟定名单", "on the proposed list"),
    "ApprovalListProposed.NOT_SELECTED": ("未列入拟定名单", "not on the proposed list"),
    "NextInLinePromoted": ("递补列入拟定名单：{reason}", "promoted to a free place of the list: {reason}"),
    "NoticePublished": (
        "名单公示（{start}至{end}），本申报在列",
        "a list is on public notice from {start} to {end}: this application is on it",
    ),
    "NoticePublished.unlisted": (
        "名单公示（{start}至{end}），本申报不在列",
        "a list is on public notice from {start} to {end}: this application is not on it",
    ),
    "ObjectionFiled": (
        "公示期间收到异议（{received_at}）：{grounds}",
        "an objection, received {received_at}: {grounds}",
    ),
    "ObjectionFiled.withheld": ("公示期间收到异议（{received_at}）", "an objection, received {received_at}"),
    "ObjectionInadmissible": ("异议不予受理：{reason}", "the objection is inadmissible: {reason}"),
    "ObjectionDismissed": ("异议经核查不成立：{reason}", "the objection is dismissed: {reason}"),
    "ObjectionUpheld": ("异议成立，名次调整：{reason}", "an objection is upheld and changes the rank: {reason}"),
    "ObjectionUpheld.remove": ("异议成立，移出名单：{reason}", "an objection is upheld, off the list: {reason}"),
    "OrganizationApproved": (
        "入选{group}第{rank}名，有效期{valid_from}至{valid_to}",
        "approved, rank {rank} of {group}, valid from {valid_from} to {valid_to}",
    ),
    "RankCorrected": (
        "名单依据{document_number}更正，名次由第{rank_before}名改为第{rank}名：{reason}",
        "the list is corrected by {document_number}, rank {rank} instead of {rank_before}: {reason}",
    ),
    "ListCorrected": (
        "以{document_number}更正名单，本申报列入名单：{reason}",
        "the list is corrected by {document_number}, this application joins it: {reason}",
    ),
    "ListCorrected.unlisted": (
        "以{document_number}更正名单，本申报移出名单：{reason}",
        "the list is corrected by {document_number}, this application leaves it: {reason}",
    ),
    "ApplicationRejected.reasoned": ("未入选（{stage}）：{codes}：{reason}", "rejected ({stage}): {codes}: {reason}"),
    "ApplicationRejected": ("未入选（{stage}）：{codes}", "rejected ({stage}): {codes}"),
    "AppealFiled": ("申诉，{received_at}收到：{grounds}", "an appeal, received {received_at}: {grounds}"),
    "AppealFiled.withheld": ("申诉，{received_at}收到", "an appeal, received {received_at}"),
    "AppealDecided": ("申诉决定：{outcome}，{reason}", "the appeal is decided: {outcome}; {reason}"),
    "AgreementOffered": (
        "发出合作协议，请于{due}前签署",
        "the cooperation agreement is offered, to be signed before {due}",
    ),
    "AgreementSigned": ("{signed_on}签署合作协议", "the agreement is signed on {signed_on}"),
    "AgreementExpired": ("合作协议逾期未签，期限{due}", "the agreement was not signed by {due}"),
    "RectificationOrdered": ("责令{due}前整改：{items}", "to be put right before {due}: {items}"),
    "RectificationAccepted": ("整改通过：{note}", "what was put right is accepted: {note}"),
    "ApprovalRevoked": ("以{document_number}撤销入选资格：{ground}", "revoked by {document_number}: {ground}"),
    "RevocationReversed": (
        "以{document_number}恢复入选资格，另签协议：{reason}",
        "given back by {document_number}, to be signed anew: {reason}",
    ),
    "ApprovalRenewed": ("以{document_number}续期至{valid_to}", "renewed to {valid_to} by {document_number}"),
    "ApprovalExpired": ("有效期于{valid_to}届满", "the approval expired after {valid_to}"),
}
"""By event, and by event and variant where what it decided makes another line."""


def line(event: str, to: str, details: Mapping[str, Any], naming: Naming) -> Said:
    """An event of the timeline in both languages; `to` is the state that it led to, or empty."""
    told = in_words(details, naming)
    variants = ["differs"] if details.get("matches") is False else []
    variants += ["unlisted"] if details.get("listed") is False else []
    variants += ["shorter"] if "old" in details and details["new"] < details["old"] else []
    variants += ["reasoned"] if f"{event}.reasoned" in LINES and "reason" in details else []
    variants += ["withheld"] if f"{event}.withheld" in LINES and "grounds" not in details else []
    variants += [str(details.get("overall", "")), str(details.get("effect", "")), str(details.get("silence", "")), to]
    named = (*(f"{event}.{one}" for one in variants if one), event)
    key = next(name for name in named if name in LINES)
    zh, en = LINES[key]
    return (
        zh.format_map({name: one for name, (one, _) in told.items()}),
        en.format_map({name: one for name, (_, one) in told.items()}),
    )
