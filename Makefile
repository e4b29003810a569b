# Everything a person or CI does here. `make` alone lists it.
# ARGS='…' goes to the command; PORT=, HOST=, DATABASE_URL= and REDIS_URL= are honoured.

.DEFAULT_GOAL := help
.PHONY: help run manage test check lint bench

scripts := .venv/bin/python -m scripts

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 16

run: ## start GridGov with its demo city; Ctrl-C stops it
	@scripts/setup.sh run
	@$(scripts) run

manage: ## run a management command, as in: make manage ARGS='shell'
	@scripts/setup.sh run
	@$(scripts) manage $(ARGS)

test: ## run the tests, as in: make test ARGS='tests/cases -m "not browser"'
	@scripts/setup.sh test
	@$(scripts) test $(ARGS)

check: ## everything that must hold before a change goes in, besides the tests
	@scripts/setup.sh dev
	@$(scripts) check

lint: ## the quick part of check
	@scripts/setup.sh dev
	@$(scripts) lint

bench: ## measure the speed through HTTP
	@scripts/setup.sh dev
	@$(scripts) bench $(ARGS)
