"""Makes tests/reference/foreign/: networks of models/training/export on a small graph, with the scores that PyTorch gives.

python tests/reference/foreign.py        (torch, onnx, onnxruntime)
"""

import json
import pathlib
import sys
import warnings

import numpy as np
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models/training/export"))
import layers  # noqa: E402
import shoal  # noqa: E402

warnings.simplefilter("ignore")
OUT = ROOT / "tests/reference/foreign"
N, WIDTH = 240, 3
rng = np.random.default_rng(7)
torch.manual_seed(7)

# A ring of cliques, a hub, two lone nodes; weights as a recipe gives them.
pairs = {}
for c in range(0, 200, 8):
    for a in range(c, c + 8):
        for b in range(a + 1, c + 8):
            if rng.random() < 0.6:
                pairs[a, b] = round(float(rng.random() + 0.25), 3)
    pairs[c, (c + 8) % 200] = 0.5
for k in range(0, 230, 3):
    if k != 237:
        pairs[min(k, 237), max(k, 237)] = 0.125
del_self = {(a, b): w for (a, b), w in pairs.items() if a != b}
edges = sorted((min(a, b), max(a, b), w) for (a, b), w in del_self.items())
x = rng.normal(size=(N, WIDTH)).astype(np.float32).round(3)
x[5, 1] = x[17, 0] = np.nan

rows = [[] for _ in range(N)]
for a, b, w in edges:
    rows[a].append((b, w))
    rows[b].append((a, w))
rows = [sorted(r) for r in rows]
graph = shoal.Graph(
    np.cumsum([0] + [len(r) for r in rows]).astype(np.uint32),
    np.array([v for r in rows for v, _ in r], dtype=np.uint32),
    np.array([w for r in rows for _, w in r], dtype=np.float32),
)
columns = [{"name": f"f{k}", "family": "attributes", "hop": 0} for k in range(WIDTH)]
scale = shoal.scale_of(x)
expected = {}
for arch in ("sage", "gin", "bwgnn"):
    model = layers.ARCHITECTURES[arch](WIDTH, 8).eval()
    shoal.export(model, columns, scale, OUT / arch, engine="message_passing", hops=model.hops, edge_weight=model.weights, trained_on="simulated",
                 description="Random weights; a fixture of the tests.")
    index, weights = graph.edges(model.weights)
    with torch.no_grad():
        scores = torch.sigmoid(model(torch.from_numpy(scale.apply(x)), torch.from_numpy(index), torch.from_numpy(weights)))[:, 0]
    expected[arch] = [round(float(v), 8) for v in scores]
(OUT / "graph.json").write_text(
    json.dumps({"n": N, "edges": edges, "x": [[None if np.isnan(v) else round(float(v), 3) for v in r] for r in x], "expected": expected})
)
print({k: (min(v), max(v)) for k, v in expected.items()}, len(edges))
