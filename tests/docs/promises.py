"""The commands that the pages show, and what each must say."""

from tests.journeys.lived import DEMO

BY_THE_JOURNEY = " ".join(("nianlun", *DEMO))
BY_MAKE = {
    "make setup": ["deploy/local/setup.sh"],
    "make demo": ["deploy/local/setup.sh", ".venv/bin/nianlun demo"],
    "make test": [
        "ruff check .",
        "ruff format --check .",
        "mypy .",
        "lint-imports",
        "detect-secrets",
        "pytest -q -n 2 --dist loadfile tests --ignore=tests/docs",
        "pytest -q tests/docs/test_commands.py",
        "tests/faults tests/journeys tests/nianlun",
    ],
    "make under-fire": ["pytest -q tests/journeys/test_under_fire.py"],
    "make catalogue": ["-m shared.contracts.publish", "-m nianlun.coverage"],
    "make rights": ["-m tests.rights"],
    "make reads": ["-m tests.docs.reads"],
    "make pictures": ["-m tests.docs.pictures docs/pictures"],
    "make capacity": ["-m benchmarks.capacity"],
    "make engine": ["deploy/engine.sh"],
    "make airgap-images": ["deploy/airgap/images.sh"],
    "make compose": ["-m deploy.composed up", "nianlun status --stack compose"],
    "make compose ARGS=--production": ["-m deploy.composed up --production"],
    'make compose ARGS="--brokers 3"': ["-m deploy.composed up --brokers 3"],
    'make compose ARGS="--replicas 2"': ["-m deploy.composed up --replicas 2"],
    'make compose ARGS="--project second --first-port 18200"': ["up --project second --first-port 18200"],
    'make compose ARGS="--with edge observability"': ["-m deploy.composed up --with edge observability"],
    'make compose ARGS="--with edge --domain nianlun.example"': ["up --with edge --domain nianlun.example"],
    "make airgap-bundle": ["-m deploy.airgap.bundle"],
    "make test-airgap": ["pytest -q --timeout=0 tests/compose/test_closed_network.py"],
    "make compose-prepare": ["-m deploy.composed prepare"],
    "make compose-prepare ARGS=--take-volumes": ["-m deploy.composed prepare --take-volumes"],
    "make compose-down": ["-m deploy.composed down"],
    "make compose-destroy": ["-m deploy.composed destroy"],
    "make test-compose": ["deploy/engine.sh", "deploy/airgap/images.sh", "--timeout=0 tests/compose --ignore"],
    "make test-drills": ["--timeout=0 tests/compose/test_three_brokers.py"],
}
"""What make runs for each; the parts have tests of their own."""
ON_THE_ROUND = {
    "nianlun audit verify": "PROVEN: ",
    "nianlun audit replay --round 2017": "PROVEN: ",
    "nianlun audit replay --round 2017 --as-of 2017-09-20T17:00:00+08:00": "as of 2017-09-20 17:00:00.000",
    "nianlun audit explain APPLICATION": "OUTCOME: ",
    "nianlun archive export DIR": " records in ",
    "nianlun audit verify --archive DIR": "PROVEN: ",
    "python -m audit.verify DIR": "PROVEN: ",
    "nianlun integrator add NAME --topics nianlun.publication.approval.v1": "AIOKafkaConsumer(",
    "nianlun integrator remove NAME": " is removed",
    "nianlun eligibility FORM.json": '"overall"',
    "nianlun eligibility --schema": '"properties"',
    "nianlun files collect": "every file is named by an event or too young to be collected",
    "nianlun files collect --delete": "every file is named by an event or too young to be collected",
    "nianlun vault rotate": "2 master keys stay in the file",
    "nianlun vault rotate --forget-retired": "is gone; no backup whose manifest.json names it can be restored",
    "nianlun secrets rotate database": "new database passwords: registration, application",
    "nianlun secrets rotate kafka": "new broker passwords: registration, application",
    "nianlun secrets rotate operators": "has a new password, with which kafka started again",
    "nianlun secrets rotate tokens": "tokens are signed with ",
    "nianlun coverage": "C5.4",
    "nianlun coverage --markdown": "# The notice",
    "nianlun rebuild application": "every document is what the log says; ",
    "nianlun rebuild application summaries --rows 20": "every document is what the log says; ",
    "nianlun rebuild application --dry-run": "every document is what the log says; ",
    "nianlun parked list": "nothing is parked",
    "nianlun parked show": "nothing is parked",
    "nianlun parked show --service review --fault Undecodable": "nothing is parked",
    "nianlun parked allow review 1000": "review may set 1000 more aside",
    "nianlun parked redrive": "0 events are handled",
}
"""What each must say, in this order, on a stack that lived through the round."""
DISCARDS = (
    'nianlun parked discard SERVICE RECORD --reason "a probe of the network"',
    'nianlun parked discard SERVICE --topic TOPIC --fault Undecodable --reason "a probe of the network"',
)
"""Refused where nothing is parked; what it does is in `tests/shared/messaging`."""
LEAVE_OUT = "nianlun reconcile --import --resend --leave-out TOPIC/PARTITION@OFFSET"
"""Refused where there is no such record; what it does is in `tests/nianlun`."""
UP, UP_AGAIN, DOWN = "nianlun up --replicas 2", "nianlun up", "nianlun down"
WHILE_UP = {
    "nianlun status": "reporting-2",
    "nianlun status --json": '"up": true',
    "nianlun clock advance-to 2017-09-20T17:00:00+08:00": "2017-09-20 17:00:00.000 Asia/Shanghai",
    "nianlun clock show": "2017-09-20 17:00:00.000 Asia/Shanghai",
    "nianlun backup BACKUP": "vault_master_key",
    "nianlun reconcile": "databases and broker",
}
WHILE_DOWN = {
    "nianlun restore BACKUP --dry-run": "nothing was changed",
    "nianlun restore BACKUP": "`nianlun up` goes on from here",
    "nianlun reconcile --records": "on the broker, and in no database",
    "nianlun reconcile --import": "brought back",
    "nianlun reconcile --import --resend": "to be sent again",
}
ON_CONTAINERS = {
    "nianlun status --stack compose",
    "nianlun demo --stack compose --organizations 60",
    "nianlun audit verify --stack compose",
    "nianlun audit replay --round 2017 --stack compose",
}
"""What `tests/compose` lives through, with a home of its own instead of `--stack compose`."""
RUN = {
    BY_THE_JOURNEY,
    *BY_MAKE,
    *ON_THE_ROUND,
    *DISCARDS,
    LEAVE_OUT,
    UP,
    UP_AGAIN,
    DOWN,
    *WHILE_UP,
    *WHILE_DOWN,
    *ON_CONTAINERS,
}
