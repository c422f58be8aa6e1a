"""Being let in by the broker, also while a password is being replaced, or was left half replaced."""

from collections.abc import Callable, Iterable

from aiokafka.client import AIOKafkaClient
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError, KafkaError, SaslAuthenticationFailed


class PasswordRefused(KafkaError):  # type: ignore[misc]  # aiokafka carries no types
    """The broker answers, and takes none of the passwords that there are."""


def let_in(client: AIOKafkaClient, passwords: Callable[[], Iterable[str]]) -> None:
    """Have a client begin with the first password that the broker takes, or raise `PasswordRefused`.

    They are asked for whenever it begins; without an answer it ends as it would with one alone.
    """
    bootstrap = client.bootstrap

    async def with_what_it_takes() -> None:
        failures: list[KafkaConnectionError] = []
        for password in passwords():
            client._sasl_plain_password = password  # noqa: SLF001 - no public way to another one
            try:
                await bootstrap()
            except KafkaConnectionError as error:
                failures.append(error)
            else:
                return
        if await _refused(client):
            who = client._sasl_plain_username  # noqa: SLF001 - the same
            raise PasswordRefused(f"the broker refused the password of {who}") from failures[-1]
        raise failures[-1]

    client.bootstrap = with_what_it_takes


async def _refused(client: AIOKafkaClient) -> bool:
    """Whether it was the last password: the client tells nobody why it did not begin."""
    for host, port, _ in client.hosts:
        try:
            connection = await create_conn(
                host,
                port,
                request_timeout_ms=client._request_timeout_ms,  # noqa: SLF001 - as the client itself would
                ssl_context=client._ssl_context,  # noqa: SLF001 - the same
                security_protocol=client._security_protocol,  # noqa: SLF001 - the same
                sasl_mechanism=client._sasl_mechanism,  # noqa: SLF001 - the same
                sasl_plain_username=client._sasl_plain_username,  # noqa: SLF001 - the same
                sasl_plain_password=client._sasl_plain_password,  # noqa: SLF001 - the same
            )
        except SaslAuthenticationFailed:
            return True
        except (KafkaError, OSError, TimeoutError):
            continue
        connection.close()
    return False
