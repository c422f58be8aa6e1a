"""The files with the vaults' master keys: made once, readable by their owner alone, rotated without loss."""

from pathlib import Path

import pytest

from deploy.local import vault_keys
from deploy.local.home import Home, StackError
from deploy.local.lease import renewing
from nianlun.cli import main
from shared.vault.master import master_keys


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def text(home: Home, service: str = "review") -> str:
    return (home.secrets_of(service) / vault_keys.VAULT_MASTER_KEY).read_text()


def ids(home: Home) -> list[str]:
    return [key.id for key in master_keys(text(home))]


def test_a_file_is_made_once_for_its_owner_alone(home: Home) -> None:
    vault_keys.make(home, "review")
    before = text(home)
    vault_keys.make(home, "review")
    assert text(home) == before
    assert len(ids(home)) == 1
    assert (home.secrets_of("review") / vault_keys.VAULT_MASTER_KEY).stat().st_mode & 0o777 == 0o600


def test_no_two_services_have_one_key(home: Home) -> None:
    for service in ("review", "registration"):
        vault_keys.make(home, service)
    assert text(home, "review") != text(home, "registration")


def test_a_rotation_puts_a_key_first_and_only_idle_older_ones_go(home: Home) -> None:
    vault_keys.make(home, "review")
    (first,) = ids(home)
    for _ in range(3):
        vault_keys.rotate(home, "review")
    fourth, third, second, _ = ids(home)
    assert vault_keys.retire(home, "review", {first}) == [second]
    assert ids(home) == [fourth, third, first]
    assert vault_keys.retire(home, "review", {fourth}) == [first]
    assert ids(home) == [fourth, third]
    assert vault_keys.retire(home, "review", ()) == []


@pytest.mark.parametrize(
    "command",
    [
        ["vault", "rotate"],
        ["secrets", "rotate", "database"],
        ["secrets", "rotate", "kafka"],
        ["secrets", "rotate", "operators"],
        ["secrets", "rotate", "tokens"],
    ],
    ids=" ".join,
)
def test_two_do_not_renew_at_once(home: Home, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    vault_keys.make(home, "review")
    before = text(home)
    with renewing(home), pytest.raises(SystemExit) as ended:
        main([*command, "--home", str(home.root)])
    assert ended.value.code == 1
    assert "somebody renews secrets" in capsys.readouterr().err
    assert text(home) == before


@pytest.mark.parametrize("spoilt", ["", "not a key\n", "AAAA\n"])
def test_a_spoilt_file_is_left_alone(home: Home, spoilt: str) -> None:
    vault_keys.make(home, "review")
    (home.secrets_of("review") / vault_keys.VAULT_MASTER_KEY).write_text(spoilt)
    with pytest.raises(StackError, match="cannot be used"):
        vault_keys.rotate(home, "review")
    assert text(home) == spoilt


def test_a_stack_that_is_down_wraps_when_it_starts(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    for service in ("review", "registration"):
        vault_keys.make(home, service)
    with pytest.raises(SystemExit) as ended:
        main(["vault", "rotate", "--home", str(home.root), "--service", "review"])
    assert ended.value.code == 0
    assert "1 new master keys" in capsys.readouterr().out
    assert (len(ids(home)), len(master_keys(text(home, "registration")))) == (2, 1)


def test_what_wraps_nothing_is_forgotten_only_where_the_vault_can_be_asked(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    vault_keys.make(home, "review")
    before = text(home)
    with pytest.raises(SystemExit) as ended:
        main(["vault", "rotate", "--forget-retired", "--home", str(home.root), "--service", "review"])
    assert ended.value.code == 1
    assert "is not up" in capsys.readouterr().err
    assert text(home) == before


def test_without_a_stack_there_is_nothing_to_rotate(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["vault", "rotate", "--home", str(home.root)])
    assert ended.value.code == 1
    assert "`nianlun up` makes it" in capsys.readouterr().err
