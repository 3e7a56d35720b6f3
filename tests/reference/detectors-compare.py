"""Writes detectors-compare.json: NMI (arithmetic) and ARI of random and special pairs of partitions by
scikit-learn, over the accounts that both place (-1: in no community).

    /opt/venv/bin/python tests/reference/detectors-compare.py
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

rng = np.random.default_rng(7)


def noisy(a, share, k):
    b = a.copy()
    change = rng.random(len(a)) < share
    b[change] = rng.integers(0, k, change.sum())
    return b


def holes(a, share):
    b = a.copy()
    b[rng.random(len(a)) < share] = -1
    return b


cases = []
for n, k, share, missing in [(40, 4, 0.1, 0), (60, 6, 0.4, 0), (80, 9, 1.0, 0), (80, 5, 0.2, 0.3), (120, 30, 0.3, 0.1)]:
    a = rng.integers(0, k, n)
    cases.append((holes(a, missing), holes(noisy(a, share, k), missing)))
one = np.zeros(12, int)
each = np.arange(12)
cases += [(one, one), (one, each), (each, each), (each, one), (one, rng.integers(0, 3, 12))]

out = []
for a, b in cases:
    both = (a >= 0) & (b >= 0)
    out.append(
        {
            "a": a.tolist(),
            "b": b.tolist(),
            "nmi": float(normalized_mutual_info_score(a[both], b[both])),
            "ari": float(adjusted_rand_score(a[both], b[both])),
        }
    )
path = Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"made_by": f"scikit-learn {sklearn.__version__}", "cases": out}) + "\n")
