"""The pages that people read, and what they show: commands, links, paths, examples."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
GENERATED = (ROOT / "docs" / "events.md", ROOT / "docs" / "bodies.md")
"""Written from the contracts and the doors; `tests/contracts` and `tests/docs/test_bodies.py` hold them."""
PAGES = [
    README,
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if page not in GENERATED),
    *sorted(ROOT.glob("services/*/README.md")),
]
MADE_LATER = (".nianlun", ".venv")
"""Folders that a command makes."""
PROGRAMS = ("nianlun", "make", "python")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_PATH = re.compile(r"\.?[\w-]+(/[\w.*-]*)+|[\w.-]+\.(py|md|json|toml|sql|sh|lock)")


def name(page: Path) -> str:
    """Its path from the root."""
    return str(page.relative_to(ROOT))


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [body for named, body in _FENCE.findall(text) if named == language]


def commands(text: str) -> set[str]:
    """Every command that is shown: in a line of a shell's block, after a prompt, or in a code span."""
    shown = [line.partition("  #")[0] for block in blocks(text, "sh") for line in block.splitlines()]
    shown += [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]
    shown += _SPAN.findall(_FENCE.sub("", text))
    return {" ".join(one.split()) for one in shown if one.split()[:1] and one.split()[0] in PROGRAMS and " " in one}


def dead_links(page: Path, text: str) -> list[str]:
    """Links that lead nowhere: to a file that is not there, or to a heading that the file does not have."""
    return [link for link in _LINK.findall(text) if not link.startswith("#") and not _leads(page, link)]


def missing_paths(page: Path, text: str) -> list[str]:
    """Paths, from the root or from the page's folder, that a code span names and that do not exist; `*` is any."""
    named = (span.rstrip("/") for span in _SPAN.findall(_FENCE.sub("", text)) if _PATH.fullmatch(span))
    return [path for path in named if _ours(path) and not _found(page, path)]


def missing_tests(text: str) -> list[str]:
    """Names of tests that a code span gives and that no file of the tests defines."""
    defined = set().union(*map(defined_in, (ROOT / "tests").rglob("test_*.py")))
    return [span for span in _SPAN.findall(text) if re.fullmatch(r"test_\w+", span) and span not in defined]


def defined_in(path: Path) -> set[str]:
    """The names of a file's tests."""
    return set(re.findall(r"^(?:async )?def (test_\w+)\(", path.read_text(), re.MULTILINE))


def _leads(page: Path, link: str) -> bool:
    target, _, anchor = link.partition("#")
    place = page.parent / target
    return place.exists() and (not anchor or anchor in set(_anchors(place)))


def _anchors(page: Path) -> Iterator[str]:
    for heading in _HEADING.findall(page.read_text()):
        yield re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _found(page: Path, path: str) -> bool:
    return any(ROOT.glob(path)) or any(page.parent.glob(path))


def _ours(path: str) -> bool:
    """Whether it is a path of this repository: `main.py` alone is one in every house, `.nianlun/` is a stack's."""
    return "/" in path and not path.startswith(MADE_LATER)
