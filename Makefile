# Rapport by one word each; every target sets up what it needs. `make help` lists them.

.DEFAULT_GOAL := help

VENV := .venv
PYTHON := $(VENV)/bin/python
MANAGE := $(PYTHON) manage.py
APPS := accounts customers campaigns referrals partners config
# Named by the lock files' content: a changed lock makes the environment anew, a date does not.
BASE := $(VENV)/.base-$(shell cksum < requirements/base.txt | cut -d ' ' -f 1)
DEV := $(VENV)/.dev-$(shell cat requirements/base.txt requirements/dev.txt | cksum | cut -d ' ' -f 1)

# $(call install,lock file): with uv when it is there, else with pip; hashes are checked by both.
define install
	@rm -f $(VENV)/.base-* $(VENV)/.dev-*
	@echo "Installing $(1) into $(VENV) (once; a minute or two)"
	@if command -v uv > /dev/null; then \
		{ [ -x $(PYTHON) ] || uv venv --quiet --python '>=3.11' $(VENV); } && \
		uv pip install --quiet --python $(PYTHON) --require-hashes -r $(1); \
	else \
		python=$$(command -v python3.11 || command -v python3) && \
		{ $(PYTHON) -m pip --version > /dev/null 2>&1 || "$$python" -m venv $(VENV); } && \
		$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); \
	fi
endef

.PHONY: help setup demo up stop clean test test-full check lint types templates

help: ## list what can be done
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: $(DEV) ## make the Python environment from the lock files

$(BASE):
	$(call install,requirements/base.txt)
	@touch $@

$(DEV):
	$(call install,requirements/dev.txt)
	@touch $@ $(BASE)

demo: $(BASE) ## start Rapport with sample data and a local inbox; Ctrl-C stops it
	@exec $(MANAGE) up --demo

up: $(BASE) ## start Rapport without sample data
	@exec $(MANAGE) up

stop: $(BASE) ## stop it
	@$(MANAGE) stop

clean: $(BASE) ## stop it, and delete its data and the Python environment
	@$(MANAGE) stop --delete-data
	@rm -rf .rapport $(VENV)

test: $(DEV) ## run the tests on real engines
	@$(PYTHON) -m pytest -q -n 2 --dist worksteal

test-full: $(DEV) ## run the tests, the long ones included
	@$(PYTHON) -m pytest -q -n 2 --dist worksteal -m 'full or not full'

# The migrations' checks (makemigrations --check, squawk) need a database: they are tests.
check: lint types templates test ## everything that must hold before a change lands

lint: $(DEV)
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/lint-imports

types: $(DEV)
	@$(VENV)/bin/mypy $(APPS)

templates: $(DEV)
	@git ls-files -z -- 'templates/*.html' | xargs -0 $(VENV)/bin/djade --target-version 5.2 --check
