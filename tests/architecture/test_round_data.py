"""No threshold, date, category, weight or name of the notice's round is in the code: its file says it (C2, C5)."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import pytest

from shared.contracts import application, form, publication, registration, reporting, review
from shared.contracts.vocabulary import Kind
from tests.docs.pages import ROOT

ROUND: Any = json.loads((ROOT / "rounds" / "2017.json").read_text())
PRODUCTION = ("services", "shared", "audit", "nianlun")
BESIDE_CODE = ("typ", "sql")
SHORT = 4
"""Names and ratios of at least so many characters are looked for inside of longer text too."""
FEW = 2
"""From this on a whole number that decides something is named below, whether the round holds it or not."""
EXACT = ("Fraction", "Decimal", "int", "float")
"""What is made of a text too: a share, an amount, a count."""
DECIDING = ("/domain/", "/usecases/", "/entrypoints/", "/adapters/", "shared/contracts/")
"""Where things are decided, and where what they are decided by is put together."""
SPANS = ("plus_years", "plus_days", "end_of_day_after")
"""What moves a day or an instant by a number that a round says."""
DOORS = ("Limit", "After")
"""How a parameter says that its default is the size of a page."""
CONTRACTS = (application, form, publication, registration, reporting, review)
SHAPES = {
    one.name
    for module in CONTRACTS
    for shape in vars(module).values()
    if isinstance(shape, type) and is_dataclass(shape)
    for one in fields(shape)
}
"""Members of forms and events: the same in every round."""
VOCABULARY = SHAPES | {term["kind"] for term in ROUND["obligations"]} | {one.value for one in Kind}
UNSAID = "services/application/domain/rules/unsaid.py"
A_BOUND = "so many rows are read at once, or at most"
A_MATERIAL = "the number of a material (C4), for rounds that do not list theirs"
ALLOWED: dict[tuple[str, str | int], str] = {
    **{(UNSAID, number): A_MATERIAL for number in range(2, 10)},
    ("services/application/domain/parameters.py", 9): "materials are numbered as the notice numbers them (C4)",
    ("services/application/domain/members.py", 366): "the days of the longest year",
    ("services/application/domain/parameters.py", 3): "fewer scores than three cannot be trimmed at both ends",
    ("services/application/domain/members.py", 100): "beyond so many years a span leaves the calendar",
    ("services/application/domain/paper.py", 20): "so many changed paths are told in one refusal",
    ("services/application/domain/paper.py", 16): "so many digits of its hash a page prints",
    ("services/publication/domain/objections.py", 5000): "a bound on a door that needs no account",
    ("services/publication/domain/objections.py", 10): "so many open ones are told in one refusal",
    ("services/publication/domain/objections.py", 1000): "a bound on a door that needs no account",
    ("shared/documents/application.py", "satisfaction"): "the share of satisfied clients, as T3 prints it",
    **{
        (f"services/{place}.py", number): A_BOUND
        for place, number in (
            ("application/usecases/due", 500),
            ("publication/adapters/facts", 100_000),
            ("publication/usecases/as_of", 100_000),
            ("publication/usecases/obligations", 1000),
            ("publication/usecases/standings", 100_000),
            ("publication/entrypoints/lists", 100_000),
            ("publication/usecases/due", 500),
            ("registration/adapters/passwords", 200),
            ("reporting/adapters/facts", 10_000),
            ("reporting/entrypoints/statistics", 1000),
            ("reporting/entrypoints/stream", 10_000),
            ("reporting/usecases/agreements", 10_000),
            ("reporting/usecases/due", 1000),
            ("reporting/usecases/due", 500),
            ("review/adapters/facts", 10_000),
            ("review/entrypoints/reviews", 10_000),
            ("review/usecases/due", 500),
            ("review/usecases/barring", 10_000),
            ("review/usecases/panels", 10_000),
        )
    },
    **{
        (f"services/{place}.py", number): why
        for place, number, why in (
            ("application/entrypoints/attachments", 201, "HTTP: something was made"),
            ("application/entrypoints/details", 12, "so many digits of a hash are told"),
            ("registration/adapters/account_ids", 5, "a UUID of version 5"),
            ("registration/adapters/passwords", 2, "Argon2id's time cost, and so many at once"),
            ("registration/adapters/passwords", 19_456, "Argon2id's memory cost in KiB"),
            ("reporting/entrypoints/stream", "2.0", "seconds of the consumer's protocol"),
            ("reporting/entrypoints/stream", "6.0", "seconds of the consumer's protocol"),
            ("reporting/entrypoints/stream", 13, "a time as text, to its hour"),
            ("reporting/entrypoints/stream", 2, "connections to the database"),
            ("reporting/entrypoints/stream", 200, "HTTP: all is well"),
            ("reporting/entrypoints/stream", 503, "HTTP: not ready"),
            ("review/usecases/board", "0.01", "totals are shown to two decimals"),
            ("review/usecases/documents", 2, "the largest whole number that JSON carries"),
            ("review/usecases/documents", 53, "the largest whole number that JSON carries"),
        )
    },
    ("services/application/domain/submission.py", 1): "versions of an application are counted from one",
    ("shared/kernel/instants.py", 5): "so many days of a week are worked, but for the calendar's",
    ("shared/web/entrance.py", 500): "from this status on it is a failure of ours",
    ("shared/contracts/application/round.py", 2): "the second version of an event",
    ("shared/contracts/codec.py", 65_535): "bytes of an event",
    ("shared/contracts/topics.py", 12): "partitions of a topic",
    ("shared/contracts/rule_values.py", 1000): "percent, cut after one decimal",
}
"""By file and value, why it is no value of the round."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value of the round where it must not be."""

    place: str
    line: int
    value: str | int


