# mulmok's front door. Needs only Python >= 3.11 with pip, and make.
PYTHON ?= python3
PORT ?= 8420
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup demo test check bench lock clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# Warming only saves time at the first start, so an installation does not fail for want of it.
setup: $(READY)  ## the virtual environment .venv, with mulmok in it
	@$(BIN)/mulmok warm || echo "kernels were not compiled ahead (see above); the first start will take longer"

# Some systems ship Python without ensurepip, so that a virtual environment can be made only
# without pip; their own pip then installs into it.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "mulmok needs Python 3.11 or newer; have $$($(PYTHON) --version 2>&1). Try: make setup PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
	  || $(PYTHON) -m virtualenv --quiet $(VENV) 2>/dev/null \
	  || { $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python --version >/dev/null 2>&1; } \
	  || { echo "this Python cannot make virtual environments; on Debian or Ubuntu: apt install python3-venv"; exit 2; }
	@pip="$(BIN)/python -m pip"; $$pip --version >/dev/null 2>&1 || pip="$(PYTHON) -m pip --python $(BIN)/python"; \
	  echo "installing into $(VENV); the first time takes a minute or two"; \
	  $$pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $$pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
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

bench: $(READY)  ## speed, quality and detection, beside peers; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks

lock:  ## requirements.lock anew from pyproject.toml (needs uv); UPGRADE=--upgrade takes newer versions
	uv pip compile --quiet $(UPGRADE) --generate-hashes --universal --python-version 3.11 --extra dev \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock
	@! grep -nE '://|^-|@ ' requirements.lock || { echo "requirements.lock names a place above; it must hold only names, versions and hashes"; exit 1; }

clean:  ## everything that was built
	rm -rf $(VENV) dist .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
