"""Trains scikit-learn's and LightGBM's trees for trees.ts. Reads x.f32 and y.u8 of the folder given, then one request a
line (JSON); answers with one line: seconds, cpu (processor seconds, all threads), auroc, auprc on the rows held out."""
import json
import sys
import time
from pathlib import Path

import lightgbm
import numpy as np
import sklearn
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, roc_auc_score
from threadpoolctl import threadpool_limits

folder, rows, width = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
x = np.fromfile(folder / 'x.f32', np.float32).reshape(rows, width)
y = np.fromfile(folder / 'y.u8', np.uint8)


def model(r):
    if r['model'] == 'hgb':
        return HistGradientBoostingClassifier(
            max_iter=r['trees'], max_leaf_nodes=r['leaves'], learning_rate=r['rate'], l2_regularization=r['l2'],
            min_samples_leaf=r['leafRows'], max_features=float(r['share']), early_stopping=False, random_state=r['seed'])
    if r['model'] == 'lightgbm':
        return lightgbm.LGBMClassifier(
            n_estimators=r['trees'], num_leaves=r['leaves'], learning_rate=r['rate'], reg_lambda=r['l2'],
            min_child_samples=r['leafRows'], feature_fraction_bynode=r['share'], max_bin=255, verbose=-1,
            n_jobs=r['threads'], random_state=r['seed'])
    return ExtraTreesClassifier(
        r['trees'], min_samples_leaf=r['leafRows'], max_features=float(r['share']), n_jobs=r['threads'],
        random_state=r['seed'])


print(json.dumps({'sklearn': sklearn.__version__, 'lightgbm': lightgbm.__version__}), flush=True)
for line in sys.stdin:
    r = json.loads(line)
    train, test = np.array(r['train']), np.array(r['test'])
    xt, yt = x[train], y[train]
    with threadpool_limits(r['threads']):
        start, used = time.perf_counter(), time.process_time()
        made = model(r).fit(xt, yt)
        seconds, cpu = time.perf_counter() - start, time.process_time() - used
    p = made.predict_proba(x[test])[:, 1] if len(test) else np.zeros(0)
    answer = {'seconds': seconds, 'cpu': cpu}
    if len(test):
        answer |= {'auroc': roc_auc_score(y[test], p), 'auprc': average_precision_score(y[test], p)}
    print(json.dumps(answer), flush=True)
