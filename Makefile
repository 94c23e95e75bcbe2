# Everything a developer does, by name. Paths stay relative: the checkout may lie in a folder with blanks in its name.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.installed

# Another active environment must not leak into ours.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH PIP_TARGET PIP_PREFIX PIP_USER
# Every process of the tests would compile the program, and pytest all tests, anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

$(READY): pyproject.toml constraints.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	    "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": make PYTHON=/path/to/python3.11")'
	@"$(PY)" -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear $(VENV)
	@echo 'installing the program and its tools into $(VENV) …'
	@# Twice quiet: warnings about the configured package indexes are not ours, errors still show.
	@"$(PY)" -m pip install -qq --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)

install: $(READY) ## Create .venv with the program and every tool, in the versions of constraints.txt

demo: $(READY) ## Build the Pinghu portfolio in a database of its own and show it
	$(VENV)/bin/tracker demo

test: $(READY) ## Run every test, the benchmarks alone and last
	$(PY) -m pytest -q -n $(WORKERS) --dist worksteal -m 'not benchmark'
	$(PY) -m pytest -q -m benchmark tests/benchmarks

# Without made-up portfolios, processes of their own, PostgreSQL and office programs: 40 s of one quiet core.
FAST := layers money periods text vocabulary countries quantities running_figures schedule_times cli_errors \
    reported_figures render_cells render_csv render_json render_lines render_markdown render_text
SESSIONS := office refusals correcting

test-fast: $(READY) ## Run the quick tests: the house rules, arithmetic, words, formats, figures as reported, three sessions
	$(PY) -m pytest -q $(FAST:%=tests/test_%.py) tests/test_analysis*.py \
	    $(SESSIONS:%='tests/test_transcripts.py::test_a_session_prints_what_its_transcript_says[%]')

torture: $(READY) ## Kill, fill the disk, write at once, name things badly; prints figures (minutes)
	$(PY) tests/torture.py

walk: $(READY) ## Print lines, modules, and how far four values walk through them
	$(PY) tests/walk.py

check: check-format check-types check-layers check-docs ## Check format, lint, types, layers, documentation and translations

check-format: $(READY)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .

check-types: $(READY)
	$(PY) -m mypy

check-layers: $(READY)
	$(VENV)/bin/lint-imports --no-logo

check-docs: $(READY)
	$(PY) tests/docs.py --check
	$(PY) tests/catalogue.py --check

format: $(READY) ## Format the code and repair what lint can repair
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

accept: $(READY) ## Rewrite transcripts, documentation and catalogues, for review in the diff
	$(PY) -m pytest -q --accept tests/test_transcripts.py
	$(PY) tests/docs.py
	@# Sentences without a translation make it fail, and wait in the catalogue for one.
	$(PY) tests/catalogue.py

bench: $(READY) ## Run the benchmarks and print their figures
	TRACKER_BENCH=$${TRACKER_BENCH:-1000,10000} $(PY) -m pytest -q -s -m benchmark tests/benchmarks

build: $(READY) ## Build sdist and wheel into dist/
	rm -rf dist
	$(PY) -m hatchling build -t sdist
	@# From the sdist and not from this folder, so that no stray file of the checkout is shipped.
	$(PY) -m pip wheel -qq --disable-pip-version-check --no-deps --no-build-isolation -w dist dist/*.tar.gz

clean: ## Remove what builds and tools left behind (not .venv)
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find tracker tests db -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help install demo test test-fast torture walk check check-format check-types check-layers check-docs format accept bench build clean
