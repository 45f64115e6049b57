# Every target sets up .venv on first use; from then on it starts at once.
VENV := .venv
PYTHON_BIN := $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo test check bench clean stale

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.core ## make a desk of a few thousand tickets, audit it, write demo/audit.html and demo/audit.json
	@$(PYTHON_BIN) -m examples.demo

test: $(VENV)/.dev ## all tests; HYPOTHESIS_PROFILE=ci searches deeper, =deep for an hour
	$(PYTHON_BIN) -m pytest -q

check: $(VENV)/.dev ## lint, format, types, import contracts
	$(PYTHON_BIN) -m ruff check .
	$(PYTHON_BIN) -m ruff format --check .
	$(PYTHON_BIN) -m mypy
	$(VENV)/bin/lint-imports --no-cache

bench: $(VENV)/.bench ## speed beside peers, as ratios of one run
	$(PYTHON_BIN) -m bench

clean: ## remove .venv and everything that was made
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps. An environment whose interpreter is gone, or that was made for another folder, is stale.
$(VENV)/.core: EXTRAS :=
$(VENV)/.dev: EXTRAS := [dev]
$(VENV)/.bench: EXTRAS := [bench]
$(VENV)/.dev $(VENV)/.bench: $(VENV)/.core
$(VENV)/.core $(VENV)/.dev $(VENV)/.bench: pyproject.toml tools/setup-venv.sh
	@sh tools/setup-venv.sh $(VENV) -e '.$(EXTRAS)'
	@echo '$(CURDIR)' > $(VENV)/.home
	@touch $@

HOME_OF_VENV := $(if $(wildcard $(PYTHON_BIN)),$(shell cat $(VENV)/.home 2>/dev/null))
ifneq ($(HOME_OF_VENV),$(CURDIR))
$(VENV)/.core: stale
stale:
	@rm -rf $(VENV)
endif
