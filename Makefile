# What one does with this repository; `make help` lists it. Needs only make and Python 3.11 to 3.13.
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml
TESTS ?= tests
WHOLE_MACHINE := $(addprefix tests/docs/test_,commands.py http.py output.py subscriber.py) tests/faults tests/journeys tests/nianlun
UNDER_FIRE := tests/journeys/test_under_fire.py
DRILLS := $(addprefix tests/compose/test_,three_brokers.py two_of_a_service.py wiped.py)

.PHONY: help setup lock demo up compose compose-prepare compose-down compose-destroy engine airgap-images airgap-bundle test-compose test-drills test-airgap test pytest faults under-fire \
	fuzz bench capacity rush lint fmt types imports secrets catalogue bodies reads rights pictures clean

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup:  ## install everything into .venv, exactly as locked; quick when it is there already
	@deploy/local/setup.sh

demo: setup  ## live through the round of 2017 on a real database and broker
	@$(BIN)/nianlun demo

up: setup  ## start the whole stack in the foreground
	@$(BIN)/nianlun up

compose: setup  ## the stack on a container engine: secrets, image, containers; ARGS="--production --replicas 2"
	@$(BIN)/python -m deploy.composed up $(ARGS)
	@$(BIN)/nianlun status --stack compose

compose-prepare: setup  ## secrets and settings of the composed stack alone; start nothing
	@$(BIN)/python -m deploy.composed prepare $(ARGS)

compose-down: setup  ## stop the composed stack; its data stays
	@$(BIN)/python -m deploy.composed down

compose-destroy: setup  ## stop the composed stack and remove its data and secrets; asks first
	@$(BIN)/python -m deploy.composed destroy

engine:  ## install and start a container engine where root and apt are there and none runs
	@deploy/engine.sh

airgap-images: setup  ## every base image of the composed stack, made from the package registries
	@DOCKER=$$($(BIN)/python -m deploy.composed.engine) deploy/airgap/images.sh

airgap-bundle: setup  ## one archive in dist/ with all images, checksums and a bill of materials, for a closed network
	@DOCKER=$$($(BIN)/python -m deploy.composed.engine); export DOCKER; \
		deploy/airgap/images.sh && STEADY=1 deploy/build.sh $$($(BIN)/python -m deploy.composed.stack) && $(BIN)/python -m deploy.airgap.bundle

test-compose: setup  ## bring the composed stack up, live a round in it, kill things, take it down
	@deploy/engine.sh && DOCKER=$$($(BIN)/python -m deploy.composed.engine) deploy/airgap/images.sh \
		&& NIANLUN_TEST_COMPOSE=1 $(BIN)/pytest -q --timeout=0 $(or $(COMPOSE),tests/compose $(DRILLS:%=--ignore=%))

test-drills: setup  ## bad days of a composed stack: a relay, a broker of three, secrets, the data, the machine are lost
	@$(MAKE) --no-print-directory test-compose COMPOSE="$(DRILLS)"

test-airgap: setup  ## carry a bundle to an engine without any network and start it there; as root
	@deploy/engine.sh && DOCKER=$$($(BIN)/python -m deploy.composed.engine); export DOCKER; deploy/airgap/images.sh \
		&& deploy/build.sh $$($(BIN)/python -m deploy.composed.stack) \
		&& NIANLUN_TEST_AIRGAP=1 $(BIN)/pytest -q --timeout=0 tests/compose/test_closed_network.py

test: lint types imports secrets pytest  ## everything that must be true before a merge

pytest: setup  ## the tests alone; TESTS=tests/deploy for some of them, STACK=containers for servers in containers
ifeq ($(TESTS),tests)
	@NIANLUN_TEST_STACK=$(or $(STACK),embedded) $(BIN)/pytest -q -n 2 --dist loadfile tests $(WHOLE_MACHINE:%=--ignore=%)
	@NIANLUN_TEST_STACK=$(or $(STACK),embedded) $(BIN)/pytest -q $(WHOLE_MACHINE) --ignore=$(UNDER_FIRE)
else
	@NIANLUN_TEST_STACK=$(or $(STACK),embedded) $(BIN)/pytest -q $(TESTS)
endif

faults: setup  ## kill -9 at random points, for long; RUNS=20 runs of 12 faults each
	@$(BIN)/python -m tests.faults --runs $(or $(RUNS),20)

under-fire: setup  ## a year lived while every kind of process is killed; on containers make test-compose does it
	@$(BIN)/pytest -q $(UNDER_FIRE)

fuzz: setup  ## every operation of every service with many requests nobody meant; EXAMPLES=500 for each
	@FUZZ_EXAMPLES=$(or $(EXAMPLES),500) $(BIN)/pytest -q --timeout=0 tests/fuzz

bench: setup  ## figures beside their baselines, a table and a JSON file
	@$(BIN)/python -m benchmarks

capacity: setup  ## two years lived and weighed, and what larger programmes weigh
	@$(BIN)/python -m benchmarks.capacity

rush: setup  ## the deadline rush on the real stack; ORGANIZATIONS=3000 of them
	@$(BIN)/python -m benchmarks.rush --organizations $(or $(ORGANIZATIONS),3000)

lint: setup  ## style and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

fmt: setup  ## repair what can be repaired
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: setup  ## mypy, strict
	@$(BIN)/mypy .

imports: setup  ## the arrows that must never be
	@$(BIN)/lint-imports

secrets: setup  ## no secret in the tree; the hook ends with 3 when a known false alarm only moved to another line
	@cp .secrets.baseline .venv/.secrets.baseline
	@git ls-files -z ':!.secrets.baseline' | xargs -0 sh -c \
		'$(BIN)/detect-secrets-hook --baseline .venv/.secrets.baseline "$$@" || test $$? -eq 3' secrets

catalogue: setup  ## generate schemas and the event catalogue from the contracts, the tables of clauses and bodies
	@$(BIN)/python -m shared.contracts.publish
	@$(BIN)/python -m nianlun.coverage
	@$(BIN)/python -m tests.docs.bodies --keep-examples

bodies: setup  ## live through the year and write docs/bodies.md: what every call takes, with a body that it was sent
	@$(BIN)/python -m tests.docs.bodies

reads: setup  ## let a little round's people ask every address and write docs/reads.md: who reads what, filters, an answer
	@$(BIN)/python -m tests.docs.reads

rights: setup  ## ask every command of every role and write docs/rights.md
	@$(BIN)/python -m tests.rights

pictures: setup  ## draw the pictures of the documents that docs/documents.md shows
	@$(BIN)/python -m tests.docs.pictures docs/pictures

lock: setup  ## resolve pyproject.toml anew into requirements.lock
	@$(BIN)/$(LOCK) --all-extras -o requirements.lock
	@$(BIN)/$(LOCK) --extra stream --extra migrations --extra console --extra recovery -c requirements.lock -o deploy/requirements.lock
	@deploy/local/setup.sh

clean:  ## remove caches; .venv and .nianlun stay
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
