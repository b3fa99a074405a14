"""Writes cluster_quality_reference.hpp: scikit-learn's silhouettes and indices of clusters in a small data set.

    /usr/bin/python3 tests/reference/make_cluster_quality_reference.py > tests/reference/cluster_quality_reference.hpp

Made with Debian 12's python3-sklearn (1.2.1). Only this script needs it; the tests include the header.
"""
import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_samples, silhouette_score

random = np.random.default_rng(7)


def array(name, values, kind="double"):
    digits = {"double": "%.17g", "float": "%.9gf", "int": "%d"}[kind]
    words = [digits % v for v in np.asarray(values).ravel()]
    if kind == "float":
        words = [w if "." in w or "e" in w else w[:-1] + ".0f" for w in words]
    print(f"inline constexpr std::array<{kind}, {len(words)}> {name}{{", end="")
    print(",\n    ".join(", ".join(words[i:i + 8]) for i in range(0, len(words), 8)) + "};")


def number(name, value):
    print(f"inline constexpr double {name} = {value:.17g};")


n, d, k = 101, 5, 4
x = random.normal(0, 3, (k, d))[random.integers(0, k, n)] + random.normal(0, 1, (n, d))
x = (x * [1, 2, 0.5, 1, 1] + [0, 5, -3, 100, 0]).astype(np.float32)
x64 = x.astype(np.float64)
labels = KMeans(k, n_init=1, random_state=0).fit(x64).labels_
labels[0] = k  # a row that is alone in its cluster

print(f"""// Made by make_cluster_quality_reference.py with scikit-learn {sklearn.__version__}, NumPy {np.__version__}. Do not edit.
#pragma once
#include <array>

namespace shoal::reference {{

inline constexpr int quality_n = {n}, quality_d = {d}, quality_k = {k + 1};""")
array("quality_rows", x, "float")
array("quality_labels", labels, "int")
array("quality_silhouettes", silhouette_samples(x64, labels))
number("quality_silhouette", silhouette_score(x64, labels))
number("quality_davies_bouldin", davies_bouldin_score(x64, labels))
number("quality_calinski_harabasz", calinski_harabasz_score(x64, labels))
means = np.array([x64[labels == c].mean(0) for c in range(k + 1)])
number("quality_within", ((x64 - means[labels]) ** 2).sum())

# The gap statistic of made-up inertias, by its formulas.
inertia, references = 37.5, np.array([80.0, 91.0, 70.5, 77.0])
array("gap_reference_inertias", references)
number("gap_inertia", inertia)
number("gap_value", np.log(references).mean() - np.log(inertia))
number("gap_standard_error", np.log(references).std() * np.sqrt(1 + 1 / len(references)))
print("\n}  // namespace shoal::reference")
