# Tongban 通办. `make` alone lists what can be done.
# Everything runs from .venv, which `setup` makes from the locks and which no other target changes.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
WORKERS ?= 2
INSTALL := install --quiet --disable-pip-version-check --no-compile --no-deps
PIP := $(BIN)/python -m pip $(INSTALL)
# Whoever has nothing left takes over from the other: the walks through the browser are long and stand together.
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

GUARDED = TONGBAN_TEST_DATABASE="$$TONGBAN_TEST_POSTGRES" TONGBAN_TEST_ROW_SECURITY=1 $(PYTEST) -m "not faults and not browser and not slow"

# The first Python that is new enough: 3.11, which the lock was made for, else any later one.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)

.PHONY: help setup run test row-security lint check audit faults bench bench-million bench-wide bench-search bench-policy bench-matching screenshots texts clean bench-appeals

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | \
	while IFS=$$'\t' read -r name words; do printf '  make %-14s %s\n' "$$name" "$$words"; done

setup: .venv/tools ## make .venv from the locks, with the developers' tools (a second time: nothing to do)

# What it takes to serve: half of the packages, a third of the time.
.venv/made: requirements.lock requirements-pip.lock
	@test -n "$(PYTHON)" || { \
		echo "Tongban needs Python 3.11 or newer, and none was found on the PATH."; \
		echo "Install it (Debian, Ubuntu: apt-get install python3 python3-venv), or say where it is: make run PYTHON=/path/to/python3"; \
		exit 1; }
	@# A Python that has pip can install into .venv; only one that has none must first unpack its own, which takes longer.
	@test -x $(BIN)/python || "$(PYTHON)" -m venv --without-pip .venv
	@"$(PYTHON)" -m pip --python $(BIN)/python $(INSTALL) --require-hashes -r requirements-pip.lock 2>/dev/null || { \
		$(BIN)/python -m ensurepip --default-pip >/dev/null && $(PIP) --require-hashes -r requirements-pip.lock; } || { \
		echo "pip could not be installed. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@# The lock is complete, so nothing has to be resolved; byte code is made on first import, which halves the wait.
	$(PIP) --require-hashes -r requirements.lock
	@touch $@

.venv/tools: .venv/made requirements-dev.lock pyproject.toml
	$(PIP) --require-hashes -r requirements-dev.lock
	$(PIP) --no-build-isolation -e .
	@touch $@

run: .venv/made ## serve everything at http://127.0.0.1:8000 with demo data
	$(BIN)/python -m tongban.site.cli run

test: setup ## all tests on SQLite; on PostgreSQL and in Chromium too when told (docs/operations.md)
	@test -n "$${TONGBAN_TEST_BROWSER:-}" || echo "Browser journeys are skipped: set TONGBAN_TEST_BROWSER=1 to run them (needs Chromium)."
	$(PYTEST) -m "not faults"
ifdef TONGBAN_TEST_POSTGRES
	@# The slow ones there reckon in memory, so a second database tells nothing new.
	@echo "The same rows on PostgreSQL:"
	TONGBAN_TEST_BROWSER= TONGBAN_TEST_DATABASE="$$TONGBAN_TEST_POSTGRES" $(PYTEST) -m "not faults and not browser and not slow" \
		$(wildcard tests/kernel tests/modules tests/terminals)
	@# Once more where the database checks whose rows are read: its own tests, programs and the window (`make row-security` has all pages).
	@echo "Under row security:"
	TONGBAN_TEST_BROWSER= $(GUARDED) tests/site/test_row_security.py tests/terminals/api tests/terminals/counter
else
	@echo "PostgreSQL was skipped: set TONGBAN_TEST_POSTGRES to the address of a server to run on it too."
endif

row-security: setup ## all pages and actions where PostgreSQL checks whose rows are read (needs TONGBAN_TEST_POSTGRES)
	$(GUARDED) tests/site/test_row_security.py tests/terminals tests/modules tests/kernel

lint: setup ## style, format, import contracts, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy tongban/foundation $(wildcard tongban/kernel/*/calc tongban/kernel/*/calc.py tongban/modules/*/calc tongban/modules/*/calc.py)

check: lint ## what must hold before every commit: lint, guards, fast tests
	$(PYTEST) -q -m "not faults and not browser and not slow"

audit: setup ## bill of materials (CycloneDX) in build/, and a look at every licence
	$(BIN)/python tools/audit.py

faults: setup ## the long ones: kill server and worker in the middle of their work and count what is left; a million histories
	$(BIN)/python -m pytest -m faults tests

bench: setup ## measure submissions, transitions and pages on one core
	$(BIN)/python -m bench

bench-million: setup ## measure lists, searches, scan and export over 1,000,000 cases on PostgreSQL (15 minutes, 8 GB)
	$(BIN)/python -m bench.million

bench-wide: setup ## measure a form of 200 fields
	$(BIN)/python -m bench.wide

bench-search: setup ## measure search over 3,000 items on SQLite and PostgreSQL, and the judged queries
	$(BIN)/python -m bench.search

bench-policy: setup ## measure 116 subsidy items over 1,700,000 market entities (3 minutes)
	$(BIN)/python -m bench.policy

bench-matching: setup ## measure matching on the judged pairs and among 100,000 posts (1 minute)
	$(BIN)/python -m bench.matching

bench-appeals: setup ## measure lists, scorecard and creation of appeals among 200,000 (3 minutes)
	$(BIN)/python -m bench.appeals
	$(BIN)/python -m bench.enterprises

screenshots: setup ## renew docs/screenshots/ from the running product (needs Chromium)
	$(BIN)/python tools/screenshots.py

texts: setup ## gather interface texts, say which lack English, compile the rest
	$(BIN)/python tools/texts.py

clean: ## remove .venv, var/ and caches; the demo's data goes with them
	rm -rf .venv var build *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache staticfiles
	find tongban tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
