# Plain `make` prints this list.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup setup-test test lock clean
help: ## prints this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.running ## installs what running needs into .venv
setup-test: $(VENV)/.testing ## adds what testing needs

$(VENV)/.running: requirements.txt
	@echo "Installing what running needs into $(VENV) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.testing: $(VENV)/.running requirements-dev.txt
	@echo "Installing what testing needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

test: setup-test ## the whole test suite
	@$(BIN)/python -m pytest

lock: setup-test ## locks requirements*.in with hashes
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements.txt requirements.in
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements-dev.txt requirements-dev.in

clean: ## removes what a build made
	@rm -rf output
