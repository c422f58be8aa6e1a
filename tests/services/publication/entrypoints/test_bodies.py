"""What publication's door refuses before anybody decides."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.publication.entrypoints.bodies import (
    AcceptanceBody,
    AppealBody,
    AppealDecisionBody,
    CorrectionBody,
    ObjectionBody,
    ObjectionDecisionBody,
    PromotionBody,
    RectificationBody,
    RenewalBody,
    RevocationBody,
    RevocationReversalBody,
)
from shared.web.models import Body

ID = "8f7dc14c-328e-5af2-9c11-d5c5fec0ab5d"
OBJECTION = {"application": ID, "name": "王建国", "contact": "021-62730000", "grounds": "不符", "evidence": ["ab" * 32]}
DECISION = {"outcome": "upheld", "reason": "属实", "effect": "rerank", "rank": 3}
CORRECTION = {"add": [ID], "remove": [], "reason": "依申诉决定", "document_number": "沪经信企〔2017〕633号"}
RECTIFICATION = {"items": [{"what": "report.2018", "note": "补报"}], "due": "2018-03-31T16:00:00Z"}
GOOD: list[tuple[type[Body], dict[str, Any]]] = [
    (ObjectionBody, OBJECTION),
    (ObjectionDecisionBody, DECISION),
    (PromotionBody, {"application": ID, "reason": "依次递补"}),
    (AppealBody, {"grounds": "请求复核"}),
    (AppealDecisionBody, {"outcome": "remit", "stage": "experts", "reason": "退回重评"}),
    (CorrectionBody, CORRECTION),
    (RectificationBody, RECTIFICATION),
    (AcceptanceBody, {"note": ""}),
    (RevocationBody, {"ground": "虚假材料", "document_number": "77"}),
    (RevocationReversalBody, {"reason": "事实有误", "document_number": "80"}),
    (RenewalBody, {"valid_to": "2019-11-30", "document_number": "590"}),
]
WRONG: list[tuple[type[Body], dict[str, Any], str]] = [
    (ObjectionBody, {**OBJECTION, "name": ""}, "name"),
    (ObjectionBody, {**OBJECTION, "name": "王\n建国"}, "name"),
    (ObjectionBody, {**OBJECTION, "contact": ""}, "contact"),
    (ObjectionBody, {**OBJECTION, "grounds": ""}, "grounds"),
    (ObjectionBody, {**OBJECTION, "grounds": "长" * 4001}, "grounds"),
    (ObjectionBody, {**OBJECTION, "evidence": ["lease.pdf"]}, "evidence"),
    (ObjectionBody, {**OBJECTION, "evidence": ["ab" * 32] * 21}, "evidence"),
    (ObjectionBody, {**OBJECTION, "application": "information-1"}, "application"),
    (ObjectionDecisionBody, {**DECISION, "outcome": "perhaps"}, "outcome"),
    (ObjectionDecisionBody, {**DECISION, "effect": "raise"}, "effect"),
    (ObjectionDecisionBody, {**DECISION, "rank": 0}, "rank"),
    (ObjectionDecisionBody, {**DECISION, "rank": "3"}, "rank"),
    (ObjectionDecisionBody, {**DECISION, "reason": ""}, "reason"),
    (PromotionBody, {"application": ID, "reason": ""}, "reason"),
    (AppealBody, {"grounds": ""}, "grounds"),
    (AppealDecisionBody, {"outcome": "remit", "stage": "office", "reason": "退回"}, "stage"),
    (CorrectionBody, {**CORRECTION, "add": [ID] * 101}, "add"),
    (CorrectionBody, {**CORRECTION, "document_number": ""}, "document_number"),
    (RectificationBody, {**RECTIFICATION, "items": []}, "items"),
    (RectificationBody, {**RECTIFICATION, "due": "2018-03-31"}, "due"),
    (RectificationBody, {**RECTIFICATION, "due": "2018-02-30T00:00:00Z"}, "due"),
    (RevocationBody, {"ground": "", "document_number": "77"}, "ground"),
    (RevocationReversalBody, {"reason": "", "document_number": "80"}, "reason"),
    (RenewalBody, {"valid_to": "2019-02-29", "document_number": "590"}, "valid_to"),
    (RenewalBody, {"valid_to": "2019-11-30T00:00:00Z", "document_number": "590"}, "valid_to"),
]


@pytest.mark.parametrize(("body", "members"), GOOD)
def test_what_people_say_is_taken_and_nothing_else_with_it(body: type[Body], members: dict[str, Any]) -> None:
    body(**members)
    with pytest.raises(ValidationError):
        body(**{**members, "by": "somebody"})


@pytest.mark.parametrize(("body", "members", "field"), WRONG)
def test_a_wrong_member_is_named(body: type[Body], members: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        body(**members)
    assert {error["loc"][0] for error in refused.value.errors()} == {field}


@pytest.mark.parametrize(("body", "members"), GOOD)
def test_a_member_that_is_missing_is_named(body: type[Body], members: dict[str, Any]) -> None:
    needed = {name for name, one in body.model_fields.items() if one.is_required()}
    for name in needed:
        with pytest.raises(ValidationError) as refused:
            body(**{other: value for other, value in members.items() if other != name})
        assert [error["loc"] for error in refused.value.errors()] == [(name,)]


@pytest.mark.parametrize("blank", [" ", "\u3000", "\u00a0 "])
def test_a_name_of_blanks_is_no_name(blank: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ObjectionBody.model_validate({**OBJECTION, "name": blank})
    assert caught.value.errors()[0]["loc"] == ("name",)
