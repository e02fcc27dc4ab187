# One command for each thing that a person does with this project; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint check bench lock clean
MAKEFLAGS += --no-print-directory
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
STAMPS := .venv/stamps
SOURCES := $(shell find tracker migrations config.py -name '*.py' 2>/dev/null)
# Arguments for pytest, to run a part: make test PYTEST='tests/domain -k chain'.
# Two workers share the run; each has databases of its own. One (WORKERS=0) is quicker for a part.
PYTEST ?=
WORKERS ?= 2

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMPS)/python $(STAMPS)/assets $(STAMPS)/bytecode ## make .venv and the assets; quick when nothing changed
	@:

demo: setup ## make the demonstration world (if the database is empty) and serve it
	@$(BIN)/tracker demo

test: setup ## run every test, on SQLite and on a real PostgreSQL
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST)

lint: setup ## format, lint, types and import contracts
	@$(BIN)/ruff format --check --quiet . || { echo "run $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo >.venv/imports.log 2>&1 || { cat .venv/imports.log; exit 1; }

check: lint test ## lint and test: all that must hold before a change is shared

bench: setup ## measure the figures that the README gives
	@$(BIN)/python -m tests.bench

lock: setup ## write the locks again, with the newest versions that pyproject.toml and package.json allow
	@tools/lock

clean: ## remove what setup and the tests made; keeps the database in instance/
	@rm -rf .venv node_modules tracker/static/assets .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMPS)/python: requirements-dev.lock pyproject.toml tools/setup-python tools/link_checkout.py
	@tools/setup-python && mkdir -p $(STAMPS) && touch $@

$(STAMPS)/assets: package-lock.json .npmrc tools/setup-assets $(wildcard tracker/frontend/*.scss) | $(STAMPS)/python
	@tools/setup-assets && touch $@

# Python compiles what it first imports, which makes a first start slow, and on a machine that forbids it to keep the
# bytecode every start. So what the command needs is imported once here, and our own sources are compiled as they change.
$(STAMPS)/warm: $(STAMPS)/python tools/warm.py
	@$(BIN)/python tools/warm.py && touch $@

$(STAMPS)/bytecode: $(SOURCES) | $(STAMPS)/warm
	@$(BIN)/python -m compileall -q $(wildcard tracker migrations config.py) && touch $@
