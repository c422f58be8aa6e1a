"""The statement, the lists that the public reads, and the agreement (C3, C4.9, C5.4)."""

from dataclasses import replace

from shared.documents.agreement import Owed, agreement_pdf
from shared.documents.listing import Changes, Vacant, approved_pdf, notice_pdf
from shared.documents.statement import statement_pdf
from tests.shared.documents import papers
from tests.shared.documents.opened import texts


def test_the_statement_names_who_states_what() -> None:
    (page,) = texts(statement_pdf(papers.statement()))
    for shown in (papers.APPLICANT.name, papers.APPLICANT.uscc, "复印件与原件一致", "法定代表人（签字）", "章明珠"):
        assert shown in page


def test_a_statement_without_a_name_leaves_it_to_the_pen() -> None:
    (page,) = texts(statement_pdf(replace(papers.statement(), legal_representative=None)))
    assert "（法定代表人：" not in page


def test_a_notice_says_how_long_it_runs_and_how_to_object() -> None:
    text = "".join(texts(notice_pdf(papers.notice_list())))
    assert "公示时间：2017年11月6日至2017年11月10日（5个工作日）" in text
    assert "以真实姓名" in text
    assert "名单指纹：9a9a9a9a9a9a9a9a" in text


def test_lists_keep_their_order_within_groups() -> None:
    for text in (
        "".join(texts(notice_pdf(papers.notice_list()))),
        "".join(texts(approved_pdf(papers.approved_list()))),
    ):
        assert (
            text.index("综合服务机构（2家）")
            < text.index("信息服务类（2家）")
            < text.index("技术创新和质量服务类（3家）")
        )
        places = [text.index(row.org_name) for row in papers.notice_list().rows]
        assert places == sorted(places)
        assert all(row.uscc in text for row in papers.notice_list().rows)


def test_a_corrected_list_names_what_it_replaces() -> None:
    plain = "".join(texts(approved_pdf(papers.approved_list())))
    assert "更正" not in plain
    corrected = "".join(texts(approved_pdf(replace(papers.approved_list(), supersedes="7b" * 32))))
    assert "替代此前公布的名单（指纹7b7b7b7b7b7b7b7b）" in corrected


def test_a_corrected_list_says_who_joined_left_and_moved_and_by_which_document() -> None:
    """Ranks never move in silence, and no group goes beyond its quota in silence (C5.4)."""
    changes = Changes(
        document_number="沪经信企〔2017〕633号",
        reason="依申诉决定重新评审",
        joined=(("甲中心", "appeal_remitted"), ("乙中心", "")),
        left=("丙中心",),
        moved=(("丁中心", 1, 2),),
        beyond_quota=(("information", 4, 5),),
    )
    made = approved_pdf(replace(papers.approved_list(), supersedes="7b" * 32, changes=changes))
    text = "".join("".join(texts(made)).split())
    for said in (
        "更正依据：沪经信企〔2017〕633号，依申诉决定重新评审。",
        "增列：甲中心（申诉退回后重新评审）；乙中心。",
        "移出：丙中心。",
        "名次变动：丁中心由第1名改为第2名。",
        "经批准超出名额：信息服务类名额4个，更正后5家。",
    ):
        assert said in text


def test_a_list_shows_ranks_beside_row_numbers_and_says_why_one_is_skipped() -> None:
    rows = tuple(replace(row, rank=rank) for row, rank in zip(papers.approved_list().rows[2:4], (1, 4), strict=True))
    vacant = (Vacant("information", 2, "OBJECTION_UPHELD"), Vacant("information", 3, "WITHDRAWN"))
    for made in (
        approved_pdf(replace(papers.approved_list(), rows=rows, vacant=vacant)),
        notice_pdf(replace(papers.notice_list(), rows=rows, vacant=vacant)),
    ):
        text = "".join(texts(made))
        assert "序号名次机构名称" in text
        assert f"24{rows[1].org_name}" in text
        assert "名次说明：第2名空缺：异议成立，移出名单；第3名空缺：申报单位撤回。" in text
    assert "名次说明" not in "".join(texts(approved_pdf(papers.approved_list())))


def test_a_list_as_of_a_day_says_how_each_stood() -> None:
    rows = tuple(replace(row, standing="RECTIFYING", agreement="SIGNED") for row in papers.approved_list().rows)
    dated = replace(papers.approved_list(), rows=rows, as_of="2018-03-01")
    text = "".join(texts(approved_pdf(dated)))
    assert "截至2018年3月1日" in text
    assert text.count("整改中已签署") == len(rows)
    at = "".join(texts(approved_pdf(replace(dated, as_of="2018-03-01T00:00:00.000Z"))))
    assert "截至2018年3月1日08:00:00" in at


