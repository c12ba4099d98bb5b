# Every target builds .venv first if it is missing or stale. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UV_VERSION := 0.13.9
CODE := domain acts activities workflows adapters web commands archive.py auditor.py instance.py plan_archive.py roster_file.py settings.py starter.py stationery.py verify.py worker.py
.DEFAULT_GOAL := help
.PHONY: help setup lock demo up test test-live test-facts test-others test-again check fmt lint types imports coverage replay e2e bench faults record docs

help: ## list the targets
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tocsin demande Python 3.11 ou plus récent ; « $(PYTHON) » est plus ancien. Installez-le, puis relancez : make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --requirements requirements.lock
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(STAMP) ## build .venv from the locked, hashed requirements

lock: ## write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --all-extras --no-header pyproject.toml --output-file requirements.lock

demo: setup ## play a whole crisis in a fictitious CPTS; results in var/demo/
	$(BIN)/tocsin demo

up: setup ## start the embedded profile (Ctrl-C stops it)
	$(BIN)/tocsin up

FACTS := tests/acts tests/commands
LIVE := tests/e2e
AGAIN := postgresql or two_types
WATCHED = $(BIN)/python -m slipcover --dont-wrap-pytest --json --out .coverage.$@.json -m pytest -q

test: setup ## run every test, two parts at a time
	rm -f .coverage*
	$(MAKE) --no-print-directory --keep-going -j2 test-live test-facts test-others test-again

test-live:  # first: it waits for processes of its own, beside one part only
	$(BIN)/python -m pytest -q $(LIVE)

test-facts:
	$(WATCHED) -k "not ($(AGAIN))" $(FACTS)

test-others:
	$(WATCHED) -k "not ($(AGAIN))" tests $(FACTS:%=--ignore=%) --ignore=$(LIVE)

test-again:  # what reaches the same lines again: another database, pairs of types
	$(BIN)/python -m pytest -q -p no:cacheprovider -k "$(AGAIN)" --ignore=$(LIVE)

check: fmt lint types imports coverage ## static checks, and the coverage gate of the last test run

fmt: setup ## is the code formatted?
	$(BIN)/ruff format --check .

lint: setup ## every rule of ruff
	$(BIN)/ruff check .

types: setup ## mypy, strict
	$(BIN)/mypy $(CODE) tests benchmarks

imports: setup ## do imports point one way?
	$(BIN)/lint-imports

coverage: setup ## the coverage of the last `make test`
	$(BIN)/python -m slipcover --fail-under 95 --out .coverage.json --merge .coverage.test-*.json

replay: setup ## kept histories against today's workflows
	$(BIN)/pytest tests/replay

e2e: setup ## one crisis from order to proof, full server
	$(BIN)/pytest -m e2e

bench: setup ## timings against the bars; var/bench/summary.json
	$(BIN)/python -m benchmarks.bench

faults: setup ## kills and failing servers; var/faults/summary.json
	$(BIN)/python -m benchmarks.faults

record: setup ## add today's histories to tests/replay/histories/
	$(BIN)/python -m tests.replay.record

docs: setup ## check that the documents say what is true
	$(BIN)/pytest tests/test_documents.py
