#!/usr/bin/python3
"""Writes probe_reference.hpp: what scikit-learn's LogisticRegression says about a small data set that is written along.

    /usr/bin/python3 tests/reference/make_probe_reference.py > tests/reference/probe_reference.hpp

Made with Debian 12's python3-sklearn (1.2.1). Only this script needs it; the tests include the header.
"""
import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

random = np.random.default_rng(7)
n, d, classes = 200, 5, 3
labels = random.integers(0, classes, n)
x = (random.normal(0, 0.8, (classes, d))[labels] + random.normal(0, 1, (n, d)) @ random.normal(0, 0.7, (d, d))
     + [0, 3, -2, 0, 1]) * [1, 1, 2, 0.5, 3]
x = x.astype(np.float32)
trains = np.arange(n) % 4 != 3


def array(name, values, kind="double"):
    numbers = np.asarray(values).ravel()
    digits = {"double": "%.17g", "float": "%.9g", "int": "%d"}[kind]
    words = [digits % v for v in numbers]
    if kind == "float":
        words = [w + ("f" if "." in w or "e" in w else ".0f") for w in words]
    print(f"inline constexpr std::array<{kind}, {len(words)}> {name}{{", end="")
    print(",\n    ".join(", ".join(words[i:i + 8]) for i in range(0, len(words), 8)) + "};")


print(f"""// Made by make_probe_reference.py with scikit-learn {sklearn.__version__}, NumPy {np.__version__}. Do not edit.
#pragma once
#include <array>

namespace shoal::probe_reference {{

// Row i is trained on unless i % 4 == 3.
inline constexpr int n = {n}, d = {d}, classes = {classes};""")
array("rows", x, "float")
array("labels", labels, "int")
for name, c in (("weak", 100.0), ("strong", 0.05)):
    # Its default solver stops at 9 equal digits of the loss, which is 4 of the weights.
    model = LogisticRegression(C=c, solver="newton-cg", tol=1e-12, max_iter=100000)
    wide = x.astype(np.float64)
    model.fit(wide[trains], labels[trains])
    print(f"\n// C = {c}, features as they are.")
    array(f"{name}_weights", model.coef_)
    # Adding the same number to all biases changes nothing: they are compared about their mean.
    array(f"{name}_bias", model.intercept_ - model.intercept_.mean())
    print(f"inline constexpr double {name}_accuracy = {model.score(wide[~trains], labels[~trains]):.17g};")
    array(f"{name}_predicted", model.predict(wide), "int")
print("\n}  // namespace shoal::probe_reference")
