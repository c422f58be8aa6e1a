"""Registration over HTTP."""

from fastapi import APIRouter

from services.registration.entrypoints import accounts, files, organizations, signing_keys, verifications
from services.registration.entrypoints.parts import Parts
from shared.web import deposits


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of registration."""
    return [
        accounts.router(parts),
        signing_keys.router(parts),
        organizations.router(parts),
        verifications.router(parts),
        deposits.router(files.counter(parts)),
    ]