def _all(node: Any) -> Iterator[Any]:
    if isinstance(node, dict | list):
        for one in node.values() if isinstance(node, dict) else node:
            yield from _all(one)
    else:
        yield node


def words() -> set[str]:
    """The round's own names: categories, criteria, grades, materials, ratios and amounts."""
    named = [*ROUND["categories"], *ROUND["rubric"], *ROUND["assessment"]["rubric"]]
    codes = {one.get("code") or one["id"] for one in named}
    names = {one["name_zh"] for one in (*named, *ROUND["materials"], *ROUND["assessment"]["grades"])}
    thresholds = {rule["threshold"] for rule in ROUND["rules"] if "threshold" in rule}
    return (codes - VOCABULARY) | names | {one for one in thresholds if len(one) > 1} | {ROUND["title_zh"]}


def days() -> set[str]:
    """Every calendar day that the round fixes."""
    return set(re.findall(r"\d{4}-\d{2}-\d{2}", json.dumps(ROUND)))


LONG = {one["name_zh"] for one in (*ROUND["categories"], *ROUND["materials"])}
WORDS, DAYS = words(), days()


def says(text: str) -> bool:
    """Whether a text is something of the round, or contains a day, a ratio or a whole name."""
    inside = any(word in text for word in WORDS if len(word) >= SHORT and ("/" in word or word in LONG))
    return text in WORDS or inside or any(day in text for day in DAYS)


def scan(place: str, source: str) -> list[Found]:
    """Everything of the round in a module, but for docstrings and positions in a sequence."""
    tree = ast.parse(source)
    skipped = {id(part) for node in ast.walk(tree) for part in _skipped(node)}
    literals = [one for one in ast.walk(tree) if isinstance(one, ast.Constant) and id(one) not in skipped]
    texts = [one for one in literals if isinstance(one.value, str) and says(one.value)]
    found = [Found(place, one.lineno, str(one.value)) for one in texts]
    decides = any(room in place for room in DECIDING)
    asked = _numbers(place, tree, literals) if decides else _compared(place, tree)
    return [*found, *asked, *_ones(place, tree, named=decides)]


