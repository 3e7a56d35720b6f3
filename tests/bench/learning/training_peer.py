"""The members of Shoal's default scorer by scikit-learn, on the columns that `shoal dataset` wrote: 5 folds each."""

import json
import os
import sys
import time
import warnings

import numpy as np

warnings.simplefilter("ignore")
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../../models/training/export"))
import sklearn
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def read(folder):
    info = json.load(open(os.path.join(folder, "dataset.json")))
    x = np.fromfile(os.path.join(folder, "features.f32"), dtype="<f4").reshape(info["accounts"], -1)
    y = np.fromfile(os.path.join(folder, "labels.i8"), dtype="i1")
    own = [k for k, c in enumerate(info["columns"]) if c["family"] in ("attributes", "registration", "logins", "reports") and c["hop"] == 0]
    return x[y >= 0], y[y >= 0], own


x, y, own = read(sys.argv[1])
filled = np.nan_to_num(x, nan=0.0, posinf=0.0, neginf=0.0)
reg = dict(learning_rate=0.05, max_iter=160, max_leaf_nodes=15, min_samples_leaf=20, l2_regularization=5, early_stopping=False)
members = [
    ("plain-own", lambda: HistGradientBoostingClassifier(max_iter=100, early_stopping=False), x[:, own]),
    ("boosting-own", lambda: HistGradientBoostingClassifier(max_features=0.2, **reg), x[:, own]),
    ("extra-trees-own", lambda: ExtraTreesClassifier(100, min_samples_leaf=3, max_features=0.2, n_jobs=2), filled[:, own]),
    ("boosting", lambda: HistGradientBoostingClassifier(max_features=0.2, **reg), x),
    ("extra-trees", lambda: ExtraTreesClassifier(100, min_samples_leaf=3, max_features=0.2, n_jobs=2), filled),
    ("logistic", lambda: make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=200)), filled),
]
started = time.time()
auroc = 0.0
for name, make, data in members:
    out = np.zeros(len(y))
    for train, test in StratifiedKFold(5, shuffle=True, random_state=1).split(data, y):
        out[test] = make().fit(data[train], y[train]).predict_proba(data[test])[:, 1]
    if name == "boosting":
        auroc = roc_auc_score(y, out)
print(json.dumps({"seconds": time.time() - started, "auroc": auroc, "versions": f"scikit-learn {sklearn.__version__}"}))
