# One file to find every task; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
PACKAGES := nianlun services shared audit rehearsal deploy benchmarks tests

.PHONY: help setup lock demo test lint fmt types imports secrets faults bench catalogue clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready ## Make .venv from the hashed lock; nothing outside the folder is touched

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; try make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "python3 has no venv module; on Debian: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv==$(UV_VERSION)
	@$(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

lock: setup ## Resolve the dependencies again, with hashes and without any registry's name
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --all-extras pyproject.toml --output-file requirements.lock

demo: setup ## Live the whole 2017 round on a real database and a real broker, and prove it
	@$(BIN)/nianlun demo

test: setup lint types imports secrets ## Everything that must hold
	$(BIN)/pytest -q

lint: setup ## Style, by ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

fmt: setup ## Put the style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup ## Types, by mypy strict
	$(BIN)/mypy $(foreach package,$(PACKAGES),-p $(package))

imports: setup ## Which room may know which, by import-linter
	$(BIN)/lint-imports

secrets: setup ## No secret in the tree
	git ls-files -z | xargs -0 $(BIN)/detect-secrets-hook --baseline .secrets.baseline

faults: setup ## Kill everything at random for a long time, and judge
	$(BIN)/python -m tests.faults

bench: setup ## Measure, each beside its baseline
	$(BIN)/python -m benchmarks

catalogue: setup ## Write schemas, samples and the event catalogue again
	$(BIN)/python -m shared.contracts.publish

clean: ## Remove what setup and runs made
	rm -rf .venv .nianlun .mypy_cache .ruff_cache .pytest_cache .hypothesis
