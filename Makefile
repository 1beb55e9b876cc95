# `make verify [KEY=key.yaml]` and `make test` do all the set-up themselves, in $(VENV).
PYTHON ?= python3
VENV ?= .venv
OUT ?= proof
KEY ?=
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# numba compiles UMAP's and librosa's functions where they are first used and keeps them beside the packages:
# once here, not in each of a run's processes at the same time.
COMPILE_ONCE := $(BIN)/python -c 'from solvers.hw10.q06_emotion_umap.layout import circles_test; circles_test(0)' & \
	$(BIN)/python -W ignore -c 'import librosa.core.audio, librosa.feature' && wait $$!
LOCK := uv pip compile --quiet --universal --python-version 3.11 --no-annotate --custom-compile-command 'make lock'

.PHONY: verify test lint lock clean
.DELETE_ON_ERROR:

verify: $(READY)
	@$(BIN)/quizproof verify --allow-open --out "$(OUT)" $(if $(KEY),--key "$(KEY)")

# Processes of one thread each: threads would wait for each other on two cores, and of three processes one
# often waits for a browser or a child. What Python compiles is kept, for the many that are started; so is memory
# that torch takes again and again, which the kernel would fill with zeros each time.
TEST_ENV := OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=1073741824
test: $(READY) lint
	@.ci/browser install
	@$(TEST_ENV) $(BIN)/python -m pytest -n 3 --dist loadfile; code=$$?; .ci/browser missing; exit $$code

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(READY): pyproject.toml requirements.lock build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "quizproof needs Python 3.11 or newer; give one with make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "quizproof needs pip and venv for $(PYTHON); on Debian: apt-get install python3-venv" >&2; exit 2; }
	@$(PYTHON) -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' || \
	  { echo "quizproof needs the headers of $(PYTHON) to build pesq; on Debian: apt-get install python3-dev" >&2; exit 2; }
	@command -v cc >/dev/null || command -v gcc >/dev/null || \
	  { echo "quizproof needs a C compiler to build pesq; on Debian: apt-get install gcc" >&2; exit 2; }
	@echo "Setting up $(VENV): some minutes, about 7 GB (torch brings most of it)." >&2
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes -r build.lock
	@$(PIP) --require-hashes --no-build-isolation -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(COMPILE_ONCE)
	@touch $(READY)

# After a change of the dependencies: uv makes the locks anew, keeping the versions that still fit.
lock:
	$(LOCK) --generate-hashes pyproject.toml --all-extras -o requirements.lock
	$(LOCK) pyproject.toml --all-extras -c requirements.lock -o constraints.txt
	$(LOCK) --generate-hashes --group pyproject.toml:build -c constraints.txt -o build.lock

clean:
	rm -rf $(VENV) $(OUT) build *.egg-info
