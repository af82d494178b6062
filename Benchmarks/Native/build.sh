#!/bin/sh
# Builds libkernels-shim.so beside this script, with whichever of libxsmm and Eigen has its headers here
# (Debian: g++ libxsmm-dev libeigen3-dev). "compare fixed" runs it when the library is missing.
set -e
cd "$(dirname "$0")"
compiler=${CXX:-$(command -v g++ || command -v clang++ || true)}
if [ -z "$compiler" ]; then
    echo "no C++ compiler" >&2
    exit 1
fi
includes="-I/usr/include/eigen3 -I/usr/local/include/eigen3"
libraries=
if echo '#include <libxsmm.h>' | "$compiler" -xc++ -E - >/dev/null 2>&1; then
    # The second library stands in for the BLAS that libxsmm would fall back to.
    libraries="-lxsmm -lxsmmnoblas -lpthread -lrt -ldl -lm"
fi
# Written under another name first: no half-written library is ever found. NDEBUG is how Eigen is meant to be timed.
"$compiler" -std=c++17 -O3 -march=native -DNDEBUG -fPIC -shared $includes shim.cpp -o "libkernels-shim.$$.so" $libraries
mv "libkernels-shim.$$.so" libkernels-shim.so
