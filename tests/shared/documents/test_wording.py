"""Words, money and dates as the documents write them."""

import pytest

from shared.contracts.fields import place
from shared.documents import wording
from shared.documents.glyphs import printable


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (wording.amount("3630000.00"), "3,630,000.00"),
        (wording.amount("-90000"), "-90,000"),
        (wording.amount("0"), "0"),
        (wording.day("2017-09-05"), "2017年9月5日"),
        (wording.day(None), "—"),
        (wording.until(None), "长期"),
        (wording.moment("2017-09-20T08:59:59.999Z"), "2017年9月20日 16:59:59"),
        (wording.last_moment("2017-09-20T09:00:00.000Z"), "2017年9月20日17时前"),
        (wording.last_moment("2017-09-20T09:30:00.000Z"), "2017年9月20日17时30分前"),
        (wording.last_moment("2018-01-31T16:00:00.000Z"), "2018年1月31日前"),
        (wording.percent(66, 80), "82.5%"),
        (wording.percent(2, 3), "66.6%"),
        (wording.percent("799999", "1000000"), "79.9%"),
        (wording.percent(1, 0), "—"),
        (wording.district_name("310115"), "浦东新区"),
        (wording.district_name("999999"), "999999"),
        (wording.word(wording.KINDS, "comprehensive"), "综合服务机构"),
        (wording.word(wording.KINDS, "new"), "new"),
        (wording.word(wording.KINDS, None), "—"),
        (wording.short_hash("4f3c" + "9a17" * 15), "4f3c 9a17 9a17 9a17"),
        (wording.short_hash(None), "—"),
        (wording.subject_of("2017年上海市中小企业服务机构申报推荐"), "2017年上海市中小企业服务机构"),
        (wording.subject_of("别的标题"), "别的标题"),
        (wording.compliance("conforms", [("paper", "conforms", "")]), "符合要求"),
        (
            wording.compliance("deviates", [("materials.3", "missing", ""), ("t2.premises", "deviates", "面积不一致")]),
            "材料3缺失；表二经营服务场所与要求不符（面积不一致）",
        ),
        (place("paper"), "纸质材料"),
        (place("stamp"), "stamp"),
        (place("materials.6"), "材料6"),
        (place("t2"), "表二"),
        (place("t2.premises.0.lease_to"), "表二经营服务场所第1行租赁到期"),
        (place("metrics.smes_served"), "服务数据服务中小企业"),
        (printable("plain ASCII"), "plain ASCII"),
        (printable("中文，é Ω"), "中文，é Ω"),
    ],
)
def test_it_is_written_so(said: str, expected: str) -> None:
    assert said == expected
