#!/usr/bin/python3
"""Writes clustering_reference.hpp: what scikit-learn and SciPy say about a small data set that is written along.

    /usr/bin/python3 tests/reference/make_clustering_reference.py > tests/reference/clustering_reference.hpp

Made with Debian 12's python3-sklearn (1.2.1). Only this script needs it; the tests include the header.
"""
import warnings

import numpy as np
import scipy
import sklearn
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.metrics.cluster import contingency_matrix

warnings.filterwarnings("ignore")
random = np.random.default_rng(20)


def array(name, values, kind="double"):
    numbers = np.asarray(values).ravel()
    digits = {"double": "%.17g", "float": "%.9g", "int": "%d"}[kind]
    words = [digits % v for v in numbers]
    if kind == "float":
        words = [w + ("f" if "." in w or "e" in w else ".0f") for w in words]
    print(f"inline constexpr std::array<{kind}, {len(words)}> {name}{{", end="")
    print(",\n    ".join(", ".join(words[i:i + 8]) for i in range(0, len(words), 8)) + "};")


def number(name, value):
    print(f"inline constexpr double {name} = {value:.17g};")


# Four overlapping clouds, features of different scale and offset.
n, d, k = 150, 6, 4
classes = random.integers(0, k, n)
x = random.normal(0, 2.2, (k, d))[classes] + random.normal(0, 1, (n, d)) @ random.normal(0, 0.7, (d, d))
x = (x * [1, 2, 0.5, 1, 10, 0.1] + [0, 5, -3, 100, 0, 1]).astype(np.float32)
x64 = x.astype(np.float64)

print(f"""// Made by make_clustering_reference.py with scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, NumPy {np.__version__}. Do not edit.
#pragma once
#include <array>

namespace shoal::reference {{

inline constexpr int n = {n}, d = {d}, k = {k}, components = 3;""")
array("rows", x, "float")
array("classes", classes, "int")

pca = PCA(3, svd_solver="full").fit(x64)
array("pca_mean", pca.mean_)
array("pca_components", pca.components_)
array("pca_explained_variance", pca.explained_variance_)
array("pca_explained_variance_ratio", pca.explained_variance_ratio_)
array("pca_singular_values", pca.singular_values_)
number("pca_noise_variance", pca.noise_variance_)
array("pca_scores_of_first_5", pca.transform(x64[:5]))
array("pca_whitened_scores_of_first_5", PCA(3, svd_solver="full", whiten=True).fit(x64).transform(x64[:5]))
print(f"inline constexpr int pca_components_for_95_percent = {PCA(0.95, svd_solver='full').fit(x64).n_components_};")
wide = PCA(3, svd_solver="full").fit(x64[:5])  # fewer rows than features
array("pca_wide_explained_variance", wide.explained_variance_)
number("pca_wide_noise_variance", wide.noise_variance_)

start = x64[[3, 40, 77, 110]]
array("kmeans_start", start)
kmeans = KMeans(k, init=start, n_init=1, algorithm="lloyd").fit(x64)
array("kmeans_labels", kmeans.labels_, "int")
array("kmeans_centers", kmeans.cluster_centers_)
number("kmeans_inertia", kmeans.inertia_)
print(f"inline constexpr int kmeans_n_iter = {kmeans.n_iter_};")
loose = KMeans(k, init=start, n_init=1, algorithm="lloyd", tol=0.05).fit(x64)  # stops by the tolerance
array("kmeans_loose_labels", loose.labels_, "int")
number("kmeans_loose_inertia", loose.inertia_)
print(f"inline constexpr int kmeans_loose_n_iter = {loose.n_iter_};")
weights = (np.arange(n) % 5 * 0.5).astype(np.float32)  # a fifth of the rows counts for nothing
weighted = KMeans(k, init=start, n_init=1, algorithm="lloyd").fit(x64, sample_weight=weights)
array("kmeans_weights", weights, "float")
array("kmeans_weighted_labels", weighted.labels_, "int")
array("kmeans_weighted_centers", weighted.cluster_centers_)
number("kmeans_weighted_inertia", weighted.inertia_)
number("kmeans_best_inertia", KMeans(k, n_init=50, random_state=0).fit(x64).inertia_)


def scores(name, truth, predicted):
    table = contingency_matrix(truth, predicted)
    pairs = linear_sum_assignment(table, maximize=True)
    print(f"""inline constexpr Scores {name}{{{table[pairs].sum() / len(truth):.17g}, {table.max(axis=0).sum() / len(truth):.17g},
    {normalized_mutual_info_score(truth, predicted):.17g}, {adjusted_rand_score(truth, predicted):.17g}}};""")


print("\nstruct Scores {\n  double accuracy, purity, nmi, ari;\n};")
scores("scores_of_kmeans", classes, kmeans.labels_)
more = KMeans(7, n_init=3, random_state=1).fit(x64).labels_
array("more_clusters", more, "int")
scores("scores_of_more_clusters", classes, more)
scores("scores_of_one_cluster", classes, np.zeros(n, int))
scores("scores_of_singletons", classes, np.arange(n))
scores("scores_of_itself", classes, classes)
scores("scores_of_parity", classes, np.arange(n) % 2)
scores("scores_of_one_class_in_one_cluster", np.zeros(n, int), np.zeros(n, int))
scores("scores_of_one_class_in_singletons", np.zeros(n, int), np.arange(n))
print("\n}  // namespace shoal::reference")
