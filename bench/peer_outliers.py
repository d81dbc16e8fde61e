"""scikit-learn's detectors on the matrices that bench_detector reads. Prints JSON; processor seconds, one thread.

Usage: peer_outliers.py iforest|knn|lof MATRIX ROWS COLUMNS
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np # noqa: E402
import sklearn # noqa: E402
from sklearn.ensemble import IsolationForest # noqa: E402
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors # noqa: E402

JOBS = {"iforest": lambda x: IsolationForest(random_state=0, n_jobs=1).fit(x).score_samples(x),
        "knn": lambda x: NearestNeighbors(n_neighbors=20, algorithm="kd_tree").fit(x).kneighbors(),
        "lof": lambda x: LocalOutlierFactor(n_neighbors=20, algorithm="kd_tree").fit(x).negative_outlier_factor_}


def main():
    kind, path, rows, columns = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    x = np.fromfile(path, float).reshape(rows, columns)
    start = time.process_time()
    JOBS[kind](x)
    print(json.dumps({"seconds": time.process_time() - start, "version": f"scikit-learn {sklearn.__version__}"}))


if __name__ == "__main__":
    main()
