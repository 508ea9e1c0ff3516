# mulmok's front door. Needs only Python >= 3.11 with pip, and make.
PYTHON ?= python3
PORT ?= 8420
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup demo test check bench lock clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY)  ## the virtual environment .venv, with mulmok in it

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "mulmok needs Python 3.11 or newer; have $$($(PYTHON) --version 2>&1). Try: make setup PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || $(PYTHON) -m virtualenv $(VENV) || \
	  { echo "this Python cannot make virtual environments; on Debian or Ubuntu: apt install python3-venv"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/mulmok warm
	@touch $@

demo: $(READY)  ## a works that lives: pages on http://127.0.0.1:$(PORT)
	@$(BIN)/mulmok demo --port $(PORT)

test: $(READY)  ## all tests, the fast ones first
	$(BIN)/python -m pytest

check: $(READY)  ## format, lint, types, who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## speed and detection, beside a peer; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks

lock:  ## requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --generate-hashes --universal --python-version 3.11 --extra dev \
	  --no-header --no-annotate --no-emit-index-url pyproject.toml -o requirements.lock

clean:  ## everything that was built
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
