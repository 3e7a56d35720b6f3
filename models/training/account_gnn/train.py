"""
Trains the head of account-gnn on the exported worlds, compares it with what it must beat, and writes the model
folder:

    python models/training/account_gnn/train.py DATA models/account-gnn

DATA is what export_features.ts wrote (with --real for the last section of the card).
"""

import os

# Before numpy loads: on a busy machine, threads that wait for each other cost more than they bring.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import hashlib
import json
import platform
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import sklearn
import torch
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_recall_curve

from card import write_card
from metrics import measure, over_accounts, over_worlds
from network import Head, Masks
from worlds import World, load

VERSION = "1.0.0"
SEEDS = [1, 2, 3]
# The controls are trained less often: they only have to be placed, not chosen from.
CONTROL_SEEDS = [1, 2]
EPOCHS, PATIENCE, BATCH = 24, 6, 1024
# Normalised columns are cut here.
CLIP = 5.0


def stack(worlds: list[World], kind: str) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate([getattr(w, kind) for w in worlds]), np.concatenate([w.y for w in worlds]).astype(np.float32)


class Normaliser:
    def __init__(self, x: np.ndarray):
        self.mean = x.mean(0, dtype=np.float64).astype(np.float32)
        self.std = np.maximum(x.std(0, dtype=np.float64), 1e-2).astype(np.float32)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return np.clip((x - self.mean) / self.std, -CLIP, CLIP).astype(np.float32)


