"""`nianlun integrator`: readers from outside."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

from deploy.local.home import Home
from deploy.local.integrators import Integrator, add, remove
from nianlun.options import DEFAULT_HOME, HomeOption, JsonOption

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Readers from outside, each with rights on the topics it was given.",
)

NameArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME", show_default=False, help="2 to 32 lower-case letters, digits and _, a letter first."
    ),
]

CONFIGURATION = """\
# Python (aiokafka)
AIOKafkaConsumer(
    {python_topics},
    bootstrap_servers="{bootstrap}",
    security_protocol="SASL_PLAINTEXT",
    sasl_mechanism="SCRAM-SHA-512",
    sasl_plain_username="{name}",
    sasl_plain_password="{password}",
    group_id="{group}",
    auto_offset_reset="earliest",
)

# kcat on librdkafka 2.6.1 or later (kcat -V says it); an earlier one is refused with "invalid credentials"
kcat -b {bootstrap} -X security.protocol=SASL_PLAINTEXT -X sasl.mechanism=SCRAM-SHA-512 \\
  -X sasl.username={name} -X sasl.password={password} -X auto.offset.reset=earliest -G {group} {kcat_topics}

# Java (consumer.properties)
bootstrap.servers={bootstrap}
security.protocol=SASL_PLAINTEXT
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
  username="{name}" password="{password}";
group.id={group}
auto.offset.reset=earliest
"""


@app.command("add")
def add_command(
    name: NameArgument,
    topics: Annotated[list[str], typer.Option(metavar="TOPIC…", help="Topics, separated by spaces or commas.")],
    more: Annotated[list[str] | None, typer.Argument(hidden=True, metavar="[TOPIC]...")] = None,
    *,
    confidential: Annotated[bool, typer.Option("--confidential", help="Grant confidential topics too.")] = False,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Create NAME with the right to read TOPICS, and print a ready configuration."""
    wanted = [topic for text in [*topics, *(more or [])] for topic in text.replace(",", " ").split()]
    integrator = asyncio.run(add(Home(home), name, wanted, confidential=confidential))
    if as_json:
        typer.echo(json.dumps({**asdict(integrator), "group": integrator.group}, indent=2))
        return
    if integrator.replaced:
        typer.echo(f"{name} was known: its rights are replaced, its password stays", err=True)
    typer.echo(_configuration(integrator), nl=False)


@app.command("remove")
def remove_command(name: NameArgument, home: HomeOption = DEFAULT_HOME) -> None:
    """Take NAME's user and rights away."""
    asyncio.run(remove(Home(home), name))
    typer.echo(f"{name} is removed")


def _configuration(integrator: Integrator) -> str:
    return CONFIGURATION.format(
        name=integrator.name,
        bootstrap=integrator.bootstrap,
        password=integrator.password,
        group=integrator.group,
        python_topics=", ".join(f'"{topic}"' for topic in integrator.topics),
        kcat_topics=" ".join(integrator.topics),
    )
