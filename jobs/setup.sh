#!/usr/bin/env bash
# Installs what Shoal needs to build and run, where it is missing: Debian 12, Ubuntu 22.04 or newer, as root or with sudo.
# Elsewhere it changes nothing and says what is needed.  Usage: jobs/setup.sh [tests]
# `tests`: also what the tests start for themselves: a browser that looks at the report, a Slurm, and networks between hosts
# that are namespaces.
set -euo pipefail

packages=(
  g++ cmake ninja-build pkg-config git ca-certificates
  libopenmpi-dev openmpi-bin libhdf5-openmpi-dev
  libeigen3-dev libopenblas-pthread-dev libfftw3-dev
  libboost-program-options-dev nlohmann-json3-dev zlib1g-dev libpng-dev libcairo2-dev fonts-dejavu-core libgtest-dev
  dataset-fashion-mnist
)
[ "${1:-}" != tests ] || packages+=(chromium python3-minimal slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge iproute2)

if ! command -v apt-get >/dev/null 2>&1; then
  cat >&2 <<MESSAGE
shoal: this system has no apt-get, so nothing was installed. Shoal needs:
  a C++20 compiler (g++ 12 or newer), CMake 3.25, Ninja, Open MPI 4, parallel HDF5 1.10.8 or newer (built with MPI),
  Eigen 3.4, OpenBLAS (with its LAPACK), FFTW 3 (single precision), Boost.Program_options 1.74, nlohmann-json 3.11, zlib, libpng 1.6,
  cairo 1.16 and the DejaVu fonts, GoogleTest 1.12 and, for the tests of the report, Chromium and Python 3,
  and, for the first example, Fashion-MNIST's four IDX files in /usr/share/datasets/fashion-mnist.
On a cluster: module load gcc cmake openmpi hdf5-parallel eigen openblas fftw boost cairo (the names vary), then cmake --preset release.
MESSAGE
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "shoal: these packages are missing, and this user is neither root nor has sudo. Ask an administrator to run:" >&2
    echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "shoal: installing ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
