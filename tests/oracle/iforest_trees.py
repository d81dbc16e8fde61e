#!/usr/bin/env python3
"""Forests grown by scikit-learn and what it says of some rows, for tests/unit/detect/test_iforest.c.

Writes tests/oracle/iforest_trees.h: per forest its trees, node by node (feature, -1 for a leaf; threshold; number of the left
and the right child; rows), the rows asked about, which are floats, and their scores (-score_samples).

Usage: iforest_trees.py > tests/oracle/iforest_trees.h       (needs numpy and scikit-learn)
"""
import sys

import numpy as np
import sklearn
from sklearn.ensemble import IsolationForest


def forests():
    rng = np.random.default_rng(5)
    blob = rng.normal(0, 1, (60, 3))
    blob[0] = [9, -7, 4]
    yield "blob", blob, {"n_estimators": 12}, 16
    yield "grid", np.floor(blob[:, :2] * 1.5), {"n_estimators": 10}, 16
    yield "constant", np.column_stack([np.full(40, 7.0), blob[:40, 0]]), {"n_estimators": 6}, 16
    yield "equal", np.ones((9, 2)), {"n_estimators": 3}, 4
    yield "one_row", np.array([[3.5, 2.0]]), {"n_estimators": 2}, 1
    yield "two_rows", np.array([[3.5], [2.0]]), {"n_estimators": 4}, 2
    yield "subsample", rng.lognormal(1, 1, (200, 2)), {"n_estimators": 8, "max_samples": 32}, 24
    yield "eleven", blob[:11], {"n_estimators": 5}, 11


def array(kind, name, values):
    print(f"static const {kind} {name}[] = {{")
    line = "   "
    for v in values:
        text = f" {float(v).hex() if kind == 'double' else int(v)},"
        if len(line) + len(text) > 110:
            print(line)
            line = "   "
        line += text
    print(line)
    print("};")


def main():
    print(f"/* Made by iforest_trees.py with scikit-learn {sklearn.__version__}, numpy {np.__version__}. */")
    rows = []
    for name, x, parameters, n_asked in forests():
        x = x.astype(np.float32)
        forest = IsolationForest(random_state=3, **parameters).fit(x)
        asked = np.vstack([x[:n_asked], (x[:max(1, n_asked // 2)] * 1.37 + 0.5).astype(np.float32)])
        nodes, feature, threshold, left, right, samples = [], [], [], [], [], []
        for estimator in forest.estimators_:
            tree = estimator.tree_
            nodes.append(tree.node_count)
            feature += list(np.where(tree.children_left < 0, -1, tree.feature))
            threshold += list(np.where(tree.children_left < 0, 0.0, tree.threshold))
            left += list(tree.children_left)
            right += list(tree.children_right)
            samples += list(tree.n_node_samples)
        print()
        array("int", f"{name}_nodes", nodes)
        array("int", f"{name}_feature", feature)
        array("double", f"{name}_threshold", threshold)
        array("int", f"{name}_left", left)
        array("int", f"{name}_right", right)
        array("int", f"{name}_rows", samples)
        array("double", f"{name}_x", asked.astype(float).ravel())
        array("double", f"{name}_score", -forest.score_samples(asked))
        rows.append(f"    {{{len(nodes)}, {x.shape[1]}, {len(asked)}, {forest.max_samples_}, {name}_nodes, {name}_feature, "
                    f"{name}_threshold, {name}_left, {name}_right, {name}_rows, {name}_x, {name}_score}},")
    print("""
struct grown {
    size_t n_trees, d, n_asked, max_samples;
    const int *nodes, *feature;
    const double *threshold;
    const int *left, *right, *rows;
    const double *x, *score;
};

static const struct grown grown[] = {""")
    print("\n".join(rows))
    print("};")
    return 0


if __name__ == "__main__":
    sys.exit(main())
