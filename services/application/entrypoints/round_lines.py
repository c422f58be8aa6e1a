"""A round as it is shown: until when everybody may file now, and until when it was at first (C5.2)."""

from typing import Any

from services.application.domain.terms import WHOLE_ROUND
from services.application.usecases.project import EXTENDED
from shared.eventstore.documents import Document


def deadlines(doc: Document) -> dict[str, Any]:
    """The round's own deadline: as the last letter for all of it has it, and as it was planned."""
    first, letters = doc["submission_deadline"], _letters(doc)
    of_all = [one["new"] for one in letters if one["scope"] == WHOLE_ROUND]
    return {"submission_deadline": max(first, *of_all[-1:]) if of_all else first, "first_deadline": first}


def in_short(doc: Document) -> dict[str, Any]:
    """What a list of rounds says of one."""
    plan: Any = doc["plan"]
    calendar = plan["parameters"]["calendar"]
    its = {"round": doc["round"], "title_zh": plan["parameters"]["title_zh"], "state": doc["state"]}
    return {**its, "opens_at": calendar["opens_at"]["value"], **deadlines(doc), EXTENDED: _letters(doc)}


def _letters(doc: Document) -> list[Any]:
    letters: Any = doc[EXTENDED]
    return list(letters)
