#!/usr/bin/python3
"""Writes tsne_reference.hpp: affinities, objective and gradient of t-SNE on 200 rows that are written along.

    /usr/bin/python3 tests/reference/make_tsne_reference.py > tests/reference/tsne_reference.hpp

Made with Debian 12's python3-sklearn (1.2.1). Only this script needs it; the tests include the header. The affinities
are found here in double to the last digits (scikit-learn stops its search of the bandwidth at 1e-5 of the entropy, in
float); the script checks them against scikit-learn's. Objective and gradient are scikit-learn's, for these affinities.
"""
import numpy as np
import sklearn
from scipy.optimize import brentq
from scipy.spatial.distance import pdist, squareform
from sklearn.manifold import trustworthiness
from sklearn.manifold._t_sne import _joint_probabilities, _kl_divergence

random = np.random.default_rng(21)
n, d, perplexity = 200, 5, 15.0


def array(name, values, kind="double"):
    numbers = np.asarray(values).ravel()
    digits = {"double": "%.17g", "float": "%.9g"}[kind]
    words = [digits % v for v in numbers]
    if kind == "float":
        words = [w + ("f" if "." in w or "e" in w else ".0f") for w in words]
    print(f"inline constexpr std::array<{kind}, {len(words)}> {name}{{", end="")
    print(",\n    ".join(", ".join(words[i:i + 8]) for i in range(0, len(words), 8)) + "};")


def conditional(distances):
    """The weights of one row's neighbours, of entropy log(perplexity)."""
    shifted = distances - distances.min()

    def weights(log_b):
        w = np.exp(-np.exp(log_b) * shifted)
        return w / w.sum()

    def excess(log_b):
        p = weights(log_b)
        return -(p[p > 0] * np.log(p[p > 0])).sum() - np.log(perplexity)

    return weights(brentq(excess, -20, 20, xtol=1e-15, rtol=1e-15))


x = (random.normal(0, 2, (4, d))[random.integers(0, 4, n)] + random.normal(0, 1, (n, d))).astype(np.float32)
squared = squareform(pdist(x.astype(np.float64), "sqeuclidean"))
p = np.zeros((n, n))
for i in range(n):
    others = np.arange(n) != i
    p[i, others] = conditional(squared[i, others])
p = (p + p.T) / (2 * n)
assert np.abs(squareform(p) - _joint_probabilities(squared.astype(np.float32), perplexity, 0)).max() < 1e-4 * p.max()

y = random.normal(0, 3, (n, 2)).astype(np.float32)
divergence, gradient = _kl_divergence(y.astype(np.float64).ravel(), squareform(p), 1, n, 2)

print(f"""// Made by make_tsne_reference.py with scikit-learn {sklearn.__version__}, NumPy {np.__version__}. Do not edit.
#pragma once
#include <array>

namespace shoal::tsne_reference {{

inline constexpr int n = {n}, d = {d};
inline constexpr double perplexity = {perplexity};""")
array("rows", x, "float")
array("first_row_of_affinities", p[0])
array("points", y, "float")
print(f"inline constexpr double divergence = {divergence:.17g};")
array("gradient", gradient)
for k in (5, 15):
    print(f"inline constexpr double trustworthiness_{k} = {trustworthiness(x.astype(np.float64), y.astype(np.float64), n_neighbors=k):.17g};")
near_x = np.argsort(squared, axis=1, kind="stable")[:, 1:16]
near_y = np.argsort(squareform(pdist(y.astype(np.float64), "sqeuclidean")), axis=1, kind="stable")[:, 1:16]
kept = np.mean([len(set(a) & set(b)) / 15 for a, b in zip(near_x, near_y)])
print(f"inline constexpr double preservation_15 = {kept:.17g};")
print("\n}  // namespace shoal::tsne_reference")
