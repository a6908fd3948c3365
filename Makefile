# Thin on purpose: what happens is in citeglot/bootstrap.py, which runs the same on Windows.
# ARGS is handed on: make chat ARGS="--port 7861"

# The first Python that is new enough; name another: make chat PYTHON=python3.12
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; exit; fi; done; echo python3)
BOOTSTRAP = $(PYTHON) citeglot/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help chat test check install index models eval soak lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

chat: ## set up what is missing, then open the chat page
	@$(BOOTSTRAP) chat $(ARGS)

test: ## format, lint, types, and every test but the long loops
	@$(BOOTSTRAP) test $(ARGS)

check: ## format, lint, types and the fast tests
	@$(BOOTSTRAP) check $(ARGS)

install: ## make .venv and install what the lock of this system names
	@$(BOOTSTRAP) install

index: ## index the articles of corpus/
	@$(BOOTSTRAP) index $(ARGS)

models: ## fetch the models
	@$(BOOTSTRAP) models $(ARGS)

eval: ## ask the question sets and measure the answers
	@$(BOOTSTRAP) eval $(ARGS)

soak: ## the long loops
	@$(BOOTSTRAP) soak

lock: ## write the locks again from pyproject.toml (needs uv)
	@$(PYTHON) locks/regenerate.py

clean: ## remove .venv and what the tools keep; the index and the models stay
	@$(BOOTSTRAP) clean
