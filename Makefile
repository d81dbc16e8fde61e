# A thin front for CMake, ctest and the scripts: every target also installs the Debian packages that it needs and
# this machine lacks (scripts/packages.sh). Builds live in build/NAME; see CMakePresets.json for the names.

PREFIX ?= /usr/local
JOBS := $(shell nproc 2>/dev/null || echo 2)
RELEASE := build/release
TESTS := $(if $(wildcard $(RELEASE)/CMakeCache.txt),,-DODDFLOW_TESTS=OFF)

.PHONY: help demo build test check bench differential oracle fuzz format docs install clean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F': ## ' '/^[a-z]+: ## / { printf "  make %-14s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## build and show the odd flows of a capture (the one in ODDFLOW_DATA, else a generated one)
	@scripts/packages.sh build demo
	@scripts/build.sh release oddflow_cli $(TESTS)
	@scripts/demo.sh $(RELEASE)/oddflow

build: ## build the program and the library into build/release
	@scripts/packages.sh build
	@scripts/build.sh release oddflow_cli oddflow oddflow_static $(TESTS)

test: ## build and run every test
	@scripts/packages.sh build test
	@scripts/build.sh release all -DODDFLOW_TESTS=ON
	@ctest --preset release -j $(JOBS)

check: ## everything else that must hold: compilers, sanitizers, layering, lint, documents, parity
	@scripts/packages.sh build test check oracle
	@scripts/check.sh

differential: ## compare with pandas and scikit-learn on random input (SEED=N MATRICES=N WINDOWS=N)
	@scripts/packages.sh build oracle
	@scripts/build.sh release oddflow_cli oddflow $(TESTS)
	@scripts/differential.sh $(RELEASE)

oracle: ## compare the detectors with scikit-learn and PyOD (from PyPI) on random matrices (SEED=N MATRICES=N)
	@scripts/packages.sh build test oracle
	@scripts/build.sh release raw_scores -DODDFLOW_TESTS=ON
	@scripts/oracle.sh $(RELEASE)

bench: ## measure speed and memory against the peers; writes bench/results.md and bench/results.csv
	@scripts/packages.sh build test bench
	@scripts/build.sh release all -DODDFLOW_TESTS=ON
	@bench/run.sh $(RELEASE)

fuzz: ## fuzz every parser (SECONDS_EACH=N, default 600)
	@scripts/packages.sh build test check
	@scripts/fuzz.sh

format: ## lay out the sources as .clang-format says
	@scripts/packages.sh check
	@git ls-files '*.c' '*.h' | grep -v '^tests/oracle/' | xargs clang-format -i

docs: ## write docs/reference from the tables of the program
	@scripts/packages.sh build test
	@scripts/build.sh release oddflow_cli $(TESTS)
	@scripts/gen_docs.sh $(RELEASE)/oddflow docs/reference

install: ## install into PREFIX (default /usr/local); DESTDIR is honoured
	@scripts/packages.sh build
	@scripts/build.sh release all $(TESTS)
	@cmake --install $(RELEASE) --prefix "$(PREFIX)"

clean: ## remove everything that was built
	rm -rf build
