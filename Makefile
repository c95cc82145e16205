PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: set-up grade test slow lint clean
set-up: $(VENV)/ready

$(VENV)/ready: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "grader needs Python 3.11 or newer: say make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c requirements.lock -e '.[dev]'
	touch $@

grade: set-up
	$(BIN)/grader grade submissions/homework --rubric rubrics/homework/rubric.toml --out grades

lint: set-up
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: set-up lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

slow: set-up
	$(BIN)/python -m pytest -m slow

clean:
	rm -rf $(VENV) grades build
