"""Scores of a ranking and of its probabilities, with bootstrap intervals."""

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score


def ece(y: np.ndarray, p: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error over equal-width bins (Naeini et al. 2015)."""
    which = np.minimum((p * bins).astype(int), bins - 1)
    total = 0.0
    for b in range(bins):
        inside = which == b
        if inside.any():
            total += inside.mean() * abs(p[inside].mean() - y[inside].mean())
    return float(total)


def measure(y: np.ndarray, p: np.ndarray) -> dict[str, float]:
    top = np.argsort(-p, kind="stable")[:100]
    return {
        "auroc": float(roc_auc_score(y, p)),
        "auprc": float(average_precision_score(y, p)),
        "precision_at_100": float(y[top].mean()),
        "brier": float(np.mean((p - y) ** 2)),
        "ece": ece(y, p),
    }


def over_worlds(rows: list[dict[str, float]], seed: int = 0, times: int = 5000) -> dict[str, dict]:
    """Mean over worlds with a 95% percentile interval from resampling worlds."""
    rng = np.random.default_rng(seed)
    pick = rng.integers(0, len(rows), (times, len(rows)))
    out = {}
    for key in rows[0]:
        values = np.array([r[key] for r in rows])
        means = values[pick].mean(1)
        out[key] = {"mean": float(values.mean()), "low": float(np.quantile(means, 0.025)), "high": float(np.quantile(means, 0.975))}
    return out


def over_accounts(y: np.ndarray, p: np.ndarray, seed: int = 0, times: int = 300) -> dict[str, dict]:
    """AUROC and AUPRC with a 95% percentile interval from resampling accounts."""
    rng = np.random.default_rng(seed)
    draws = {"auroc": [], "auprc": []}
    for _ in range(times):
        i = rng.integers(0, len(y), len(y))
        draws["auroc"].append(roc_auc_score(y[i], p[i]))
        draws["auprc"].append(average_precision_score(y[i], p[i]))
    point = {"auroc": roc_auc_score(y, p), "auprc": average_precision_score(y, p)}
    return {
        k: {"value": float(point[k]), "low": float(np.quantile(v, 0.025)), "high": float(np.quantile(v, 0.975))}
        for k, v in draws.items()
    }
