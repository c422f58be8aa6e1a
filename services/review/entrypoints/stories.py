"""A review's story in sentences: what happened, by whom, as officials read it (C5.3)."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from shared.contracts.rule_messages import in_chinese
from shared.contracts.rule_values import Said
from shared.contracts.vocabulary import District
from shared.eventstore.documents import Document

LINES: Final[Mapping[str, Said]] = {
    "DistrictReviewOpened": ("第{version}版进入{district}审核", "version {version} reached its district"),
    "PaperMatched": ("收到纸质材料，与网上申报比对：{matches}", "the paper came and was compared: {matches}"),
    "ComplianceChecked": ("合规审核：{result}", "the paper materials were checked: {result}"),
    "JudgementRecorded": ("判定{rules}：{outcome}，{rationale}", "{rule} is judged {outcome}: {rationale}"),
    "WaiverProposed": ("提议放宽{rules}：{ground}", "a waiver of {rule} is proposed: {ground}"),
    "WaiverGranted": ("同意放宽{rules}：{ground}", "the waiver of {rule} is granted: {ground}"),
    "WaiverRefused": ("不同意放宽{rules}：{reason}", "the waiver of {rule} is refused: {reason}"),
    "DistrictReviewReturned": ("退回第{version}版补正", "version {version} is returned to be corrected"),
    "DistrictRecommended": ("推荐第{version}版，推荐顺序{order}", "version {version} is recommended, order {order}"),
    "DistrictDeclined": ("不予推荐：{reasons}", "declined: {reasons}"),
    "ReconsiderationRequested": ("申报单位申请复核：{grounds}", "the applicant asks to decide again: {grounds}"),
    "DistrictDecisionReconsidered": ("复核：{outcome}", "decided again: {outcome}"),
    "EscalatedToCity": ("申报单位提请市级裁定：{grounds}", "brought before the city: {grounds}"),
    "EscalationDecided": ("市级裁定：{outcome}，{reason}", "the city decides: {outcome}; {reason}"),
    "DistrictReviewReopened": ("申诉退回，{district}重新审核", "remitted on appeal: the district reviews it again"),
    "DistrictReviewClosed": ("审核终止：{reason}", "the review ended: {reason}"),
}
"""By event of a district's review, in Chinese and in English."""
SILENCES: Final[Mapping[str, Said]] = {
    "undecided": (
        "区级逾期未决定，申报单位提请市级裁定：{grounds}",
        "not decided in the district's time, brought before the city: {grounds}",
    ),
    "unsent": (
        "区级逾期未报送，申报单位提请市级裁定：{grounds}",
        "not sent in the district's time, brought before the city: {grounds}",
    ),
}
"""How it came before the city where the district let its time pass with something."""
WORDS: Final[Mapping[object, str]] = {
    True: "一致",
    False: "不一致",
    "conforms": "符合要求",
    "deviates": "与要求不符",
    "PASS": "符合",
    "FAIL": "不符合",
    "upheld": "维持不推荐",
    "reopened": "重新审核",
    "admitted": "准予进入专家评审",
    "dismissed": "维持区级意见",
    "withdrawn": "申报单位撤回",
    "lapsed": "逾期未补正",
}
"""Outcomes, results and ends in Chinese."""


def told(said: Document) -> dict[str, Any]:
    """One thing that happened, with who did it in which role, and a sentence of Chinese and of English."""
    data: Any = said["data"]
    zh, en = SILENCES.get(data.get("silence", ""), LINES[str(said["event"])])
    by = {"role": said["by"], "account": said.get("account", "")}
    listed = {name: "；".join(value) for name, value in data.items() if name == "reasons"}
    in_words = {name: WORDS.get(value, value) for name, value in data.items() if isinstance(value, str | bool)}
    named = {"rules": in_chinese([str(data.get("rule", ""))]), "district": _district(data.get("district"))}
    plain = defaultdict(str, {**data, **listed})
    worded = defaultdict(str, {**plain, **in_words, **named})
    return {**said, "by": by, "message_zh": zh.format_map(worded), "message_en": en.format_map(plain)}


def _district(code: str | None) -> str:
    return District(code).name_zh if code in set(District) else ""
