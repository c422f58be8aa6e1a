"""Every problem that a service may answer with is called something in Chinese, and nothing else is in the catalogue."""

import gc
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import services
import shared
from shared.kernel.refusal import Refusal
from shared.web.problem import kebab
from shared.web.text import TextRefused
from shared.web.titles import TITLES_ZH

ROOT = Path(__file__).parents[3]
KIND = re.compile(r'kind="([a-z-]+)"')
OF_HTTP = {"not-found", "method-not-allowed", "content-too-large", "unsupported-media-type", "forbidden"}
ABSTRACT = {"text-refused"}
PROCESSES = (".main", ".stream", "shared.testing")
"""What starts something when it is imported."""


def _beneath(family: type[object]) -> Iterator[str]:
    kind: type[object]
    for kind in family.__subclasses__():
        if kind.__module__.startswith(("services.", "shared.")):
            yield kebab(kind.__name__)
        yield from _beneath(kind)


def _named() -> set[str]:
    """Every kind of problem: those of refusals in any house, and those that the web answers with by itself."""
    for package in (services, shared):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.startswith(PROCESSES) and not module.name.endswith(PROCESSES):
                importlib.import_module(module.name)
    kinds = set(KIND.findall((ROOT / "shared/web/problem.py").read_text("utf-8")))
    return ({*_beneath(Refusal), *_beneath(TextRefused)} | kinds | OF_HTTP) - ABSTRACT


def test_every_problem_has_a_chinese_title() -> None:
    assert _named() - TITLES_ZH.keys() == set()


def test_the_catalogue_names_nothing_that_is_gone() -> None:
    assert TITLES_ZH.keys() - _named() == set()


def test_titles_are_chinese_and_sorted() -> None:
    assert not [title for title in TITLES_ZH.values() if not re.search(r"[\u4e00-\u9fff]", title)]
    kept = json.loads((ROOT / "shared/web/titles_zh.json").read_text("utf-8"))
    assert list(kept) == sorted(kept)


def test_a_refusal_without_a_title_is_named() -> None:
    class NeverHeardOf(Refusal):
        __module__ = "services.planted"

    assert _named() - TITLES_ZH.keys() == {"never-heard-of"}
    del NeverHeardOf
    gc.collect()
