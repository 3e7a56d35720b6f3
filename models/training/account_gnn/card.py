"""Writes card.md from the measured numbers, so that the card can't say anything else."""

from pathlib import Path

NAMES = {
    "gnn": "**this model** (gated head on all channels)",
    "features_only": "same head, account's own features only",
    "gnn_rewired": "same head, trained and tested on a rewired graph",
    "boosting": "gradient boosting, all channels",
    "boosting_features_only": "gradient boosting, own features only",
    "logistic": "logistic regression, all channels",
    "logistic_features_only": "logistic regression, own features only",
}
METRICS = {"auroc": "AUROC", "auprc": "AUPRC", "precision_at_100": "P@100", "brier": "Brier", "ece": "ECE"}


def interval(v: dict, key: str = "mean") -> str:
    return f"{v[key]:.3f} [{v['low']:.3f}, {v['high']:.3f}]"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return "\n".join(lines + ["| " + " | ".join(r) + " |" for r in rows])


def verdict(results: dict) -> str:
    """What the paired differences say, in words."""
    out = []
    for name, label in [
        ("features_only", "its own features alone"),
        ("gnn_rewired", "a graph rewired at random with the same degrees"),
        ("boosting", "gradient boosting on the same columns"),
    ]:
        d = results["difference"][name]["auprc"]
        if d["low"] > 0:
            says = "is better than"
        elif d["high"] < 0:
            says = "is **worse** than"
        else:
            says = "can't be told from"
        out.append(f"- It {says} {label}: AUPRC difference {d['mean']:+.3f} [{d['low']:+.3f}, {d['high']:+.3f}].")
    best = max(results["mean"], key=lambda k: results["mean"][k]["auprc"]["mean"])
    out.append(f"- The best mean AUPRC here belongs to: {NAMES[best].replace('**', '')}.")
    return "\n".join(out)


def write_card(out: Path, plan: dict, results: dict, by: dict, seeds: list[int], shipped: int) -> None:
    complete = [w for w in by["test"] if w.complete]
    cut = [w for w in by["test"] if not w.complete]
    t = results["threshold"]
    mean_rows = [[NAMES[n], *[interval(results["mean"][n][m]) for m in METRICS]] for n in NAMES]
    world_rows = [
        [w.id.removeprefix("test-"), f"{len(w.y):,}", f"{w.y.mean():.1%}"]
        + [f"{results['worlds'][n][w.id][m]:.3f}" for n in ["gnn", "features_only", "boosting"] for m in ["auroc", "auprc"]]
        + [f"{t['test'][w.id]['precision']:.2f} / {t['test'][w.id]['recall']:.2f}"]
        for w in complete + cut
    ]
    real_rows = [
        [w.id, NAMES[n].replace("**", ""), interval(results["real"][n][w.id]["auroc"], "value"),
         interval(results["real"][n][w.id]["auprc"], "value"), f"{w.y.mean():.3f}"]
        for w in by["real"] for n in ["gnn", "features_only", "boosting", "logistic"]
    ]
    splits = {s: sum(len(w.y) for w in by[s]) for s in ["train", "val", "test"]}
    spread = results["mean"]["gnn"]["auprc"]["by_training_seed"]
    text = f"""# account-gnn {plan.get('version', '1.0.0')}

**Trained on simulation.** Every account this model has learnt from was made by `shoal simulate`. It has never seen
a real account. Its scores say how much an account looks like the misuse that the simulator knows how to play; on
real exports they are a first order to look in, not a finding. Scores of real data below are poor, and are
reported because they are.

## What it is

A decoupled graph network. {len(plan['features'])} features per account (structure, sharing, registration, logins, reports; **never
labels**) are scaled and spread over the account graph by Shoal's own kernels into {len(plan['channels'])} channels: the account itself, the
mean of its neighbours by relations, the mean by shared entities, the difference from its neighbourhood, the mean
two steps away, and a band-pass (Beta wavelet p = q = 1, Tang et al. 2022). A dense head (a projection and a gate
per channel, then two layers; input [batch, {len(plan['columns'])}], output [batch]) gives a score from 0 to 1, calibrated by Platt
scaling on the validation worlds. Labels stay out because the model is used on exports it has never seen, where
labels are few, late and partly wrong.

## Trained and tested on

{splits['train']:,} accounts of {len(by['train'])} training worlds, {splits['val']:,} of {len(by['val'])} validation worlds (early stopping, calibration, threshold),
{splits['test']:,} of {len(by['test'])} held-out worlds, all listed with seed and setting in `model.json` (`training.worlds`) and in
`models/training/account_gnn/worlds.ts`. The setting `camouflage` was held out whole. Some worlds leave files of
the export out. Training also blanks parts of the input at random, as if an export lacked them.

## Held-out simulated worlds

Mean over the {len(complete)} complete held-out worlds, 95% interval from resampling worlds (5,000 times, seed 0). So few worlds make
these intervals rough. In the rewired graph every account keeps its number of ties but not whom they
lead to; its own features are left as they are. The head is trained with seeds {', '.join(map(str, seeds))}, its controls with the first two, averaged world by world; the head's mean AUPRC by seed was
{', '.join(f'{v:.3f}' for v in spread)}; seed {shipped} is the one that ships (best on validation).

{table(['', *METRICS.values()], mean_rows)}

{verdict(results)}

World by world (AUROC and AUPRC; the last column is precision / recall at the threshold {t['value']}, {t['rule']}):

{table(['world', 'accounts', 'malicious', 'this: AUROC', 'AUPRC', 'own features: AUROC', 'AUPRC', 'boosting: AUROC', 'AUPRC', 'at threshold'], world_rows)}

## Real data, without any training there

`../shared/data/tolokers` (banned crowd workers) and `reddit` (banned users): accounts and relations imported as
they are, all labelled accounts scored, shipped seed, 95% interval from resampling accounts (300 times, seed 0). The
accounts' own columns f0…f63 are not used, because this model doesn't know them; nearly all of its features are
missing in these sets and are filled with the training mean.

{table(['set', 'method', 'AUROC', 'AUPRC', 'share malicious = AUPRC of chance'], real_rows)}

Models trained *on* these sets reach AUROC .837 (GCN) to .862 on tolokers and .640 (GCN) to .675 on reddit
(../shared/data/README.md): train on the workspace's own labels where there are enough.

## Limits

- Simulated misuse is what somebody thought of. New kinds of misuse will score low.
- A crowded, innocent place (campus, carrier, café) can score high: look at the reasons and at who shares what.
- Calibration holds on simulated worlds of similar prevalence (3–12% malicious) and nowhere else.
- An export that lacks logins, relations or reports is scored from what is left; the run says what was missing.
- A high score is never by itself a reason to act against an account.
"""
    (out / "card.md").write_text(text)
