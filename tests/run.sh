#!/usr/bin/env bash
# Installs what is missing, builds the release preset and runs the test suite.
# Usage: tests/run.sh [options of ctest], e.g. tests/run.sh -L quick
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

jobs/setup.sh tests
cmake --preset release
cmake --build --preset release --parallel "$(nproc)"
# ctest takes the place of this script, so that its summary is the last thing printed and its status ours. One test more
# at a time than there are cores: those of Slurm mostly wait.
exec ctest --preset release --parallel "$(($(nproc) + 1))" "$@"
