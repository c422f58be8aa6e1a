"""A decision is asked with all that it goes by: no default of a command, or of what it rests on, lifts a guard."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.docs.pages import ROOT

STATES: Final = {
    "services/application/domain/form.py: Form": "what of the form is saved so far",
    "services/publication/domain/agreement.py: Offered": "how often it was offered so far",
    "services/publication/domain/notice.py: Final": "the notices of corrections so far",
    "services/publication/domain/vacancies.py: _Left": "what is counted so far",
    "services/registration/domain/signing_keys.py: KeyRing": "the keys so far",
    "services/reporting/domain/assessment.py: Assessed": "the correction so far",
}
"""States that stand beside their decider, and begin empty; others are in a module of states."""
INPUTS: Final = {"services/registration/domain/amendment.py: AmendProfile": "a member that is left out stays as it is"}
"""Commands in which leaving something out is what the user says."""


def unsaid(place: str, source: str) -> Iterator[str]:
    """The members of a module's dataclasses, and the parameters of its functions, that may be left out."""
    tree = ast.parse(source)
    for one in ast.walk(tree):
        match one:
            case ast.ClassDef(name=name, body=body) if is_dataclass(one) and f"{place}: {name}" not in STATES | INPUTS:
                yield from (f"{place}: {name}.{member}" for member in defaulted(body))
            case ast.FunctionDef(name=name, args=args):
                given = [*args.defaults, *(value for value in args.kw_defaults if value is not None)]
                yield from (f"{place}: {name}()" for value in given if ast.unparse(value) == "None")


def is_dataclass(one: ast.ClassDef) -> bool:
    """Whether it is declared as one."""
    return any("dataclass" in ast.unparse(decorator) for decorator in one.decorator_list)


def defaulted(body: list[ast.stmt]) -> list[str]:
    """The members that may be left out; a field that is only kept from being printed may not."""
    valued = [one for one in body if isinstance(one, ast.AnnAssign) and one.value is not None]
    return [ast.unparse(one.target) for one in valued if "repr=" not in ast.unparse(one)]


def modules() -> list[Path]:
    """The domains' modules, but those of states: a state begins with nothing."""
    found = (ROOT / "services").glob("*/domain/**/*.py")
    return [path for path in sorted(found) if not path.stem.endswith("states")]


def test_every_member_of_a_command_is_said() -> None:
    assert modules()
    found = [it for path in modules() for it in unsaid(str(path.relative_to(ROOT)), path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("@dataclass(frozen=True)\nclass Decide:\n    barred: bool = False\n", "Decide.barred"),
        ("@dataclass\nclass Decide:\n    ties: tuple[str, ...] = field(default_factory=tuple)\n", "Decide.ties"),
        ("def decide(state, until=None):\n    return []\n", "decide()"),
        ("def decide(state, *, until=None):\n    return []\n", "decide()"),
    ],
)
def test_what_may_be_left_out_is_found(source: str, found: str) -> None:
    assert list(unsaid("planted.py", source)) == [f"planted.py: {found}"]


@pytest.mark.parametrize(
    "source",
    [
        "@dataclass(frozen=True)\nclass Decide:\n    barred: bool\n",
        "@dataclass\nclass Open:\n    credential: str = field(repr=False)\n",
        "class Plain:\n    title: str = ''\n",
        "def decide(state, *, until):\n    return []\n",
    ],
)
def test_what_is_said_is_left_alone(source: str) -> None:
    assert list(unsaid("planted.py", source)) == []


def test_no_exception_is_kept_for_what_is_gone() -> None:
    for place in STATES | INPUTS:
        path, _, name = place.partition(": ")
        assert f"class {name}" in (ROOT / path).read_text()
