"""Train, or go on training, a network on a workspace's data set, and write a model folder for Shoal.

    shoal dataset NAME.shoal DATASET                                   # in Shoal: columns, edges, labels
    python fine_tune.py DATASET OUT/my-sage --arch sage                # here, or on the cluster's GPU
    shoal model import NAME.shoal OUT/my-sage                          # in Shoal: checked, copied, ready to use

`--init weights.pt` starts from weights saved by an earlier run (fine-tuning); `--save weights.pt` keeps them. Labels are
divided class by class into 60% to learn from, 20% to stop by and 20% to report on; the card states the last.
"""

from __future__ import annotations

import argparse
import copy

import numpy as np
import torch

import layers
import shoal


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("dataset")
    ask.add_argument("out")
    ask.add_argument("--arch", choices=sorted(layers.ARCHITECTURES), default="sage")
    ask.add_argument("--hidden", type=int, default=64)
    ask.add_argument("--epochs", type=int, default=200)
    ask.add_argument("--patience", type=int, default=30)
    ask.add_argument("--lr", type=float, default=5e-3)
    ask.add_argument("--weight-decay", type=float, default=1e-4)
    ask.add_argument("--relation", default="all")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--init")
    ask.add_argument("--save")
    args = ask.parse_args()
    torch.manual_seed(args.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    data = shoal.read(args.dataset)
    if args.relation not in data.graphs:
        ask.error(f"--relation {args.relation}: the data set has {', '.join(data.graphs)}")
    train, stop, report = split(data.y, args.seed)

    # A message-passing network diffuses by itself: it gets the accounts' own columns. A decoupled one gets all.
    # Columns made from labels are left out of both: here they would have seen the very labels that are tested.
    keep = [k for k, c in enumerate(data.columns) if c["family"] != "labels" and (args.arch == "decoupled" or c["operator"] == "own")]
    columns = [data.columns[k] for k in keep]
    raw = data.x[:, keep]
    scale = shoal.scale_of(raw[train])
    x = torch.from_numpy(scale.apply(raw)).to(device)
    model = layers.ARCHITECTURES[args.arch](x.shape[1], args.hidden)
    if args.init:
        model.load_state_dict(torch.load(args.init, weights_only=True))
    model.to(device)
    inputs = [x]
    if args.arch != "decoupled":
        index, weights = data.graphs[args.relation].edges(model.weights)
        inputs += [torch.from_numpy(index).to(device), torch.from_numpy(weights).to(device)]

    y = torch.from_numpy(np.maximum(data.y, 0).astype(np.float32)).to(device)
    bad = float(y[train].sum())
    loss_of = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor((len(train) - bad) / max(1.0, bad), device=device))
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=args.weight_decay)
    best, kept, since = -1.0, copy.deepcopy(model.state_dict()), 0
    for epoch in range(args.epochs):
        model.train()
        optimiser.zero_grad()
        loss = loss_of(model(*inputs)[train, 0], y[train])
        loss.backward()
        optimiser.step()
        model.eval()
        with torch.no_grad():
            scores = torch.sigmoid(model(*inputs))[:, 0].cpu().numpy()
        found = average_precision(data.y[stop], scores[stop])
        if found > best:
            best, kept, since = found, copy.deepcopy(model.state_dict()), 0
        else:
            since += 1
            if since >= args.patience:
                break
    model.load_state_dict(kept)
    model.eval()
    with torch.no_grad():
        scores = torch.sigmoid(model(*inputs))[:, 0].cpu().numpy()
    metrics = {
        "protocol": f"stratified 60/20/20, seed {args.seed}, the last 20% ({len(report)} accounts)",
        "auroc": auroc(data.y[report], scores[report]),
        "auprc": average_precision(data.y[report], scores[report]),
        "base_rate": float((data.y[report] == 1).mean()),
    }
    print(f"{args.arch}: epoch {epoch + 1}, held out AUROC {metrics['auroc']:.4f}, AUPRC {metrics['auprc']:.4f}")
    if args.save:
        torch.save(model.state_dict(), args.save)
    settings = dict(engine="table") if args.arch == "decoupled" else dict(
        engine="message_passing", hops=model.hops, relation=args.relation, edge_weight=model.weights
    )
    out = shoal.export(
        model, columns, scale, args.out, **settings,
        encoding=data.info.get("encoding"),
        threshold=threshold(data.y[stop], scores[stop]),
        trained_on="simulated" if data.info.get("simulated") else "workspace",
        description=f"{args.arch} with {args.hidden} hidden units, trained on {len(train)} labels.",
        training={"script": "fine_tune.py", "arguments": vars(args), "graph_sha256": data.info["graphSha256"]},
        metrics=metrics,
    )
    print(f"wrote {out}")


def split(y: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """60/20/20 of the labelled nodes, class by class."""
    rng = np.random.default_rng(seed)
    parts: list[list[np.ndarray]] = [[], [], []]
    for label in (0, 1):
        nodes = rng.permutation(np.flatnonzero(y == label))
        if len(nodes) < 10:
            raise SystemExit(f"only {len(nodes)} accounts are labelled {'malicious' if label else 'benign'}; at least 10 of each are needed")
        a, b = int(len(nodes) * 0.6), int(len(nodes) * 0.8)
        for part, some in zip(parts, (nodes[:a], nodes[a:b], nodes[b:])):
            part.append(some)
    return tuple(np.sort(np.concatenate(p)) for p in parts)  # type: ignore[return-value]


def auroc(y: np.ndarray, s: np.ndarray) -> float:
    order = np.argsort(s, kind="stable")
    _, inverse, counts = np.unique(s[order], return_inverse=True, return_counts=True)
    ranks = np.empty(len(s))
    ranks[order] = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    bad = (y == 1).sum()
    return float((ranks[y == 1].sum() - bad * (bad + 1) / 2) / (bad * (len(y) - bad)))


def average_precision(y: np.ndarray, s: np.ndarray) -> float:
    order = np.argsort(-s, kind="stable")
    hits = np.cumsum(y[order] == 1)
    last = np.append(np.flatnonzero(np.diff(s[order])), len(s) - 1)
    recall, precision = hits[last] / hits[-1], hits[last] / (last + 1)
    return float((np.diff(np.append(0, recall)) * precision).sum())


def threshold(y: np.ndarray, s: np.ndarray) -> float:
    """Where F1 on the stopping part is greatest."""
    order = np.argsort(-s, kind="stable")
    hits = np.cumsum(y[order] == 1)
    f1 = 2 * hits / (np.arange(1, len(s) + 1) + hits[-1])
    return float(np.clip(s[order][int(np.argmax(f1))], 0.0, 1.0))


if __name__ == "__main__":
    main()
