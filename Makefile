# Every habit of the project is one word: `make help` lists them.

VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
TEST_READY := $(VENV)/.test-ready
BENCH := .venv-bench
BENCH_READY := $(BENCH)/.bench-ready
RECIPE := pyproject.toml constraints.txt deploy/bootstrap.py

# The first Python on this machine that is new enough; looked for only when an environment is made.
PYTHON = $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& command -v "$$name" && break; done)
TOO_OLD = Vetrina needs Python 3.11 or newer, and none is on the PATH ($$(python3 --version 2>&1)). \
	Install one, or name it: make PYTHON=/path/to/python3.12

# Compiled once and kept: without it each process that a test starts compiles everything anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install setup run test quick check pytest shots bench chaos lock hashes digests sbom clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(RUN_READY) ## make .venv with what the server needs
setup: $(TEST_READY) ## make .venv with what tests need too, and find a Chromium

run: $(RUN_READY) ## set up what is missing and start the server with the demo show
	$(BIN)/vetrina serve --demo

test: check pytest ## set up what is missing, then lint, types and every test

quick: check ## within a minute: lint, types and the tests that need no browser, database or process
	$(BIN)/pytest --numprocesses logical --dist worksteal --hypothesis-profile quick \
		-m "not browser and not database and not load and not process" \
		$(addprefix --ignore=tests/,browser deploy faults loadtests process/workers) $(ARGS)

check: $(TEST_READY) ## lint, formatting and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict server/vetrina

pytest: $(TEST_READY) ## the tests only; make pytest ARGS="tests/domain -k deal"
	$(BIN)/pytest --numprocesses auto --dist worksteal $(ARGS)

shots: $(TEST_READY) ## take screenshots of every page
	$(BIN)/python -m tests.browser.shots

bench: $(BENCH_READY) ## measure this machine, beside others; make bench ARGS="fanout --viewers 2000"
ifdef ARGS
	$(BENCH)/bin/python -m loadtests $(ARGS)
else
	$(BENCH)/bin/python -m loadtests.benchmarks.webhook_throughput
	$(BENCH)/bin/python -m loadtests.benchmarks.paint_latency
	$(BENCH)/bin/python -m loadtests all; status=$$?; \
	$(BENCH)/bin/python -m loadtests.report && $(BENCH)/bin/python -m loadtests.capacity; exit $$status
endif

chaos: $(TEST_READY) ## break Valkey, PostgreSQL and processes under people who watch, ten minutes; ARGS="--only frozen"
	$(BIN)/python -m loadtests.chaos $(ARGS)

lock: $(TEST_READY) ## write today's versions of all libraries into constraints.txt, and the image's with hashes
	$(BIN)/python deploy/lock.py

hashes: $(TEST_READY) ## after adding a library: the hashes of what the image needs, in the versions of constraints.txt
	$(BIN)/python deploy/lock.py --hashes

digests: ## write the digests of the images in deploy/: needs docker with buildx
	$(PYTHON) deploy/images.py

sbom: $(RUN_READY) ## write sbom.cdx.json: the software bill of materials of the image, CycloneDX
	$(BIN)/python deploy/sbom.py

clean: ## remove everything that make has made
	rm -rf $(VENV) $(BENCH) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_READY): $(RECIPE)
	@test -n "$(PYTHON)" || { echo "$(TOO_OLD)" >&2; exit 1; }
	"$(PYTHON)" deploy/bootstrap.py $(VENV)
	@touch $@

$(TEST_READY): $(RECIPE)
	@test -n "$(PYTHON)" || { echo "$(TOO_OLD)" >&2; exit 1; }
	"$(PYTHON)" deploy/bootstrap.py $(VENV) --dev
	@touch $(RUN_READY) $@

# What Vetrina is compared with has an environment of its own: the tests do not need it.
$(BENCH_READY): $(RECIPE)
	@test -n "$(PYTHON)" || { echo "$(TOO_OLD)" >&2; exit 1; }
	"$(PYTHON)" deploy/bootstrap.py $(BENCH) --dev
	$(BENCH)/bin/python -m pip install -q --disable-pip-version-check --root-user-action=ignore \
		--constraint constraints.txt --editable ".[test,bench]"
	@touch $@
