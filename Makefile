# Every command finds or installs what it needs, and says in one line what it cannot install.
.PHONY: help demo test check faults bench ceremony supply install edge edge-report fuzz coverage constant-time miri mutants
.DEFAULT_GOAL := help

help: ## Show these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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

ceremony: ## Make a key of proofs as several parties do, in full size, and prove with it; a quarter of an hour
	@scripts/ceremony.sh

supply: ## Licences, oldest versions, public names and bills of materials, in target/supply
	@scripts/supply.sh

install: ## Build the C library and install it: DESTDIR= PREFIX=/usr/local LIBDIR=
	@scripts/install.sh

edge: ## Build for small devices, and run firmware under an emulator against its budgets
	@scripts/test-edge.sh

edge-report: ## Print what each part costs a device: flash, memory, instructions
	@scripts/edge-report.sh

fuzz: ## Fuzz every target for TIME seconds (60) from the files of the test kit
	@scripts/fuzz.sh

coverage: ## Print how much of the decoders the test kit and what fuzzing found reach
	@scripts/coverage.sh

constant-time: ## Look for branches and addresses that hang on secrets, curves included, under valgrind
	@scripts/constant-time.sh

miri: ## Run the C library's handling of pointers, and what reads bytes, in Miri
	@scripts/miri.sh

mutants: ## Change the code and look which tests notice: abe, pre, envelope, policy, consent; SHARD=0/40 for a part
	@scripts/mutants.sh