def _compared(place: str, tree: ast.AST) -> Iterator[Found]:
    """Every number from a pair on with which something is compared, wherever that is."""
    sides = [side for one in ast.walk(tree) if isinstance(one, ast.Compare) for side in (one.left, *one.comparators)]
    for one in sides:
        if isinstance(one, ast.Constant) and (
            type(one.value) is float or (type(one.value) is int and one.value >= FEW)
        ):
            yield Found(place, one.lineno, one.value if type(one.value) is int else str(one.value))


def _ones(place: str, tree: ast.AST, *, named: bool) -> Iterator[Found]:
    """A single day or year that is added to something, and a one behind a constant's name where things are decided."""
    for one in ast.walk(tree):
        match one:
            case ast.Call(func=ast.Name(id=name), args=[_, ast.Constant(value=1) as span]) if name in SPANS:
                yield Found(place, span.lineno, 1)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=1) as value) if named:
                yield from [Found(place, value.lineno, 1)] if name.isupper() and value.value is not True else ()
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=1) as value) if named:
                yield from [Found(place, value.lineno, 1)] if name.isupper() and value.value is not True else ()


def _numbers(place: str, tree: ast.AST, literals: Sequence[ast.Constant]) -> Iterator[Found]:
    """Every number where things are decided: whole ones from a pair on, others always, and what is made of a text."""
    doors = {id(one) for node in ast.walk(tree) for one in _of_a_door(node)}
    made = {id(one) for node in ast.walk(tree) for one in _made_of(node)}
    for one in literals:
        if type(one.value) is float or (isinstance(one.value, str) and id(one) in made):
            yield Found(place, one.lineno, str(one.value))
        if type(one.value) is int and one.value >= FEW and id(one) not in doors:
            yield Found(place, one.lineno, one.value)


def _skipped(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if isinstance(node, ast.Subscript):
        yield from ast.walk(node.slice)


def _of_a_door(node: ast.AST) -> Iterator[ast.AST]:
    """What HTTP asks for: the status of what was made, the size of a page; and a text so many times."""
    match node:
        case ast.keyword(arg="status_code", value=value):
            yield value
        case ast.AnnAssign(annotation=ast.Name(id=name), value=ast.Constant() as value) if name in DOORS:
            yield value
        case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mult(), right=right):
            yield right
        case ast.arguments():
            yield from _page_sizes(node)
        case _:
            return


def _page_sizes(told: ast.arguments) -> Iterator[ast.AST]:
    last = told.args[len(told.args) - len(told.defaults) :]
    for one, default in (*zip(last, told.defaults, strict=True), *zip(told.kwonlyargs, told.kw_defaults, strict=True)):
        if default is not None and isinstance(one.annotation, ast.Name) and one.annotation.id in DOORS:
            yield default


