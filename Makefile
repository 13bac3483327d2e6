# Rapport by one word each; every target sets up what it needs. `make help` lists them.

.DEFAULT_GOAL := help

VENV := .venv
PYTHON := $(VENV)/bin/python
MANAGE := $(PYTHON) manage.py
APPS := accounts customers campaigns referrals partners config
# Named by the lock files' content: a changed lock makes the environment anew, a date does not.
STAMP := $(VENV)/.locks-$(shell cat requirements/base.txt requirements/dev.txt | cksum | cut -d ' ' -f 1)

.PHONY: help setup demo up stop clean test test-full check lint types templates

help: ## list what can be done
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: $(STAMP) ## make the Python environment from the lock files

$(STAMP):
	@echo "Installing the Python packages into $(VENV) (once; a minute or two)"
	@rm -f $(VENV)/.locks-*
	@if command -v uv > /dev/null; then \
		{ [ -x $(PYTHON) ] || uv venv --quiet --python '>=3.11' $(VENV); } && \
		uv pip sync --quiet --python $(PYTHON) --require-hashes requirements/dev.txt; \
	else \
		python=$$(command -v python3.11 || command -v python3) && \
		{ $(PYTHON) -m pip --version > /dev/null 2>&1 || "$$python" -m venv $(VENV); } && \
		$(PYTHON) -m pip install --quiet --disable-pip-version-check \
			--require-hashes -r requirements/dev.txt; \
	fi
	@touch $@

demo: $(STAMP) ## start Rapport with sample data and a local inbox; Ctrl-C stops it
	@exec $(MANAGE) up --demo

up: $(STAMP) ## start Rapport without sample data
	@exec $(MANAGE) up

stop: $(STAMP) ## stop it
	@$(MANAGE) stop

clean: $(STAMP) ## stop it, and delete its data and the Python environment
	@$(MANAGE) stop --delete-data
	@rm -rf .rapport $(VENV)

test: $(STAMP) ## run the tests on real engines
	@$(PYTHON) -m pytest -q -n 2

test-full: $(STAMP) ## run the tests, the long ones included
	@$(PYTHON) -m pytest -q -n 2 -m 'full or not full'

# The migrations' checks (makemigrations --check, squawk) need a database: they are tests.
check: lint types templates test ## everything that must hold before a change lands

lint: $(STAMP)
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/lint-imports

types: $(STAMP)
	@$(VENV)/bin/mypy $(APPS)

templates: $(STAMP)
	@git ls-files -z -- 'templates/*.html' | xargs -0 $(VENV)/bin/djade --target-version 5.2 --check
