"""Scores of class probabilities, with 95% percentile bootstrap intervals over texts (1,000 resamples, seed 0)."""
import numpy as np
from scipy.stats import rankdata

from data import CLASSES

RESAMPLES = 1000


def with_interval(score, *columns):
    """[value, low, high] of score(*columns); resamples on which it is undefined are left out."""
    random = np.random.default_rng(0)
    n = len(columns[0])
    drawn = []
    for _ in range(RESAMPLES):
        pick = random.integers(0, n, n)
        value = score(*(c[pick] for c in columns))
        if not np.isnan(value):
            drawn.append(value)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return [round(float(v), 4) for v in (score(*columns), low, high)]


def confusion(truth, guess, k):
    return np.bincount(truth.astype(int) * k + guess.astype(int), minlength=k * k).reshape(k, k)


def macro_f1(truth, guess, k):
    """Mean F1 over the classes that occur in truth (as sklearn's, without its cost a thousand times over)."""
    table = confusion(truth, guess, k)
    here = table.sum(1) > 0
    return (2 * table.diagonal()[here] / (table.sum(0) + table.sum(1))[here]).mean()


def mcc(truth, guess):
    (tn, fp), (fn, tp) = confusion(truth, guess, 2).astype(float)
    bottom = np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    return (tp * tn - fp * fn) / bottom if bottom > 0 else np.nan


def auroc(truth, share):
    ranks = rankdata(share)
    p = truth.sum()
    return (ranks[truth].sum() - p * (p + 1) / 2) / (p * (len(truth) - p)) if 0 < p < len(truth) else np.nan


def binary(truth, share):
    """truth: bool; share: P(positive) renormalised over the two classes."""
    guess = share > 0.5
    rate = lambda a: a.mean() if len(a) else np.nan
    return {
        "texts": int(len(truth)),
        "positive": int(truth.sum()),
        "accuracy": with_interval(lambda t, g: (t == g).mean(), truth, guess),
        "macro_f1": with_interval(lambda t, g: macro_f1(t, g, 2), truth, guess),
        "auroc": with_interval(auroc, truth, share),
        "caught": with_interval(lambda t, g: rate(g[t]), truth, guess),
        "blocked": with_interval(lambda t, g: rate(g[~t]), truth, guess),
        "mcc": with_interval(mcc, truth, guess),
    }


def calibration_error(correct, confidence, bins=15):
    """Expected calibration error over equal-width bins of the confidence."""
    slot = np.minimum((confidence * bins).astype(int), bins - 1)
    total = 0.0
    for b in range(bins):
        here = slot == b
        if here.any():
            total += here.mean() * abs(correct[here].mean() - confidence[here].mean())
    return total


def multiclass(p, frame):
    truth = np.array([CLASSES.index(c) for c in frame.label])
    guess = p.argmax(1)
    out = {
        "texts": int(len(frame)),
        "accuracy": with_interval(lambda t, g: (t == g).mean(), truth, guess),
        "macro_f1": with_interval(lambda t, g: macro_f1(t, g, len(CLASSES)), truth, guess),
        "calibration_error": round(float(calibration_error(truth == guess, p.max(1))), 4),
        "confusion": {c: {d: int(((truth == i) & (guess == j)).sum()) for j, d in enumerate(CLASSES)} for i, c in enumerate(CLASSES)},
    }
    return out


def restricted(p, frame, positive):
    """The four-class model asked for `positive` against normal alone."""
    k = CLASSES.index(positive)
    share = p[:, k] / np.maximum(p[:, k] + p[:, 0], 1e-12)
    return binary(frame.label.eq(positive).to_numpy(), share)


def shipped(p, frame):
    """Everything for each source in the frame; p's rows are those of the frame."""
    out = {}
    for source in frame.source.unique():
        own = frame.source.eq(source).to_numpy()
        if source == "simulated":
            out[source] = multiclass(p[own], frame[own])
            for lang in sorted(frame[own].lang.unique()):
                mine = own & frame.lang.eq(lang).to_numpy()
                if mine.sum() >= 50:
                    out[f"simulated_{lang or 'unstated'}"] = multiclass(p[mine], frame[mine])
        else:
            out[source] = restricted(p[own], frame[own], "abuse" if source == "cold" else "spam")
            out[f"{source}_four_classes"] = multiclass(p[own], frame[own])
    return out