def _made_of(node: ast.AST) -> Iterator[ast.AST]:
    """What an exact number is made of."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in EXACT:
        yield from (one for one in ast.walk(node) if not isinstance(one, ast.Constant) or _is_a_number(str(one.value)))


def _is_a_number(text: str) -> bool:
    return re.fullmatch(r"[\d./_e+-]*\d[\d./_e+-]*", text) is not None


def production() -> Iterator[tuple[str, str]]:
    """Every module, by its path."""
    for folder in PRODUCTION:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text()


def test_no_module_holds_what_the_round_says() -> None:
    found = [one for place, source in production() for one in scan(place, source)]
    assert [one for one in found if (one.place, one.value) not in ALLOWED] == []


def test_every_exception_is_needed() -> None:
    found = {(one.place, one.value) for place, source in production() for one in scan(place, source)}
    assert found & ALLOWED.keys() == ALLOWED.keys()


@pytest.mark.parametrize("ending", BESIDE_CODE)
def test_no_template_and_no_table_holds_it(ending: str) -> None:
    names = [one[name] for one in ROUND["categories"] for name in ("code", "name_zh")]
    printed = [one for one in names if "_" in one or not one.isascii()]
    for folder in PRODUCTION:
        for path in sorted((ROOT / folder).rglob(f"*.{ending}")):
            text = path.read_text()
            assert not [word for word in (*printed, *DAYS) if word in text], path


PLANTED = [
    'CATEGORY = "talent_training"',
    'NAMES = {"x": "人才和培训服务类"}',
    'said = f"属于{name}法律服务类"',
    "def r3(filing):\n    return filing.capital >= 100000",
    "def r8(filing):\n    return filing.area >= 80",
    'RATIO = Fraction("7/10")',
    'said = "at least 7/10 of them"',
    'DEADLINE = "2017-09-20T09:00:00.000Z"',
    'HOLIDAYS = frozenset({"2017-10-02"})',
    'RUBRIC = {"performance": 1}',
    "PERFORMANCE_MAXIMUM = 35",
    "return_days = 5",
    'grade = "不合格"',
    'amount = Decimal("100000")',
    "OFFERS_MAX = 2",
    "OFFERS_MAX: Final = 6",
    "def offer(state):\n    return state.offers >= 2",
    "def passed(votes, members):\n    return 2 * votes > members",
    "def late(days):\n    return days > 47",
    "def halves(rows):\n    n = 2\n    return len(rows) // n",
    "HALF = Fraction(1, 2)",
    'def passed(votes, members):\n    return votes > members * Decimal("0.5")',
    "def passed(votes, members):\n    return votes > members * 0.5",
    "def offer(state):\n    return state.offers == 2",
    'SCORES = int("5")',
    "due = plus_days(at, 30)",
    "def r2(filing):\n    return filing.as_of >= plus_years(filing.operating_since, 1)",
    "due = end_of_day_after(at, 1)",
    "OFFERS_MAX = 1",
    "OFFERS_MAX: Final = 1",
    "def enough(scores, least=3):\n    return len(scores) >= least",
]


@pytest.mark.parametrize("room", ["domain", "usecases", "entrypoints", "adapters"])
@pytest.mark.parametrize("source", PLANTED)
def test_a_planted_value_is_found(source: str, room: str) -> None:
    assert scan(f"services/review/{room}/planted.py", source)


@pytest.mark.parametrize(
    "source", ['"""C2.1.2: 7/10, from 2017-09-20 on."""', "rows[3:80]", "first = 1", "n > 0", "Fraction(a, b)"]
)
def test_what_explains_or_counts_places_is_none(source: str) -> None:
    assert not scan("services/review/domain/planted.py", source)


@pytest.mark.parametrize(
    "source",
    [
        '@routes.post("/x", status_code=201)\ndef make(): ...',
        "def many(after: After, limit: Limit = 100): ...",
        "def many(*, after: After, limit: Limit = 100): ...",
        "class Asked:\n    limit: Limit = 100",
        'NOBODYS = "0" * 64',
    ],
)
def test_what_a_door_asks_for_is_none(source: str) -> None:
    assert not scan("services/review/entrypoints/planted.py", source)


def test_numbers_are_looked_for_where_things_are_decided() -> None:
    assert not scan("services/review/settings.py", "LENGTH_MAX = 100")


@pytest.mark.parametrize(
    "room", ["audit", "audit/behind", "nianlun", "shared/kernel", "shared/documents", "shared/web"]
)
@pytest.mark.parametrize(
    "source",
    [
        "def r3(filing):\n    return filing.capital >= 100000 and filing.area >= 80",
        "def few(scores):\n    return 3 > len(scores)",
        "def enough(share):\n    return share >= 0.7",
        "def r2(filing):\n    return filing.as_of >= plus_years(filing.operating_since, 1)",
    ],
)
def test_nothing_is_compared_with_a_number_of_its_own_anywhere(room: str, source: str) -> None:
    assert scan(f"{room}/planted.py", source)
