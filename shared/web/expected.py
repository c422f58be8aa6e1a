"""What is told of a value that a field cannot have: the field as the form names it, and what belongs there."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from shared.web import models

PLACES: Final = ("body", "query", "path", "header")
PATTERNS: Final[Mapping[str, tuple[str, str]]] = {
    models.ONE_LINE: ("one line of text that says something", "一行不为空白的文字"),
    models.LINES: ("text without control characters", "不含控制字符的文字"),
    models.SAYING: ("text that says something", "不为空白的文字"),
    models.WORD: ("1 to 64 letters, digits and the signs . _ -", "1至64个字母、数字或. _ -"),
    models.USCC: (
        "18 digits and capital letters, the unified social credit code",
        "18位数字和大写字母的统一社会信用代码",
    ),
    models.DECIMAL: ('an amount as text, such as "1234.50"', '文字形式的数额，如"1234.50"'),
    models.SIGNED_DECIMAL: ('an amount as text, such as "-1234.50"', '文字形式的数额，如"-1234.50"'),
    models.RATIO: ('a ratio as text, such as "1/8"', '文字形式的比例，如"1/8"'),
    models.SHA256: ("a SHA-256: 64 hexadecimal digits in lower case", "SHA-256：64位小写十六进制数字"),
    models.DAY: ("a day such as 2001-02-03", "日期，如2001-02-03"),
    models.MOMENT: (
        "an instant with an offset, such as 2001-02-03T17:00:00+08:00",
        "带时区的时刻，如2001-02-03T17:00:00+08:00",
    ),
    models.DAY_OR_MOMENT: (
        "a day such as 2018-06-01, or an instant such as 2018-06-01T12:00:00+08:00",
        "日期，如2018-06-01，或时刻，如2018-06-01T12:00:00+08:00",
    ),
    models.DISTRICT: ("the six digits of a district of Shanghai, such as 310101", "上海市某区的六位代码，如310101"),
    models.ID: ("an id as the platform gave it", "平台给出的编号"),
}
"""By the pattern that was not met, in English and in Chinese."""
TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("this is needed", "必填"),
    "extra_forbidden": ("there is no such member; leave it out", "没有此项，请删去"),
    "string_type": ("text is expected, in quotation marks", "应为加引号的文字"),
    "int_type": ("a whole number is expected, without quotation marks", "应为不加引号的整数"),
    "int_from_float": ("a whole number is expected", "应为整数"),
    "int_parsing": ("a whole number is expected", "应为整数"),
    "int_parsing_size": ("a smaller number is expected", "数值过大"),
    "bool_type": ("true or false is expected", "应为true或false"),
    "bool_parsing": ("true or false is expected", "应为true或false"),
    "list_type": ("a list is expected, in square brackets", "应为方括号内的列表"),
    "model_type": ("an object is expected, in braces", "应为花括号内的对象"),
    "model_attributes_type": ("an object is expected, in braces", "应为花括号内的对象"),
    "dict_type": ("an object is expected, in braces", "应为花括号内的对象"),
    "string_pattern_mismatch": ("it has another form than is expected", "格式与要求不符"),
    "string_too_short": ("at least {min_length} characters are expected", "至少{min_length}个字符"),
    "string_too_long": ("at most {max_length} characters are expected", "至多{max_length}个字符"),
    "literal_error": ("one of these is expected: {expected}", "应为以下之一：{expected}"),
    "too_short": ("at least {min_length} entries are expected", "至少{min_length}项"),
    "too_long": ("at most {max_length} entries are expected", "至多{max_length}项"),
    "greater_than_equal": ("{ge} or more is expected", "应不小于{ge}"),
    "greater_than": ("more than {gt} is expected", "应大于{gt}"),
    "less_than_equal": ("at most {le} is expected", "应不大于{le}"),
    "less_than": ("less than {lt} is expected", "应小于{lt}"),
    "value_error": ("{error}", "填写的值不符合要求{error_zh}"),
    "json_invalid": ("JSON is expected: {error}", "应为JSON：{error}"),
}
"""By the kind of mistake, with what its context says."""
OURS: Final = {
    "a day of the calendar is expected, YYYY-MM-DD": "，应为日历上有的日期",
    "an ISO 8601 instant with an offset is expected": "，应为带时区的时刻",
    "the GB/T 2260 code of a district of Shanghai is expected": "，应为上海市某区的代码",
    "the new password is the old one": "，新密码与原密码相同",
    "a person's name is expected, neither its commitment nor the mark of an erased one": "，应填写姓名原文",
}
"""What the shapes' own checks say, in Chinese."""
OTHERWISE: Final = ("it has a value that it cannot have", "填写的值不符合要求")
_MEMBER = re.compile(r"[a-z][a-z0-9_]*")
_SHAPES: Final = frozenset({"str", "int", "bool", "float", "list"})
"""How a choice of shapes names its arms; no member is called so."""


def field_of(error: Mapping[str, Any]) -> str:
    """The dotted path of members and places in lists, without the arms of a choice; empty for the whole body."""
    where = list(error["loc"])
    where = where[1:] if where and where[0] in PLACES else where
    named = where[-1:] if error["type"] == "extra_forbidden" or len(where) == 1 else []
    before = where[: len(where) - len(named)]
    return ".".join(str(part) for part in [*filter(is_member, before), *named])


def expected(error: Mapping[str, Any]) -> tuple[str, str]:
    """In a few words what belongs there, in English and in Chinese."""
    context = error.get("ctx", {})
    if (pattern := context.get("pattern")) in PATTERNS:
        en, zh = PATTERNS[pattern]
        return f"{en} is expected", f"应为{zh}"
    en, zh = TYPES.get(error["type"], OTHERWISE)
    said = {**context, "error_zh": OURS.get(str(context.get("error")), "")}
    return en.format_map(said), zh.format_map(said)


def first_of_each(errors: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """One mistake for each field: of the arms of a choice the first speaks for all."""
    found: dict[str, Mapping[str, Any]] = {}
    for error in errors:
        found.setdefault(field_of(error), error)
    return list(found.values())


def is_member(part: object) -> bool:
    """Whether a part of a place is a member's name or a place in a list, not a shape that was tried."""
    return isinstance(part, int) or (
        isinstance(part, str) and part not in _SHAPES and _MEMBER.fullmatch(part) is not None
    )
