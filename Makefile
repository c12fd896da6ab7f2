# Tieout: every task of this project in one place. `make help` lists them.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready

.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 18

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tieout needs Python 3.11 or newer. Next step: make PYTHON=python3.12 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(PY) -m compileall -q app.py agents approvals books bot sandbox scheduler xero_tools >/dev/null || true
	@touch $(READY)

setup: $(READY)  ## make the virtual environment from the lock file

run: $(READY)  ## start the bot; with nothing configured, in the embedded sandbox
	$(PY) app.py run $(ARGS)

test: check  ## the checks, then the whole test suite on two processes
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(READY)  ## lint, types and import contracts
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache

format: $(READY)  ## let ruff put the code in order
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

e2e: $(READY)  ## a real browser, Bolt for JavaScript and Microsoft's playground (needs Node and Chromium)
	$(PY) -m tests.support.e2e $(ARGS)

simulate: $(READY)  ## the approvals under every fault: make simulate SEEDS=1000 DB=postgres
	$(PY) -m tests.simulation SEEDS=$(or $(SEEDS),100) FIRST=$(or $(FIRST),0) DB=$(or $(DB),sqlite)

mutants: $(READY)  ## every guard of the approvals taken out, one at a time: each must be found
	$(PY) -m tests.simulation MUTANTS=$(or $(SEEDS),400)

faults: $(READY)  ## every approval x every fault x every crash, printed: make faults ROWS=post_journal
	$(PY) -m tests.approvals.faults $(if $(ROWS),ROWS=$(ROWS))

fuzz-statements: $(READY)  ## damaged bank statements, read or refused: make fuzz-statements FILES=100000
	$(PY) -m tests.agents.reconciliation.statements.fuzz FILES=$(or $(FILES),100000) FIRST=$(or $(FIRST),0)

kill: $(READY)  ## real processes ended by kill -9 at every point from the click to the card: make kill ROUNDS=200
	$(PY) -m tests.killed ROUNDS=$(or $(ROUNDS),200)

bench: $(READY)  ## the benchmarks, printed
	$(PY) -m benchmarks

bench-matching: $(READY)  ## the matching engine on a fresh world: make bench-matching LINES=100000 SEED=11
	$(PY) -m benchmarks.matching world --lines $(or $(LINES),20000) --seed $(or $(SEED),11) --out build/world --months 3
	$(PY) -m benchmarks.matching run --world build/world --out build/matches.csv
	$(PY) -m benchmarks.matching score --world build/world --matches build/matches.csv

build/peers/.ready: benchmarks/matching/peers-requirements.txt
	$(PYTHON) -m venv build/peers
	build/peers/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

peers: build/peers/.ready bench-matching  ## splink and a fuzzy cross join on bench-matching's world, scored alike
	build/peers/bin/python -m benchmarks.matching.peers --world build/world --out build/peers-said
	$(PY) -m benchmarks.matching score --world build/world --matches build/peers-said/cross_join.csv
	$(PY) -m benchmarks.matching score --world build/world --matches build/peers-said/splink.csv

teams-package: $(READY)  ## build/tieout-teams.zip, to upload in Teams
	$(PY) -m bot.teams.package --out build/tieout-teams.zip

.PHONY: help setup run test check format e2e simulate faults fuzz-statements bench bench-matching peers teams-package
