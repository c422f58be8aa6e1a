"""A round in which nobody asks for anything that a round may leave out, as the first version of its events said it."""

import json
from dataclasses import MISSING, fields, replace
from typing import Final

import msgspec

from shared.contracts import earlier
from shared.contracts.earlier.complete import completed
from shared.contracts.earlier.parameters import Panels
from shared.contracts.earlier.parameters import RoundParameters as Earlier
from shared.contracts.round import RoundParameters
from tests.docs.pages import ROOT


def _needed(kind: type) -> set[str]:
    return {one.name for one in fields(kind) if one.default is MISSING}


def _least() -> Earlier:
    """The 2017 round as short as it could be said."""
    said = json.loads((ROOT / "rounds" / "2017.json").read_text())
    least = {name: said[name] for name in _needed(Earlier)}
    least["panels"] = {name: said["panels"][name] for name in _needed(Panels)}
    least["quotas"] = [{name: one[name] for name in _needed(earlier.parameters.Quota)} for one in said["quotas"]]
    return msgspec.convert(least, Earlier)


UNASKED: Final = completed(_least())


def without(parameters: RoundParameters, *sections: str) -> RoundParameters:
    """The round, with these sections as an earlier one left them out."""
    return replace(parameters, **{name: getattr(UNASKED, name) for name in sections})
