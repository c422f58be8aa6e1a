"""Vaults in memory and in PostgreSQL: one suite; and the commitment, whose format is fixed."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from shared.testing.postgres import Database
from shared.vault.commitment import commitment
from shared.vault.vault import MemoryVault, PostgresVault, Vault

NAME = "王小明"


@pytest_asyncio.fixture
async def postgres(database: Database) -> AsyncIterator[PostgresVault]:
    """A vault in an empty database."""
    async with asyncpg.create_pool(database.runtime, min_size=1, max_size=4) as pool:
        yield PostgresVault(pool)


@pytest.fixture(params=["memory", "postgres"])
def vault(request: pytest.FixtureRequest) -> Vault:
    """Each vault in turn."""
    if request.param == "memory":
        return MemoryVault()
    found: PostgresVault = request.getfixturevalue("postgres")
    return found


@given(st.text(), st.binary(min_size=16, max_size=16))
def test_a_commitment_is_the_hash_of_salt_and_value(value: str, salt: bytes) -> None:
    try:
        encoded = value.encode()
    except UnicodeEncodeError:
        return
    assert commitment(value, salt) == hashlib.sha256(salt + encoded).hexdigest()


def test_a_commitment_made_in_2017_never_changes() -> None:
    expected = hashlib.sha256(bytes(range(16)) + b"\xe7\x8e\x8b").hexdigest()
    assert commitment("王", bytes(range(16))) == expected


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_salt_has_sixteen_bytes(length: int) -> None:
    with pytest.raises(ValueError, match=f"the salt has {length} bytes"):
        commitment(NAME, bytes(length))


async def test_what_is_kept_can_be_revealed(vault: Vault) -> None:
    made = await vault.keep("organization-1", "contact", NAME)

    assert re.fullmatch("[0-9a-f]{64}", made)
    assert await vault.reveal(made) == NAME
    assert await vault.reveal("0" * 64) is None


async def test_two_subjects_with_one_value_cannot_be_linked(vault: Vault) -> None:
    commitments = {
        await vault.keep("organization-1", "contact", NAME),
        await vault.keep("organization-2", "contact", NAME),
        await vault.keep("organization-1", "legal_representative", NAME),
    }

    assert len(commitments) == 3


async def test_a_repeated_value_has_the_commitment_it_had(vault: Vault) -> None:
    made = await vault.keep("organization-1", "contact", NAME)

    assert await vault.keep("organization-1", "contact", NAME) == made
    assert await vault.keep("organization-1", "contact", "李四") != made


async def test_also_when_it_is_repeated_at_the_same_time(vault: Vault) -> None:
    made = await asyncio.gather(*(vault.keep("organization-1", "contact", NAME) for _ in range(8)))

    assert len(set(made)) == 1


async def test_the_runtime_role_cannot_change_what_is_kept(postgres: PostgresVault, database: Database) -> None:
    await postgres.keep("organization-1", "contact", NAME)
    connection = await asyncpg.connect(database.runtime)
    for change in ("UPDATE vault.secrets SET subject = 'x'", "DELETE FROM vault.secrets", "TRUNCATE vault.secrets"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(change)
    await connection.close()
