"""Registration over HTTP."""

from fastapi import APIRouter

from services.registration.entrypoints import accounts, files, organizations, verifier
from services.registration.entrypoints.parts import Parts
from shared.web import deposits


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of registration."""
    return [
        accounts.accounts_router(parts),
        accounts.keys_router(parts),
        organizations.router(parts),
        verifier.router(parts),
        deposits.router(files.counter(parts)),
    ]
