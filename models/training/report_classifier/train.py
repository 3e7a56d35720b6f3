"""
Trains models/report-classifier: hashed character n-grams -> multinomial logistic regression -> ONNX.

    node make_worlds.ts WORK && python train.py --data /work/shared/data --work WORK --out ../../report-classifier

Hashing is the app's (export_features.ts), so there is one implementation of it. A few minutes on two cores.
"""
import argparse
import json
import pathlib
import time
import warnings

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

import evaluate
import export
from data import CLASSES, features, load, phrase_halves

# Texts of one source count together as if there were this many, whatever there are: COLD must not drown SMS.
SOURCE_WEIGHT = {"cold": 30000, "sms": 16000, "simulated": 9000, "authored": 4000}
STRENGTHS = (10, 20)


def fit(x, frame, strength, weights=SOURCE_WEIGHT):
    """Coefficients (buckets, classes) and bias; classes that are absent get a bias that rules them out."""
    weight = frame.source.map(lambda s: weights[s]) / frame.groupby("source").text.transform("size")
    # Only buckets that occur can get a weight: leaving the others out makes the fit several times faster.
    used = np.flatnonzero(np.bincount(x.indices, minlength=x.shape[1]))
    model = LogisticRegression(C=strength, max_iter=400, tol=1e-4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(x[:, used], frame.label, sample_weight=weight.to_numpy())
    coefficients = np.zeros((x.shape[1], len(CLASSES)))
    bias = np.full(len(CLASSES), -30.0)
    if len(model.classes_) == 2:
        rows, intercept = np.vstack([-model.coef_ / 2, model.coef_ / 2]), np.r_[-model.intercept_, model.intercept_] / 2
    else:
        rows, intercept = model.coef_, model.intercept_
    for row, b, name in zip(rows, intercept, model.classes_):
        coefficients[used, CLASSES.index(name)] = row
        bias[CLASSES.index(name)] = b
    return coefficients, bias


def logits(x, model):
    return np.asarray(x @ model[0]) + model[1]


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def log_loss(z, frame):
    """Mean negative log-likelihood, every source counting the same."""
    p = softmax(z)[np.arange(len(z)), [CLASSES.index(c) for c in frame.label]]
    return float(np.mean([-np.log(np.maximum(p[(frame.source == s).to_numpy()], 1e-12)).mean() for s in frame.source.unique()]))


def temperature(z, frame):
    return minimize_scalar(lambda t: log_loss(z / np.exp(t), frame), bounds=(-2, 2), method="bounded")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, default="/work/shared/data")
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    started = time.time()
    log = lambda *what: print(f"[{time.time() - started:5.0f} s]", *what, flush=True)

    frame = load(args.data, args.work)
    x = features(frame.text, args.work, "all")
    log(frame.groupby(["source", "split", "label"]).size().to_string())
    part = lambda *splits: frame.split.isin(splits).to_numpy()
    train, dev, test = part("train"), part("dev"), part("test")

    # Simulated texts share the simulator's phrases, so a split by world says nothing of new wording: settings and
    # temperature are chosen with half of the phrases unseen in training.
    half = phrase_halves(frame, args.work)
    simulated = frame.source.eq("simulated").to_numpy()
    fitting = train & (~simulated | (half == 0))
    judging = dev & (~simulated | (half == 1))
    best = None
    for strength in STRENGTHS:
        model = fit(x[fitting], frame[fitting], strength)
        z = logits(x[judging], model)
        found = temperature(z, frame[judging])
        log(f"C {strength}: dev log loss {log_loss(z, frame[judging]):.4f}, at temperature {np.exp(found.x):.3f} {found.fun:.4f}")
        if best is None or found.fun < best[0]:
            best = (found.fun, strength, float(np.exp(found.x)), model)
    _, strength, heat, partial = best
    # The settings stand: what of SMS's training part was held out comes back. COLD's and the simulator's dev parts
    # stay out, so that their numbers compare.
    final = train | (part("dev") & (frame.source == "sms").to_numpy())
    coefficients, bias = fit(x[final], frame[final], strength)
    # float32 is what ships; everything below is measured on it.
    model = ((coefficients / heat).astype(np.float32), (bias / heat).astype(np.float32))

    results = {"strength": strength, "temperature": heat, "source_weight": SOURCE_WEIGHT}
    results["shipped"] = evaluate.shipped(softmax(logits(x[test], model)), frame[test])
    log(json.dumps(results["shipped"], indent=1))

    results["control"] = {}
    for source in ("cold", "sms"):
        own = frame[final].source.eq(source).to_numpy()
        control = fit(x[final][own], frame[final][own], 30, {source: int(own.sum())})
        own_test = frame[test].source.eq(source).to_numpy()
        results["control"][source] = evaluate.shipped(softmax(logits(x[test][own_test], control)), frame[test][own_test])
    log("control", json.dumps(results["control"], indent=1))

    results["left_out"] = {}
    for source in ("cold", "sms", "simulated"):
        kept = frame[final].source.ne(source).to_numpy()
        without = fit(x[final][kept], frame[final][kept], strength)
        own_test = frame[test].source.eq(source).to_numpy()
        results["left_out"][source] = evaluate.shipped(softmax(logits(x[test][own_test], without) / heat), frame[test][own_test])
    log("left out", json.dumps(results["left_out"], indent=1))

    unseen = test & simulated & (half == 1)
    results["unseen_phrases"] = evaluate.shipped(softmax(logits(x[unseen], partial) / heat), frame[unseen])
    log("unseen phrases", json.dumps(results["unseen_phrases"], indent=1))

    export.write(args.out, model, results, frame[final], args.work)
    (args.work / "results.json").write_text(json.dumps(results, indent=1))
    log("written", args.out)


if __name__ == "__main__":
    main()
