"""What a refusal says beside its title, it says in Chinese too."""

import ast
from collections.abc import Iterable, Iterator

import pytest

from tests.docs.pages import ROOT

AT_FIRST = frozenset({"Refusal", "Malformed", "NotPermitted", "Unknown"})
"""Of the kernel; every other refusal is one of these."""
AN_ID = frozenset(
    {
        "AlreadyOnTheList",
        "ApplicationNotRanked",
        "BarredIsNotPromoted",
        "DistrictDoesNotRecommend",
        "NotInLine",
        "NotOnThePublishedList",
        "ObjectionUnknown",
        "RejectionStands",
        "RevokedJoinsNoList",
        "SubmissionUnknown",
        "VoterHasAConflict",
        "VoterHasNotAnswered",
    }
)
"""Their detail is the id, or the ids, of whom the title is about: the same in every language."""


def refusals(trees: Iterable[ast.AST]) -> frozenset[str]:
    """The refusals that are declared, by what they are derived from."""
    bases = {
        one.name: {ast.unparse(base) for base in one.bases}
        for tree in trees
        for one in ast.walk(tree)
        if isinstance(one, ast.ClassDef)
    }
    known = AT_FIRST
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known


def told_in_english(tree: ast.AST, known: frozenset[str]) -> Iterator[str]:
    """Refusals that are made with a detail, and with none in Chinese."""
    for one in ast.walk(tree):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in known and one.args:
            members = {keyword.arg for keyword in one.keywords}
            if not members & {"detail_zh", None} and not _is_bare(one.args[0]):
                yield one.func.id


def _is_bare(detail: ast.expr) -> bool:
    """Whether it is no text at all."""
    return isinstance(detail, ast.Constant) and not detail.value


def test_a_detail_is_told_in_chinese() -> None:
    trees = {path: ast.parse(path.read_text()) for path in sorted((ROOT / "services").glob("*/domain/*.py"))}
    known = refusals(trees.values())
    found = {name for tree in trees.values() for name in told_in_english(tree, known)}
    assert found == AN_ID


PLANTED = "class NotYet(Refusal): ...\nclass NotHere(NotYet): ...\n"


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("raise NotYet(f'until {end}')", ["NotYet"]),
        ("raise NotHere('not here', field='place')", ["NotHere"]),
        ("x = NotYet('not yet')", ["NotYet"]),
        ("raise NotYet('not yet', detail_zh='尚早')", []),
        ("raise NotYet(field='x')", []),
        ("raise KeyError('x')", []),
    ],
)
def test_a_detail_in_english_alone_is_caught(made: str, found: list[str]) -> None:
    tree = ast.parse(PLANTED + made)
    assert list(told_in_english(tree, refusals([tree]))) == found
