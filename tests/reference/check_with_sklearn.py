#!/usr/bin/python3
"""Compares what `shoal pipeline` wrote with scikit-learn and SciPy: PCA, k-means, scores, read by plain h5py.

    shoal pipeline --input IMAGES --labels LABELS --output RESULT.h5
    /usr/bin/python3 tests/reference/check_with_sklearn.py RESULT.h5 LABELS

LABELS: .npy or IDX(.gz); without them nothing is said of the scores. Centres at which scikit-learn comes to rest at once, too,
need a run with `--tolerance 0`: otherwise both stop a little before, and one more start from there goes on. Fails on a difference above 1e-5 (PCA) or 1e-6 (k-means,
scores), relative. Needs python3-sklearn and python3-h5py.
"""
import argparse
import gzip
import json
import sys

import h5py
import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, pairwise_distances_argmin_min
from sklearn.metrics.cluster import contingency_matrix

agrees = True


def read_labels(path):
    if path.endswith(".npy"):
        return np.load(path).ravel()
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    assert data[:4] == b"\0\0\x08\x01", f"{path} is neither .npy nor IDX of one dimension of bytes"
    return np.frombuffer(data, np.uint8, offset=8)


def compare(what, ours, theirs, tolerance):
    """The largest difference, relative to the largest number."""
    global agrees
    error = np.abs(np.asarray(ours, np.float64) - theirs).max() / np.abs(theirs).max()
    agrees &= bool(error <= tolerance)
    print(f"  {what}: {error:.2g}{'' if error <= tolerance else f'  ABOVE {tolerance:g}'}")


def check_pca(codes, group):
    ours = {name: group[name][()] for name in ("mean", "components", "explained_variance", "explained_variance_ratio", "singular_values")}
    n, d = codes.shape
    pca = PCA(len(ours["components"]), svd_solver="full", whiten=bool(group.attrs["whiten"])).fit(codes)
    print(f"{group.name}: {len(ours['components'])} components of ({n}, {d})")
    signs = np.sign((ours["components"] * pca.components_).sum(axis=1))
    compare("mean", ours["mean"], pca.mean_, 1e-5)
    compare("components, up to sign", ours["components"], pca.components_ * signs[:, None], 1e-5)
    for name in ("explained_variance", "explained_variance_ratio", "singular_values"):
        # Each number on its own: the last ones are small.
        compare(name, ours[name] / getattr(pca, name + "_"), np.ones(len(signs)), 1e-5)
    # Relative to the largest, as the small one is a mean of the eigenvalues that are left.
    compare("noise_variance", group.attrs["noise_variance"] / pca.explained_variance_[0], pca.noise_variance_ / pca.explained_variance_[0], 1e-5)
    compare("scores", group["scores"][()], pca.transform(codes) * signs, 1e-5)


def compare_clusters(group, labels, distances):
    """Ours against scikit-learn's label and Euclidean distance of each row. Rows on a border may fall either way."""
    global agrees
    differ = int((labels != group["labels"][()]).sum())
    agrees &= differ == 0
    print(f"  labels: {differ} of {len(labels)} differ")
    compare("distances", group["distances"][()], distances, 1e-6)
    compare("inertia", group.attrs["inertia"], (distances ** 2).sum(), 1e-6)


def check_kmeans(rows, group, tolerance):
    centers = group["centers"][()]
    print(f"{group.name}: k = {len(centers)}, the nearest of our centres")
    compare_clusters(group, *pairwise_distances_argmin_min(rows, centers))
    if tolerance > 0:
        print(f"  (stopped by tolerance {tolerance:g}: no comparison with a start from these centres)")
        return
    print(f"{group.name}: one start of scikit-learn from our centres")
    kmeans = KMeans(len(centers), init=centers, n_init=1, algorithm="lloyd", tol=0).fit(rows)
    compare_clusters(group, kmeans.labels_, np.linalg.norm(rows - kmeans.cluster_centers_[kmeans.labels_], axis=1))
    compare("centers", centers, kmeans.cluster_centers_, 1e-6)
    compare("sizes", group["sizes"][()], np.bincount(kmeans.labels_, minlength=len(centers)), 0)
    print(f"  scikit-learn's iterations: {kmeans.n_iter_}")


def check_score(truth, predicted, group):
    table = contingency_matrix(truth, predicted)
    print(f"{group.name}: {table.shape[0]} classes, {table.shape[1]} clusters")
    used = np.unique(predicted)
    compare("contingency", group["contingency"][()][:, used], table, 0)
    compare("accuracy", group.attrs["accuracy"], table[linear_sum_assignment(table, maximize=True)].sum() / len(truth), 1e-6)
    compare("purity", group.attrs["purity"], table.max(axis=0).sum() / len(truth), 1e-6)
    compare("nmi", group.attrs["nmi"], normalized_mutual_info_score(truth, predicted), 1e-6)
    compare("ari", group.attrs["ari"], adjusted_rand_score(truth, predicted), 1e-6)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("result", help="written by shoal pipeline")
    parser.add_argument("labels", nargs="?")
    options = parser.parse_args()
    with h5py.File(options.result) as file:
        check_pca(file["codes/data"][()].astype(np.float64), file["pca"])
        tolerance = float(json.loads(file.attrs["options"])["tolerance"])
        check_kmeans(file["pca/scores"][()].astype(np.float64), file["kmeans"], tolerance)
        if options.labels:
            truth = read_labels(options.labels)
            check_score(truth, file["kmeans/labels"][()], file["score"])
            if "baseline/score" in file:
                check_score(truth, file["baseline/kmeans/labels"][()], file["baseline/score"])
    sys.exit(0 if agrees else "the two do not agree")


main()
