"""Bodies of the official letters that change a planned round (C5.2)."""

from typing import Annotated, Literal

from pydantic import Field

from services.application.entrypoints.round_body import RoundBody
from shared.web.models import Body, InstantText, Sha256Text, ShortText, Token


class ExtensionBody(Body):
    """An official letter that gives more time, or corrects what another one gave the same (C5.2)."""

    scope: Literal["round", "district", "application"]
    target: Annotated[Token | None, Field(description="District code or application id; absent for the round")] = None
    new: Annotated[InstantText, Field(description="First instant that is too late")]
    reason: ShortText
    authority_document: ShortText


class AmendmentBody(Body):
    """All of the round's parameters as they are from an instant on."""

    parameters: RoundBody
    effective_from: InstantText
    reason: ShortText
    authority_document: ShortText


class ProposalBody(Body):
    """The proposed amendment that was read."""

    new_hash: Annotated[Sha256Text, Field(description="`proposed_amendment.new_hash` of `GET /rounds/{round_id}`")]


class DeclineBody(ProposalBody):
    """A proposed amendment that is not approved, and why."""

    reason: ShortText