def test_a_list_as_of_a_day_counts_nobody_whose_approval_holds_no_more() -> None:
    """Who was revoked, expired or removed, or let the agreement run out, is shown and not counted (C5.4)."""
    first, *others = papers.approved_list().rows
    for ended in (
        *(replace(first, standing=standing, agreement="SIGNED") for standing in ("REVOKED", "EXPIRED", "REMOVED")),
        replace(first, standing="UNSIGNED", agreement="EXPIRED"),
    ):
        rows = (ended, *(replace(row, standing="ACTIVE", agreement="SIGNED") for row in others))
        text = "".join(texts(approved_pdf(replace(papers.approved_list(), rows=rows, as_of="2018-03-01"))))
        assert f"共{len(others)}家" in text
        assert "另有1家资格已撤销" in text
        assert "综合服务机构（1家）" in text
    whole = "".join(texts(approved_pdf(papers.approved_list())))
    assert (f"共{len(others) + 1}家" in whole, "另有" in whole) == (True, False)


def test_a_list_as_of_a_day_says_the_name_that_an_organization_had_then() -> None:
    first, *others = papers.approved_list().rows
    rows = (replace(first, standing="ACTIVE", agreement="SIGNED", name_now="上海新名服务中心"), *others)
    text = "".join(texts(approved_pdf(replace(papers.approved_list(), rows=rows, as_of="2018-03-01"))))
    assert f"{first.org_name}（现名：上海新名服务中心）" in "".join(text.split())


def test_a_notice_says_where_to_object_and_which_correction_it_shows() -> None:
    """The round says where; the notice of a correction names the list it would replace, and what changes (C5.4)."""
    plain = "".join(texts(notice_pdf(papers.notice_list())))
    assert ("异议提交方式" in plain, "更正" in plain) == (False, False)
    changes = Changes("沪经信企〔2017〕633号", "申诉成立", (("甲中心", "appeal_reversed"),), ("丙中心",), (), ())
    shown = replace(papers.notice_list(), objections_to="服务互动平台", corrects="7b" * 32, changes=changes)
    text = "".join("".join(texts(notice_pdf(shown))).split())
    for said in (
        "异议提交方式：服务互动平台。",
        "（指纹7b7b7b7b7b7b7b7b）的更正",
        "增列：甲中心（申诉成立）。",
        "移出：丙中心。",
    ):
        assert said in text


def test_the_agreement_names_parties_tasks_dates_and_what_is_owed() -> None:
    text = "".join(texts(agreement_pdf(papers.agreement())))
    for shown in (
        papers.APPLICANT.name, papers.APPLICANT.uscc, "甲方：上海市中小企业办", "自2017年12月1日起至2018年11月30日止",
        "服务情况报告2018年第一季度2018年4月15日前", "服务案例2018年2018年9月30日前",
        "优先推荐申报国家和本市相关资助资金和荣誉称号", "由甲方于2017年11月20日发出", "2017年12月20日10时前签署",
        "形成服务特色产品和服务案例",
    ):  # fmt: skip
        assert shown in text


OWED = (
    Owed("plan", 2018, "2018-01-31T16:00:00.000Z"),
    *(Owed("report", 2018, "2018-04-15T16:00:00.000Z", f"Q{quarter}") for quarter in range(1, 5)),
    *(Owed(kind, 2018, "2018-09-30T16:00:00.000Z") for kind in ("case", "policy_digest", "difficulties")),
)


def test_signatures_never_stand_alone_on_a_page() -> None:
    """What the notice's round asks of a comprehensive organization fits one page; more takes the last article along."""
    whole = replace(papers.agreement(), kind="comprehensive", category_name=None, owed=OWED)
    assert len(texts(agreement_pdf(whole))) == 1
    *_, last = texts(agreement_pdf(replace(whole, owed=OWED * 3)))
    assert "第五条其他" in last
    assert "法定代表人（签字）" in last


def test_the_signed_copy_says_who_signed_what_and_when() -> None:
    text = "".join(texts(agreement_pdf(papers.signed_agreement())))
    for shown in (
        "编号：2017-长宁区-012",
        "在线发出：2017年11月20日",
        "法定代表人在线签署：2017年11月26日09:30:00",
        "签署账号：53ee20de-76b9-5318-8e9a-b1d9c982d8aa",
    ):
        assert shown in text
    assert "7c" * 32 in text.replace("\u200b", "")
    assert "签字" not in text


def test_a_comprehensive_organization_follows_policies_and_answers_difficulties() -> None:
    text = "".join(texts(agreement_pdf(replace(papers.agreement(), kind="comprehensive", category_name=None))))
    assert "及时形成政策解读材料" in text
    assert "形成服务特色产品" not in text
