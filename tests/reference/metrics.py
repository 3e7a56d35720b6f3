"""What scikit-learn says of small rankings with ties: /opt/venv/bin/python tests/reference/metrics.py > tests/reference/metrics.json"""
import json

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

rng = np.random.default_rng(4)
cases = []
for n, rate, levels in [(12, 0.5, 3), (40, 0.1, 5), (200, 0.3, None), (200, 0.03, 11), (60, 0.9, 1), (30, 0.4, None)]:
    y = (rng.random(n) < rate).astype(int)
    y[:2] = [0, 1]
    s = np.clip(0.35 * y + 0.65 * rng.random(n), 0, 1)
    if levels is not None:
        s = np.round(s * levels) / levels
    s = s.round(6)
    cases.append(
        dict(
            y=y.tolist(),
            s=s.tolist(),
            auroc=roc_auc_score(y, s),
            auprc=average_precision_score(y, s),
            brier=brier_score_loss(y, s),
        )
    )
print(json.dumps(dict(sklearn=sklearn.__version__, cases=cases)))
