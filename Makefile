# Two commands are all a person needs: `make demo` opens a living zone, `make test` passes the tests.
# Everything goes into .venv and node_modules; stamps make the second call do nothing, so it also works with no network.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/stamps
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --custom-compile-command "make lock" pyproject.toml requirements/build.in
EXTRACT := ../shared/data/pathumwan.osm.pbf
STREETS := $(if $(wildcard $(EXTRACT)),SAFETYZONE_OSM_EXTRACT=$(abspath $(EXTRACT)))
# The rooms whose promises stand on constraints, triggers and SQL of our own.
ON_POSTGRES := $(addprefix src/safetyzone/,trust senses/alerts senses/sos response/incidents programs/intake \
  senses/cameras/tests/test_register.py senses/cameras/tests/test_sharing.py \
  programs/tests/test_postgres.py programs/tests/test_backup.py)
QUICK_PROOFS := kill crashpoints mutants

.PHONY: help demo drill run test install install-dev lint types contract proofs second-postgres unit pictures figures docs lock wheel clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

# ---------------------------------------------------------------- what a person needs
demo: install ## install, and open a living zone (Ctrl-C ends it)
	$(STREETS) $(BIN)/safetyzone demo

drill: install ## the same, and you do the operator's part
	$(STREETS) $(BIN)/safetyzone demo --drill

test: install-dev lint types contract proofs second-postgres unit ## every check there is; pytest speaks last

run: install ## a station on this machine, with no simulation
	$(BIN)/safetyzone run

# ---------------------------------------------------------------- installing, once
install: $(STAMPS)/run $(STAMPS)/ours $(STAMPS)/vendor $(STAMPS)/objects $(STAMPS)/messages $(STAMPS)/compiled
install-dev: $(STAMPS)/machine-tests $(STAMPS)/dev install

$(STAMPS)/venv:
	@PYTHON=$(PYTHON) requirements/machine.sh run
	$(PYTHON) -m venv .venv
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/machine-tests: requirements/machine.sh | $(STAMPS)/venv
	@PYTHON=$(PYTHON) requirements/machine.sh tests
	@touch $@

# --only-binary: a source package would run its own build code, and could need a compiler.
$(STAMPS)/run: requirements/run.txt | $(STAMPS)/venv
	$(PIP) install --require-hashes --only-binary :all: -r $<
	@touch $@

$(STAMPS)/dev: requirements/dev.txt | $(STAMPS)/venv
	$(PIP) install --require-hashes --only-binary :all: -r $<
	@touch $@ $(STAMPS)/run

$(STAMPS)/ours: pyproject.toml | $(STAMPS)/run
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/npm: package.json package-lock.json | $(STAMPS)/venv
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/vendor: $(STAMPS)/npm $(wildcard src/safetyzone/programs/web/vendor.py) | $(STAMPS)/ours
	$(BIN)/python -m safetyzone.programs.web.vendor
	@touch $@

# The net that names the kind of vehicle; a station without it reads plates all the same.
$(STAMPS)/objects: $(wildcard src/safetyzone/programs/vision/objects/build.py) | $(STAMPS)/ours
	-$(BIN)/python -m safetyzone.programs.vision.objects.build
	@touch $@

$(STAMPS)/messages: $(shell find src -name '*.po' 2>/dev/null) | $(STAMPS)/ours
	$(BIN)/python -m safetyzone.programs.web.messages
	@touch $@

$(STAMPS)/compiled: $(wildcard src/safetyzone/senses/cameras/coverage/*.py src/safetyzone/senses/cameras/siting/*.py) | $(STAMPS)/ours
	$(BIN)/python -m safetyzone.senses.cameras.coverage.compile
	$(BIN)/python -c "from safetyzone.senses.cameras.siting.warm import warm; warm()"
	@touch $@

# ---------------------------------------------------------------- the checks, one by one
lint: install-dev ## ruff
	$(BIN)/ruff check .

types: install-dev ## mypy, strict
	$(BIN)/mypy

contract: install-dev ## which room may import which
	$(BIN)/lint-imports --no-logo --config tests/architecture/imports.toml

unit: install-dev ## pytest, alone
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder --durations 20 --durations-min 10

proofs: install-dev ## crash, storm and tamper, in small
	@set -e; for proof in $(QUICK_PROOFS); do echo "proof: $$proof"; $(BIN)/python -m tests.proofs $$proof --quick; done

second-postgres: install-dev ## the tests that lean on PostgreSQL, on another maker's binaries
	SAFETYZONE_PG_SOURCE=celerp $(BIN)/python -m pytest -q $(ON_POSTGRES)

# ---------------------------------------------------------------- for those who change it
docs: install-dev ## rewrite the pages that come from code (settings, lifecycles, devices, duties)
	@set -e; for page in settings_page diagrams devices_page duties_page; do \
	  DJANGO_SETTINGS_MODULE=safetyzone.programs.web.configuration SAFETYZONE_SECRET_KEY=only-to-draw-pages \
	  $(BIN)/python -m tests.architecture.$$page --write; done

pictures: install-dev ## take the screenshots of the README and the guides anew
	$(STREETS) SAFETYZONE_PICTURES=1 $(BIN)/python -m pytest tests/browser/test_room.py

figures: install-dev ## measure again what the README promises (some hours)
	@set -e; for job in sos coverage siting wall watching blur plates video faces sightings; do $(BIN)/python -m benchmarks $$job; done
	@set -e; for proof in $(QUICK_PROOFS) screen restart video press_to_picture tamper faces_canary watchlists plate_to_hit; do $(BIN)/python -m tests.proofs $$proof; done

lock: install-dev ## choose versions anew and pin them by hash
	$(LOCK) --upgrade --output-file requirements/run.txt
	$(LOCK) --upgrade --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt
	$(LOCK) --upgrade --extra peers --constraint requirements/dev.txt --output-file requirements/peers.txt
	@! grep -nE '://|^--(extra-)?index|^--find-links' requirements/*.txt

wheel: install ## a wheel that carries the screens' libraries: its users need no Node
	$(BIN)/python -m hatchling build --target wheel --directory dist

clean: ## take away everything that was built or installed (a station's data stays)
	rm -rf .venv node_modules dist build src/safetyzone/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src -name '*.mo' -delete