def fit_head(make, columns, train, val, masks, seed: int) -> tuple[Head, float]:
    """Early stopping on the mean AUPRC over validation worlds."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = make()
    x, y = torch.from_numpy(train[0]), torch.from_numpy(train[1])
    val_x = [(torch.from_numpy(vx[:, columns]), vy) for vx, vy in val]
    optimiser = torch.optim.AdamW(model.parameters(), lr=4e-3, weight_decay=2e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS)
    loss_of = torch.nn.BCEWithLogitsLoss()
    best, best_state, waited = -1.0, None, 0
    for _ in range(EPOCHS):
        model.train()
        order = torch.randperm(len(x), generator=generator)
        for i in range(0, len(order), BATCH):
            rows = order[i : i + BATCH]
            batch = masks.apply(x[rows], generator)[:, columns]
            loss = loss_of(model.logits(batch), y[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            value = float(np.mean([average_precision_score(vy, model.logits(vx).numpy()) for vx, vy in val_x]))
        if value > best:
            best, waited = value, 0
            best_state = {k: v.clone() for k, v in model.state_dict().items()}
        else:
            waited += 1
            if waited >= PATIENCE:
                break
    model.load_state_dict(best_state)
    model.eval()
    return model, best


def platt(logit: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    fitted = LogisticRegression(C=1e6).fit(logit[:, None], y)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def main() -> None:
    args = argparse.ArgumentParser()
    args.add_argument("data", type=Path)
    args.add_argument("out", type=Path)
    args = args.parse_args()
    # One thread: the sums, and so the model, don't depend on the machine's load.
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    started = time.time()

    plan, worlds = load(args.data)
    n_features, n_channels, n_gaps = len(plan["features"]), len(plan["channels"]), len(plan["gaps"])
    by = {s: [w for w in worlds if w.split == s] for s in ["train", "val", "test", "real"]}
    gap_of = {f["name"]: f["gap"] for f in plan["features"]}
    everything = np.arange(len(plan["columns"]))
    own = np.concatenate([np.arange(n_features), np.arange(n_channels * n_features, len(everything))])

    # name -> [per test world scores], predicted probabilities for every world that is judged
    judged = by["test"] + by["real"]
    predictions: dict[str, dict[str, np.ndarray]] = {}
    heads: dict[str, list] = {}
    normalisers = {}
    for kind in ["x", "rewired"]:
        train = stack(by["train"], kind)
        norm = normalisers[kind] = Normaliser(train[0])
        masks = Masks(plan, gap_of, norm.mean, norm.std, CLIP)
        tx, ty = norm(train[0]), train[1]
        val = [(norm(getattr(w, kind)), w.y) for w in by["val"]]
        val_y = np.concatenate([y for _, y in val])
        test = {w.id: norm(getattr(w, kind)) for w in judged}

        def keep(name: str, score, calibrate: bool = True) -> None:
            """score: normalised columns -> logits; calibrated on the validation worlds."""
            a, b = platt(np.concatenate([score(vx) for vx, _ in val]), val_y) if calibrate else (1.0, 0.0)
            predictions[name] = {k: 1 / (1 + np.exp(-(a * score(vx) + b))) for k, vx in test.items()}

        variants = [("gnn", everything, n_channels)] if kind == "x" else [("gnn_rewired", everything, n_channels)]
        if kind == "x":
            variants.append(("features_only", own, 1))
        for name, columns, channels in variants:
            seeds = SEEDS if name == "gnn" else CONTROL_SEEDS
            fits = [fit_head(lambda: Head(channels, n_features, n_gaps), columns, (tx, ty), val, masks, s) for s in seeds]
            heads[name] = fits
            for seed, (model, _) in zip(seeds, fits):
                def score(vx, model=model):
                    with torch.no_grad():
                        return model.logits(torch.from_numpy(vx[:, columns])).numpy()

                a, b = platt(np.concatenate([score(vx) for vx, _ in val]), val_y)
                model.scale.fill_(a)
                model.shift.fill_(b)
                keep(f"{name}/{seed}", score)
            if name == "gnn":
                # Early, so that the app can be tried while the comparison is still running.
                model, chosen, threshold = choose(fits, norm, by["val"])
                write_model(args.out, plan, model, norm, threshold, {}, by, SEEDS[chosen], time.time() - started)
            print(name, [round(v, 4) for _, v in fits], f"{time.time() - started:.0f} s", file=sys.stderr)
        if kind == "x":
            peers = {
                "logistic": (LogisticRegression(C=0.05, max_iter=300), everything),
                "logistic_features_only": (LogisticRegression(C=0.05, max_iter=300), own),
                "boosting": (HistGradientBoostingClassifier(max_iter=120, learning_rate=0.12, max_leaf_nodes=15, l2_regularization=1.0, random_state=1), everything),
                "boosting_features_only": (HistGradientBoostingClassifier(max_iter=120, learning_rate=0.12, max_leaf_nodes=15, l2_regularization=1.0, random_state=1), own),
            }
            for name, (peer, columns) in peers.items():
                peer.fit(tx[:, columns], ty)
                keep(name, lambda vx, peer=peer, columns=columns: peer.decision_function(vx[:, columns]))
                print(name, f"{time.time() - started:.0f} s", file=sys.stderr)

    model, chosen, threshold = choose(heads["gnn"], normalisers["x"], by["val"])
    norm = normalisers["x"]
    results = summarise(predictions, by, SEEDS[chosen])
    print("summarised", f"{time.time() - started:.0f} s", file=sys.stderr)
    results["threshold"] = {
        "value": threshold,
        "rule": "best F1 over the validation worlds",
        "test": {w.id: at_threshold(w.y, predictions[f"gnn/{SEEDS[chosen]}"][w.id], threshold) for w in by["test"]},
    }
    write_model(args.out, plan, model, norm, threshold, results, by, SEEDS[chosen], time.time() - started)
    write_card(args.out, plan, results, by, SEEDS, SEEDS[chosen])
    print(f"done in {time.time() - started:.0f} s", file=sys.stderr)


def choose(fits: list, norm: Normaliser, val: list[World]) -> tuple[Head, int, float]:
    """The head with the best validation AUPRC, its position, and the threshold of best F1 over those worlds."""
    chosen = int(np.argmax([v for _, v in fits]))
    model = fits[chosen][0]
    y = np.concatenate([w.y for w in val])
    with torch.no_grad():
        p = model(torch.from_numpy(np.concatenate([norm(w.x) for w in val]))).numpy()
    precision, recall, thresholds = precision_recall_curve(y, p)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return model, chosen, round(float(thresholds[np.argmax(f1[:-1])]), 3)


def at_threshold(y: np.ndarray, p: np.ndarray, threshold: float) -> dict[str, float]:
    above = p >= threshold
    hits = int((above & (y == 1)).sum())
    return {"above": int(above.sum()), "precision": hits / max(1, int(above.sum())), "recall": hits / max(1, int(y.sum()))}


def summarise(predictions: dict, by: dict, shipped: int) -> dict:
    """Per method: mean and interval over the complete held-out worlds, and each world by itself."""
    complete = [w for w in by["test"] if w.complete]
    out = {"worlds": {}, "mean": {}, "difference": {}, "real": {}}
    names = list(dict.fromkeys(k.split("/")[0] for k in predictions))
    rows = {}
    for name in names:
        runs = [k for k in predictions if k.split("/")[0] == name]
        # Trained several times: the mean over training seeds, world by world.
        per_world = {}
        for w in by["test"]:
            each = [measure(w.y, predictions[k][w.id]) for k in runs]
            per_world[w.id] = {m: float(np.mean([e[m] for e in each])) for m in each[0]}
        out["worlds"][name] = per_world
        rows[name] = [per_world[w.id] for w in complete]
        out["mean"][name] = over_worlds(rows[name])
        if len(runs) > 1:
            spread = [np.mean([measure(w.y, predictions[k][w.id])["auprc"] for w in complete]) for k in runs]
            out["mean"][name]["auprc"]["by_training_seed"] = [round(float(v), 4) for v in spread]
        out["real"][name] = {w.id: over_accounts(w.y, predictions[f"{name}/{shipped}" if f"{name}/{shipped}" in predictions else runs[0]][w.id]) for w in by["real"]}
    for name in names:
        if name != "gnn":
            paired = [{m: a[m] - b[m] for m in ["auroc", "auprc"]} for a, b in zip(rows["gnn"], rows[name])]
            out["difference"][name] = over_worlds(paired)
    return out


def write_model(out, plan, model, norm, threshold, results, by, seed, seconds) -> None:
    out.mkdir(parents=True, exist_ok=True)
    width = len(plan["columns"])
    path = out / "model.onnx"
    torch.onnx.export(
        model, torch.zeros(2, width), str(path), input_names=["x"], output_names=["score"],
        dynamic_axes={"x": {0: "batch"}, "score": {0: "batch"}}, opset_version=17, dynamo=False,
    )
    onnx.checker.check_model(onnx.load(path))
    rng = np.random.default_rng(0)
    real_rows = np.concatenate([norm(w.x[rng.choice(len(w.x), 12, replace=False)]) for w in by["test"][:4]])
    edge_rows = np.stack([np.zeros(width), np.full(width, CLIP), np.full(width, -CLIP)]).astype(np.float32)
    x = np.concatenate([real_rows, edge_rows])
    with torch.no_grad():
        expected = model.double()(torch.from_numpy(x).double()).numpy()
    model.float()
    got = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]
    assert np.abs(got - expected).max() < 5e-6, np.abs(got - expected).max()
    golden = {
        "schema": 1,
        "cases": [
            {
                "name": "held-out accounts, all typical, all high, all low",
                "inputs": {"x": {"dims": list(x.shape), "data": [float(v) for v in x.ravel()]}},
                "outputs": {"score": {"dims": [len(x)], "data": [float(v) for v in expected]}},
            }
        ],
    }
    (out / "golden.json").write_text(json.dumps(golden) + "\n")
    manifest = {
        "schema": 1,
        "name": "account-gnn",
        "version": VERSION,
        "kind": "account_scores",
        "description": "Decoupled graph network over diffusion channels of account features; trained on simulation.",
        "file": "model.onnx",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "opset": 17,
        "inputs": [{"name": "x", "dtype": "float32", "shape": ["batch", width]}],
        "outputs": [{"name": "score", "dtype": "float32", "shape": ["batch"]}],
        "features": [{k: c[k] for k in ["name", "family", "relation", "hop"]} for c in plan["columns"]],
        "normalisation": {"mean": [float(v) for v in norm.mean], "std": [float(v) for v in norm.std], "clip": CLIP},
        "threshold": threshold,
        "golden": "golden.json",
        "tolerance": 1e-5,
        "card": "card.md",
        "trained_on": "simulated",
        "params": {
            "features": [{k: f[k] for k in ["name", "mean", "std"]} for f in plan["features"]],
            "gaps": plan["gaps"],
            "channels": plan["channels"],
            "clip": plan["clip"],
        },
        "training": {
            "scripts": "models/training/account_gnn",
            "seed": seed,
            "worlds": plan["plans"],
            "simulator_sha256": plan["simulatorSha256"],
            "seconds": round(seconds),
            "versions": {
                "python": platform.python_version(), "torch": torch.__version__, "onnx": onnx.__version__,
                "scikit-learn": sklearn.__version__, "numpy": np.__version__,
            },
        },
        "metrics": results,
    }
    (out / "model.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    main()
