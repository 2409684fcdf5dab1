# Every command finds or installs what it needs, and says in one line what it cannot install.
.PHONY: help demo test check faults bench install
.DEFAULT_GOAL := help

help: ## Show these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Seal a patient's records and see who can open which; DATA=path for your own FHIR files (CONF=N SENS=none if no side file labels them), JSON=1 for numbers
	@scripts/demo.sh

test: ## Run all tests, on both curve backends
	@scripts/test.sh

check: ## Check format, lints, documentation and licences
	@scripts/check.sh

faults: ## Put known faults into a copy, one by one, and name the test that notices each
	@scripts/faults.sh

bench: ## Measure against the operation counts of SPEC.md
	@scripts/bench.sh

install: ## Build the C library and install it: DESTDIR= PREFIX=/usr/local LIBDIR=
	@scripts/install.sh
