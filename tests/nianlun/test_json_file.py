"""A JSON file as somebody saved it: what is wrong is told so that it can be mended."""

from pathlib import Path

import pytest

from deploy.local.home import StackError
from nianlun.json_file import FILE_BYTES_MAX, json_text

FORM = '{"t1": {"capital": "100000.00", "name": "甲"}}'
DEEP = "[" * 100_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "form.json"


@pytest.mark.parametrize("raw", [FORM.encode(), FORM.encode("utf-8-sig"), f"\n{FORM}\n".encode()])
def test_a_byte_order_mark_is_no_part_of_the_text(path: Path, raw: bytes) -> None:
    path.write_bytes(raw)
    assert json_text(path).strip() == FORM


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "form.json is empty"),
        (b" \n ", "form.json is empty"),
        (b"\xef\xbb\xbf", "form.json is empty"),
        (FORM.encode("utf-16"), "form.json is written in UTF-16; save it as UTF-8"),
        (FORM.encode("utf-16-le"), "form.json is written in UTF-16; save it as UTF-8"),
        (f"\n{FORM}".encode("gbk"), "form.json: line 2 is not written in UTF-8, perhaps in GBK; save it as UTF-8"),
        (b'{\n "t1": {"capital": }\n}', "form.json: line 2, column 20: this is no JSON: Expecting value"),
        (b'{"t1": {}}, {}', "form.json: line 1, column 11: this is no JSON: Extra data"),
        (DEEP.encode(), "form.json is nested too deeply"),
        (b'{"t3": {"surveyed": ' + b"9" * 5000 + b"}}", "form.json has a number of too many digits"),
        (b'{"t1": {"capital": NaN}}', "form.json: t1.capital: NaN is no number in JSON"),
        (b"-Infinity", "form.json: the file: -Infinity is no number in JSON"),
        (b'{"t2": {"roster": [{}, {"a": 1, "a": 1}]}}', "form.json: t2.roster.1.a: stands there more than once"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(path: Path, raw: bytes, said: str) -> None:
    path.write_bytes(raw)
    with pytest.raises(StackError) as refused:
        json_text(path)
    assert str(refused.value).replace(f"{path.parent}/", "") == said


def test_more_faults_than_one_have_a_line_each(path: Path) -> None:
    path.write_text('{"t1": {"a": 1, "a": 2, "b": NaN}, "t1": {"c": 1, "c": Infinity}, "t2": NaN}')
    with pytest.raises(StackError) as refused:
        json_text(path)
    head, *lines = str(refused.value).splitlines()
    assert head.endswith("form.json: 4 faults")
    assert [line.split(":")[0].strip() for line in lines] == ["t1", "t1.c", "t1.c", "t2"]


def test_a_file_without_end_is_not_read_to_its_end(path: Path) -> None:
    path.write_bytes(b" " * (FILE_BYTES_MAX + 1))
    with pytest.raises(StackError, match="longer than"):
        json_text(path)
