"""Vaults in memory and in PostgreSQL: one suite; and the commitment, whose format is fixed."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from shared.testing.postgres import Database
from shared.vault.commitment import commitment
from shared.vault.master import MasterKeys, MasterKeyUnusable, master_keys, new_line
from shared.vault.postgres import PostgresVault
from shared.vault.sealing import Damaged, fresh_key, seal, unseal
from shared.vault.vault import ERASED, Confided, MemoryVault, Vault, prepare, shown

NAME = "王小明"


@dataclass(slots=True)
class SecretFile:
    """The file of master keys, as an operator changes it under a running service."""

    lines: list[str] = field(default_factory=lambda: [new_line()])

    def read(self) -> str:
        """Its text."""
        return "\n".join(self.lines)

    def rotate(self) -> None:
        """A new key comes first."""
        self.lines.insert(0, new_line())


@pytest.fixture
def file() -> SecretFile:
    """A file with one key."""
    return SecretFile()


@pytest_asyncio.fixture
async def postgres(database: Database, file: SecretFile) -> AsyncIterator[PostgresVault]:
    """A vault in an empty database."""
    async with asyncpg.create_pool(database.runtime, min_size=1, max_size=4) as pool:
        yield PostgresVault(pool, MasterKeys(file.read))


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


async def test_what_is_confided_is_kept_on_demand_and_once(vault: Vault) -> None:
    confided = Confided(vault, "organization-1")
    made = await confided.commit("contact", NAME)
    assert (await vault.reveal(made), await vault.held("organization-1")) == (None, 0)
    for _ in range(2):
        await confided.keep()
    assert (await vault.reveal(made), await vault.held("organization-1")) == (NAME, 1)
    assert await Confided(vault, "organization-1").commit("contact", NAME) == made


async def test_what_was_known_and_erased_before_it_is_kept_stays_erased(vault: Vault) -> None:
    made = await vault.keep("organization-1", "contact", NAME)
    confided = Confided(vault, "organization-1")
    assert await confided.commit("contact", NAME) == made
    await vault.erase("erasure-1", "organization-1")
    await confided.keep()
    assert (await vault.reveal(made), await vault.held("organization-1")) == (None, 0)


def test_a_prepared_value_does_not_show_itself() -> None:
    assert NAME not in repr(prepare("organization-1", "contact", NAME))


async def test_what_is_erased_is_not_revealed_any_more(vault: Vault) -> None:
    gone = [await vault.keep("organization-1", kind, NAME) for kind in ("contact", "legal_representative")]
    stays = await vault.keep("organization-2", "contact", NAME)

    assert await vault.held("organization-1") == 2
    assert await vault.erase("erasure-1", "organization-1") == 2
    assert [await vault.reveal(made) for made in gone] == [None, None]
    assert [await shown(vault, made) for made in (*gone, stays)] == [ERASED, ERASED, NAME]
    assert (await vault.held("organization-1"), await vault.held("organization-2")) == (0, 1)


async def test_an_erasure_is_carried_out_once(vault: Vault) -> None:
    gone = await vault.keep("organization-1", "contact", NAME)
    assert await vault.erase("erasure-1", "organization-1") == 1
    anew = await vault.keep("organization-1", "contact", NAME)

    assert anew != gone
    assert await vault.erase("erasure-1", "organization-1") == 1
    assert (await vault.reveal(gone), await vault.reveal(anew)) == (None, NAME)
    assert await vault.erase("erasure-2", "organization-1") == 1
    assert await vault.reveal(anew) is None


async def test_there_may_be_nothing_to_erase(vault: Vault) -> None:
    assert await vault.erase("erasure-1", "nobody") == 0


async def rows(database: Database, statement: str) -> list[asyncpg.Record]:
    """What the owner of the schema sees."""
    connection = await asyncpg.connect(database.owner)
    try:
        return list(await connection.fetch(statement))
    finally:
        await connection.close()


async def test_neither_value_nor_salt_nor_key_lies_there_in_plain(
    postgres: PostgresVault, database: Database, file: SecretFile
) -> None:
    made = await postgres.keep("organization-1", "contact", NAME)
    (row,) = await rows(database, "SELECT * FROM vault.secrets")
    (key,) = await rows(database, "SELECT * FROM vault.keys")

    assert (row["salt"], row["value"]) == (None, None)
    assert NAME.encode() not in row["sealed"]
    opened = unseal(MasterKeys(file.read).newest().key, key["wrapped"], "organization-1")
    plain = unseal(opened, row["sealed"], f"{made}/organization-1/contact")
    assert commitment(plain[16:].decode(), plain[:16]) == made


async def kept_in_plain(database: Database, subject: str, value: str) -> str:
    """A row as it was kept before values were sealed."""
    salt = bytes(range(16))
    made = commitment(value, salt)
    connection = await asyncpg.connect(database.runtime)
    insert = "INSERT INTO vault.secrets (commitment, subject, kind, salt, value) VALUES ($1, $2, $3, $4, $5)"
    await connection.execute(insert, made, subject, "contact", salt, value.encode())
    await connection.close()
    return made


async def test_what_was_kept_in_plain_stays_readable_and_is_sealed(postgres: PostgresVault, database: Database) -> None:
    made = [await kept_in_plain(database, f"organization-{n}", f"{NAME}{n}") for n in range(3)]
    assert await postgres.reveal(made[0]) == f"{NAME}0"
    assert await postgres.keep("organization-0", "contact", f"{NAME}0") == made[0]

    await postgres.keep_sealed()
    assert await postgres.seal_what_is_plain() == 0
    assert [await postgres.reveal(one) for one in made] == [f"{NAME}{n}" for n in range(3)]
    assert await postgres.keep("organization-0", "contact", f"{NAME}0") == made[0]
    assert await rows(database, "SELECT 1 FROM vault.secrets WHERE value IS NOT NULL OR salt IS NOT NULL") == []


async def test_what_was_kept_in_plain_can_be_erased(postgres: PostgresVault, database: Database) -> None:
    made = await kept_in_plain(database, "organization-1", NAME)
    assert await postgres.erase("erasure-1", "organization-1") == 1
    assert await postgres.reveal(made) is None


async def test_two_processes_may_seal_at_once(postgres: PostgresVault, database: Database) -> None:
    made = [await kept_in_plain(database, f"organization-{n}", f"{NAME}{n}") for n in range(5)]
    sealed = await asyncio.gather(postgres.seal_what_is_plain(), postgres.seal_what_is_plain())
    assert sum(sealed) == len(made)
    assert [await postgres.reveal(one) for one in made] == [f"{NAME}{n}" for n in range(5)]


async def test_a_rotation_wraps_every_key_anew(postgres: PostgresVault, file: SecretFile) -> None:
    made = [await postgres.keep(f"organization-{n}", "contact", NAME) for n in range(3)]
    before = await postgres.masters_in_use()
    file.rotate()
    assert await postgres.rewrap() == 3
    assert await postgres.rewrap() == 0

    assert await postgres.masters_in_use() == [MasterKeys(file.read).newest().id] != before
    del file.lines[1:]
    assert [await postgres.reveal(one) for one in made] == [NAME] * 3


async def test_after_a_rotation_new_keys_are_wrapped_with_the_new_one_at_once(
    postgres: PostgresVault, file: SecretFile
) -> None:
    old = await postgres.keep("organization-1", "contact", NAME)
    file.rotate()
    await postgres.keep("organization-2", "contact", NAME)
    assert len(await postgres.masters_in_use()) == 2
    assert await postgres.reveal(old) == NAME


async def test_without_its_master_key_nothing_is_revealed(postgres: PostgresVault, file: SecretFile) -> None:
    made = await postgres.keep("organization-1", "contact", NAME)
    file.lines = [new_line()]
    with pytest.raises(MasterKeyUnusable, match="is not in the file"):
        await postgres.reveal(made)


async def test_a_value_moved_to_another_subject_does_not_open(postgres: PostgresVault, database: Database) -> None:
    made = await postgres.keep("organization-1", "contact", NAME)
    await postgres.keep("organization-2", "contact", NAME)
    await rows(database, "UPDATE vault.secrets SET subject = 'organization-2' WHERE subject = 'organization-1'")
    with pytest.raises(Damaged):
        await postgres.reveal(made)


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "is empty"), ("\n \n", "is empty"), ("not base64!", "not base64"), ("AAAA", "holds 3 bytes, not 32")],
)
def test_an_unusable_file_of_master_keys_says_so_and_nothing_of_itself(text: str, told: str) -> None:
    with pytest.raises(MasterKeyUnusable, match=told) as caught:
        master_keys(text)
    assert not text.strip() or text not in str(caught.value)


def test_a_master_key_does_not_show_itself() -> None:
    line = new_line()
    (key,) = master_keys(line)
    assert line not in repr(key)
    assert repr(key.key) not in repr(key)


@given(st.binary(max_size=100), st.text(max_size=20), st.integers(0, 60), st.integers(1, 255))
def test_what_is_sealed_opens_unchanged_or_not_at_all(plain: bytes, about: str, place: int, change: int) -> None:
    about, key = about.encode(errors="replace").decode(), fresh_key()
    sealed = seal(key, plain, about)
    assert unseal(key, sealed, about) == plain
    place %= len(sealed)
    changed = sealed[:place] + bytes([sealed[place] ^ change]) + sealed[place + 1 :]
    for wrong in ((key, changed, about), (fresh_key(), sealed, about), (key, sealed, f"{about}x"), (key, b"", about)):
        with pytest.raises(Damaged):
            unseal(*wrong)


async def test_the_runtime_role_cannot_change_what_is_kept(postgres: PostgresVault, database: Database) -> None:
    await postgres.keep("organization-1", "contact", NAME)
    connection = await asyncpg.connect(database.runtime)
    for table in ("secrets", "keys", "erasures"):
        for change in (
            f"UPDATE vault.{table} SET subject = 'x'",
            f"DELETE FROM vault.{table}",
            f"TRUNCATE vault.{table}",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(change)
    await connection.close()
