"""A real Apache Kafka broker in KRaft mode on the wheel's Java: SCRAM, ACLs, nothing created by accident."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.local.administrator import ADMIN, KAFKA_PASSWORD, administrator_of
from deploy.local.home import Home, StackError, write
from deploy.local.java import forget_damaged, java

READY_SECONDS_MAX, ANSWER_SECONDS_MAX, PAUSE_SECONDS = 60.0, 5.0, 0.1
ENVIRONMENT = {"LC_ALL": "C.UTF-8"}
"""Java takes the encoding of file names from it."""
ASCII = range(0x80)
CLUSTER_ID = "bmlhbmx1bi1sb2NhbC0wMQ"
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=CLIENT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENT
listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
sasl.mechanism.controller.protocol=PLAIN
listener.name.client.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.client.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule \
required username="admin" password="{admin}";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule \
required username="admin" password="{admin}" user_admin="{admin}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:admin
log.dirs={data}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=1000
num.partitions=12
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
offsets.retention.minutes=2147483647
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
log.segment.bytes=67108864
log.index.size.max.bytes=262144
log.cleaner.dedupe.buffer.size=4194304
message.max.bytes=262144
num.network.threads=2
num.io.threads=4
background.threads=2
"""
LOGGING = """\
handlers=java.util.logging.ConsoleHandler
.level=WARNING
java.util.logging.ConsoleHandler.level=INFO
java.util.logging.ConsoleHandler.formatter=java.util.logging.SimpleFormatter
java.util.logging.SimpleFormatter.format=%4$s %3$s %5$s%6$s%n
kafka.server.KafkaRaftServer.level=INFO
"""
LINE = re.compile(r"(?P<severity>SEVERE|WARNING|INFO|CONFIG|FINE[RST]*) (?P<logger>\S+) (?P<event>.*)")
REGISTERS_BEFORE_IT_LEADS = "Unexpected error handling request RequestHeader(apiKey=CONTROLLER_REGISTRATION,"
EXPECTED = ("Performing controller activation", REGISTERS_BEFORE_IT_LEADS)
"""Warnings of every first start, and an error of a quick one, which tries again by itself."""
SLOW = ("controller event queue overloaded", "received error REQUEST_TIMED_OUT")
"""What a broker says that had to wait for a busy machine."""
NOTHING_TO_DO = "the machine is busy; the broker goes on by itself and nothing is to be done"
LEVELS = {"SEVERE": "error", "WARNING": "warning"}


@dataclass(frozen=True, slots=True)
class Broker:
    """One single-node broker of one home."""

    home: Home
    port: int
    controller_port: int

    @property
    def bootstrap(self) -> str:
        """Where clients connect."""
        return f"127.0.0.1:{self.port}"

    def client(self, principal: str, password: str) -> dict[str, str]:
        """Connection arguments of aiokafka's clients."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": principal,
            "sasl_plain_password": password,
        }

    def initialise(self) -> None:
        """Write the configuration and format the log folder once; a damaged cache of Java's is not used."""
        forget_damaged()
        self._root.mkdir(parents=True, exist_ok=True)
        write(self._root / "logging.properties", LOGGING)
        data = self._root / "data"
        if not data.exists():
            self._format(draft := self._root / "data.draft")
            draft.rename(data)
        self._configure(data)

    def _configure(self, data: Path) -> None:
        admin = self.home.secret(ADMIN, KAFKA_PASSWORD)
        properties = PROPERTIES.format(
            port=self.port, controller=self.controller_port, admin=admin, data=_escaped(str(data))
        )
        write(self._root / "server.properties", properties, 0o600)

    def _format(self, draft: Path) -> None:
        shutil.rmtree(draft, ignore_errors=True)
        password = self.home.made_secret(ADMIN, KAFKA_PASSWORD)
        self._configure(draft)
        scram = f"SCRAM-SHA-512=[name=admin,password={password}]"
        tool = [*self._java(), "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID]
        options = ["-c", str(self._root / "server.properties"), "--add-scram", scram]
        arguments = self._root / "format.arguments"
        write(arguments, "\n".join(f'"{word}"' for word in [*tool[1:], *options]), 0o600)
        done = subprocess.run(
            [tool[0], f"@{arguments}"],
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            text=True,
            check=False,
            timeout=READY_SECONDS_MAX,
        )
        arguments.unlink()
        if done.returncode:
            raise StackError(f"the broker's log cannot be formatted: {(done.stderr or done.stdout).strip()[-300:]}")

    def command(self) -> list[str]:
        """The broker's command line; it stays in the foreground."""
        return [*self._java(), "kafka.Kafka", str(self._root / "server.properties")]

    def admin(self) -> AdminClient:
        """An administrator's client."""
        return administrator_of(self.home, self.bootstrap)

    async def ready(self) -> None:
        """Wait for the broker to answer its administrator."""
        deadline = asyncio.get_running_loop().time() + READY_SECONDS_MAX
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                await asyncio.to_thread(lambda: self.admin().list_topics(timeout=ANSWER_SECONDS_MAX))
            except (OSError, KafkaException) as error:
                if asyncio.get_running_loop().time() > deadline:
                    raise StackError(f"the broker does not answer on {self.bootstrap}: {error}") from error
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return

    @property
    def _root(self) -> Path:
        return self.home.root / "kafka"

    def _java(self) -> list[str]:
        return java(f"-Djava.util.logging.config.file={self._root / 'logging.properties'}")


def _escaped(text: str) -> str:
    """As a Java properties file writes it, which is read as Latin-1."""
    units = text.replace("\\", "\\\\").encode("utf-16-be")
    pairs = (int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2))
    return "".join(chr(unit) if unit in ASCII else f"\\u{unit:04x}" for unit in pairs)


def log_record(line: str) -> Mapping[str, object]:
    """Read one of the broker's log lines; a stack trace's lines are lines of their own."""
    match = LINE.match(line)
    if match is None:
        return {"level": "info", "event": line}
    event = match["event"]
    if any(text in event for text in SLOW):
        return {"level": "warning", "logger": match["logger"], "event": f"{event} ({NOTHING_TO_DO})"}
    level = "info" if any(text in event for text in EXPECTED) else LEVELS.get(match["severity"], "info")
    return {"level": level, "logger": match["logger"], "event": event}
