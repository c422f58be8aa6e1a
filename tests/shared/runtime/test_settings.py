"""What the environment says is read, or what is wrong of it said in one line."""

import pytest

from shared.runtime.settings import ServiceSettings, read

GIVEN = {
    "NIANLUN_DATABASE_NAME": "review",
    "NIANLUN_DATABASE_USER": "review",
    "NIANLUN_KAFKA_BOOTSTRAP": "127.0.0.1:9092",
    "NIANLUN_KAFKA_USERNAME": "review",
    "NIANLUN_SECRETS_DIR": "/secrets",
    "NIANLUN_FILES_URL": "file:///files",
}


@pytest.fixture(autouse=True)
def given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)


def test_what_is_given_is_read() -> None:
    settings = read(ServiceSettings)
    assert (settings.database_name, settings.files.url) == ("review", "file:///files")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"NIANLUN_LOG_LEVEL": "loud", "NIANLUN_HTTP_PORT": "door"}, ["NIANLUN_HTTP_PORT: ", "NIANLUN_LOG_LEVEL: "]),
        ({"NIANLUN_DATABASE_NAME": ""}, ["NIANLUN_DATABASE_NAME: Field required"]),
        ({"NIANLUN_FILES_URL": ""}, ["NIANLUN_FILES_URL: Field required"]),
        ({"NIANLUN_FILES_BYTES_MAX": "many"}, ["NIANLUN_FILES_BYTES_MAX: "]),
    ],
)
def test_what_is_wrong_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], said: list[str]
) -> None:
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        read(ServiceSettings)
    line = str(ended.value)
    assert line.startswith("nianlun: NIANLUN_")
    assert line.count("\n") == 0
    assert [name for name in said if name not in line] == []
