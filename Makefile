# make lab     opens the lessons in JupyterLab (copies them to my-work/ first)
# make test    installs what is needed and runs every test
# make test-all   the same, and the long forms of some tests
# make teach   opens JupyterLab on the whole course, with nbgrader's formgrader
# make build   makes release/ from source/
# make demo    grades a made-up class of 30 in a temporary folder
# make bench   measures how fast `check` answers, and the model that lessons prompt
# make model   trains the shipped models from nothing
#
# `make lab` and `make test` also fetch, once, the encoder of lesson 09 (84 MB) and the published
# language model SmolLM2 (93 MB). `make lab WITHOUT=smollm2` leaves one out, and
# `WITHOUT="encoder smollm2"` both. Without a network `make lab` says so in a sentence for each and
# opens the lessons all the same.
#
# Needs Python 3.11 or newer; another one than python3 is named by `make PYTHON=python3.13 lab`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt

# torch's threads sleep while they wait: spinning, they slow each other down on a shared core.
export OMP_WAIT_POLICY := passive
export TOKENIZERS_PARALLELISM := false

ON_ALL_CORES := --numprocesses auto --dist loadscope --no-loadscope-reorder

.PHONY: lab test test-all teach build demo bench model install lint types

lab: $(VENV)/.installed
	@$(BIN)/autograder doctor --fetch $(WITHOUT:%=--without %) || true
	$(BIN)/python -m autograder.course.lab

teach: $(VENV)/.installed
	$(BIN)/python -m autograder.course.lab --teach

build: $(VENV)/.installed
	$(BIN)/python -m autograder.course.build

demo: $(VENV)/.installed
	$(BIN)/autograder demo

bench: $(VENV)/.installed
	$(BIN)/autograder bench check

model: $(VENV)/.installed
	$(BIN)/tinyworld train --preset full

test: lint types
	$(BIN)/autograder doctor --fetch $(WITHOUT:%=--without %)
	$(BIN)/python -m pytest $(ON_ALL_CORES) -m "not long"

test-all: lint types
	$(BIN)/autograder doctor --fetch $(WITHOUT:%=--without %)
	$(BIN)/python -m pytest $(ON_ALL_CORES)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

install: $(VENV)/.installed

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "The course needs Python 3.11 or newer as $(PYTHON). If it has another name here, say"; \
	  echo "so: make PYTHON=python3.13 lab"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python cannot make an environment. On Debian and Ubuntu install python3-venv."; exit 1; }

# The stamps say what was installed from which list, so that a second run installs nothing.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) --editable '.[dev]'
	@touch $(VENV)/.installed $@
