# make run and make test need Python 3.11 to 3.13 and make; everything else comes from the lock files.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# Left out of unit15, since `make unit` has them: what scripts do in a browser and what published
# clients make of answers, whose queries other tests make on both, and what uses no database.
# `make unit15 LEFT_OUT=` has all.
LEFT_OUT ?= --ignore=tests/classifier --ignore=tests/training_data --ignore=tests/web/pages/queue --ignore=tests/web/pages/test_chromium.py --ignore=tests/web/readers/test_widget.py --ignore=tests/compat/test_clients.py --ignore=tests/compat/test_wordpress.py

# What CI runs through a pooler: connections, and the busiest calls. `make unitpool POOLED=` runs all.
POOLED ?= tests/db/test_pool.py tests/db/test_away.py tests/web/test_comments.py

.DEFAULT_GOAL := help
.PHONY: help run dev lint lock schema words unit unit15 unitpool kills mutants image bench bench-growth test

help: ## what can be made
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.serve: requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.serve

run: $(VENV)/.serve ## start the service on http://127.0.0.1:8000
	@exec $(BIN)/python -m service serve

dev: $(VENV)/.dev ## install what training, tests and lint need

lint: $(VENV)/.dev ## ruff, import-linter, mypy, and the types of the pages' JavaScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	@tests/javascript/types.sh .cache/typescript

lock: $(VENV)/.dev ## resolve the dependencies anew
	$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group train --group test -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements-dev.lock pyproject.toml --group train --group cluster -o requirements-cluster.lock

schema: $(VENV)/.dev ## write service/db/schema.sql, which is what the migrations make
	$(BIN)/python -m tests.support.schema

words: $(VENV)/.dev ## put new words of the pages into every language's catalogue, empty, and say how many are
	$(BIN)/python -m tests.support.words

unit: $(VENV)/.dev ## the tests on the embedded PostgreSQL
	@tests/chromium.sh
	@tests/compat/clients.sh $(BIN)/python .cache/compat-clients
	@tests/compat/wordpress.sh .cache/wordpress || test $$? = 3
	@tests/promtool.sh .cache
	$(BIN)/python -m pytest -n 2 --ignore=tests/deploy

unit15: $(VENV)/.dev ## the tests that use a database, on Debian's PostgreSQL 15
	@tests/chromium.sh
	tests/postgres15.sh $(BIN)/python -n 2 --ignore=tests/deploy $(LEFT_OUT)

unitpool: $(VENV)/.dev ## connections and comments through Debian's PgBouncer
	tests/pgbouncer.sh $(BIN)/python -n 2 --ignore=tests/deploy $(POOLED)

kills: $(VENV)/.dev ## kill -9 of launcher, worker, postmaster and backend, each combination twenty times
	KILL_ROUNDS=20 $(BIN)/python -m pytest tests/faults/test_kill_each.py

mutants: $(VENV)/.dev ## change what decides about comments and keeps them in each small way, and see what no test notices
	$(BIN)/python -m tests.support.mutants

image: $(VENV)/.dev ## build the Dockerfile and run two replicas, without Docker; as root on Linux
	@if [ "$$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then $(BIN)/python -m pytest tests/deploy; \
	else echo "The Dockerfile is not tried out here: that takes root on Linux, as in CI."; fi

bench: $(VENV)/.dev ## measure the service beside bare handlers, and the queue in Chromium
	$(BIN)/python -m tests.load.scoring
	@tests/chromium.sh
	$(BIN)/python -m tests.load.bench

bench-growth: $(VENV)/.dev ## measure what people and websites wait for at 10^4, 10^5 and 10^6 kept comments
	$(BIN)/python -m tests.load.size 10000 100000 1000000 --plot .reports/growth.svg

test: lint unit unit15 unitpool image ## every check that the project has
