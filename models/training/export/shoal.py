"""Between Shoal and PyTorch: read a data set that `shoal dataset` wrote, and write a model folder that Shoal runs.

    import shoal
    data = shoal.read("DATASET")                       # columns, edges, labels of a workspace
    shoal.export(model, data, "OUT/my-model", ...)     # model.onnx, model.json, golden.json, card.md

Needs numpy, torch, onnx and onnxruntime; PyTorch Geometric models work when their forward takes
(x, edge_index, edge_weight) or (x, edge_index).
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import platform
import re
import warnings
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
import torch

OPSET = 18
CLIP = 8.0
TOLERANCE = 1e-5


@dataclass
class Graph:
    """One channel, both directions of every edge; node u's edges are offsets[u]:offsets[u + 1]."""

    offsets: np.ndarray
    targets: np.ndarray
    weights: np.ndarray

    def edges(self, weights: str = "none") -> tuple[np.ndarray, np.ndarray]:
        """edge_index [2, e] (source, target) and edge_weight [e], as Shoal hands them to a model."""
        n = len(self.offsets) - 1
        into = np.repeat(np.arange(n, dtype=np.int64), np.diff(self.offsets.astype(np.int64)))
        strength = np.bincount(into, weights=self.weights.astype(np.float64), minlength=n)
        w = self.weights.astype(np.float64)
        if weights == "none":
            w = np.ones_like(w)
        elif weights == "row":
            w = w / strength[into]
        elif weights == "symmetric":
            w = w / np.sqrt(strength[into] * strength[self.targets])
        elif weights != "raw":
            raise ValueError(f"weights must be none, raw, row or symmetric, not {weights!r}")
        return np.stack([self.targets.astype(np.int64), into]), w.astype(np.float32)


@dataclass
class Dataset:
    info: dict
    accounts: list[str]
    columns: list[dict]
    """[n, width] float32, NaN where not known."""
    x: np.ndarray
    graphs: dict[str, Graph]
    """1 malicious, 0 benign, -1 not labelled."""
    y: np.ndarray


def read(folder: str | pathlib.Path) -> Dataset:
    """A folder that `shoal dataset WORKSPACE FOLDER` wrote."""
    at = pathlib.Path(folder)
    info = json.loads((at / "dataset.json").read_text("utf-8"))
    if info.get("schema") != 1:
        raise ValueError(f"{at / 'dataset.json'}: schema {info.get('schema')} is not known; use the exporter of this Shoal version.")
    n, width = info["accounts"], len(info["columns"])
    x = np.fromfile(at / "features.f32", dtype="<f4").reshape(n, width)
    graphs = {}
    for channel in info["channels"]:
        name = channel["file"]
        graphs[channel["id"]] = Graph(
            np.fromfile(at / f"{name}.offsets.u32", dtype="<u4"),
            np.fromfile(at / f"{name}.targets.u32", dtype="<u4"),
            np.fromfile(at / f"{name}.weights.f32", dtype="<f4"),
        )
    y = np.fromfile(at / "labels.i8", dtype="i1")
    accounts = json.loads((at / "accounts.json").read_text("utf-8"))
    return Dataset(info, accounts, info["columns"], x, graphs, y)


@dataclass
class Scale:
    mean: np.ndarray
    std: np.ndarray

    def apply(self, x: np.ndarray) -> np.ndarray:
        """As Shoal does it: a missing value is 0, the mean."""
        z = np.clip((x - self.mean) / self.std, -CLIP, CLIP)
        return np.where(np.isnan(x), 0.0, z).astype(np.float32)


def scale_of(x: np.ndarray) -> Scale:
    """Mean and spread of each column over the rows given (those trained on); a constant column gets spread 1."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a column without any value
        mean, std = np.nanmean(x, axis=0), np.nanstd(x, axis=0)
    mean = np.where(np.isfinite(mean), mean, 0.0)
    return Scale(mean, np.where(np.isfinite(std) & (std > 1e-9), std, 1.0))


class _Probability(torch.nn.Module):
    def __init__(self, model: torch.nn.Module, output: str):
        super().__init__()
        self.model, self.output = model, output

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        out = self.model(*inputs)
        return torch.sigmoid(out) if self.output == "margin" else out


def _golden_graph(width: int, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A small graph with a hub, a lone node and parallel structure, so that sums over several neighbours are tested."""
    g = torch.Generator().manual_seed(seed)
    pairs = [(0, k) for k in range(1, 12)] + [(1, 2), (2, 3), (3, 4), (5, 6), (6, 7), (5, 7), (12, 13), (13, 14)]
    both = pairs + [(b, a) for a, b in pairs]
    both.sort(key=lambda p: (p[1], p[0]))
    x = torch.randn(16, width, generator=g)
    return x, torch.tensor(both, dtype=torch.int64).T.contiguous(), torch.rand(len(both), generator=g) + 0.1


def _tensor(value: np.ndarray) -> dict:
    return {"dims": list(value.shape), "data": [float(v) for v in value.reshape(-1)]}


def export(
    model: torch.nn.Module,
    columns: list[dict],
    scale: Scale,
    out: str | pathlib.Path,
    *,
    engine: str,
    hops: int | None = None,
    relation: str = "all",
    edge_weight: str = "none",
    output: str = "margin",
    threshold: float = 0.5,
    trained_on: str = "workspace",
    version: str = "1.0.0",
    description: str = "",
    training: dict | None = None,
    metrics: dict | None = None,
    card: str | None = None,
    encoding: object | None = None,
) -> pathlib.Path:
    """Writes a model folder. `output` says what `model` returns ('margin': log-odds, 'probability'); the file always
    gives probabilities. engine 'table': model(x); 'message_passing': model(x, edge_index[, edge_weight]) looking `hops` far.
    Raises ValueError where onnxruntime does not reproduce PyTorch within 1e-5 (a wrong scatter, an operator that is not
    exported faithfully)."""
    if engine not in ("table", "message_passing"):
        raise ValueError(f"engine must be 'table' or 'message_passing', not {engine!r}")
    if engine == "message_passing" and not hops:
        raise ValueError("hops: say how many layers look at neighbours; Shoal cuts the graph by it")
    at = pathlib.Path(out)
    name = at.name
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise ValueError(f"the folder's name {name!r} must be lower-case letters, digits and dashes")
    at.mkdir(parents=True, exist_ok=True)
    width = len(columns)
    wrapped = _Probability(model.cpu().eval(), output).eval()
    file = at / "model.onnx"

    def case(seed: int) -> dict[str, torch.Tensor]:
        x, edge_index, weights = _golden_graph(width, seed)
        if engine == "table":
            return {"x": x}
        return {"x": x, "edge_index": edge_index, **({} if edge_weight == "none" else {"edge_weight": weights})}

    example = case(0)
    axes = {"x": {0: "nodes"}, "edge_index": {1: "edges"}, "edge_weight": {0: "edges"}, "score": {0: "nodes"}}
    torch.onnx.export(
        wrapped,
        tuple(example.values()),
        str(file),
        input_names=list(example),
        output_names=["score"],
        dynamic_axes={k: v for k, v in axes.items() if k in example or k == "score"},
        opset_version=OPSET,
        dynamo=False,
    )
    onnx.checker.check_model(onnx.load(file))
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    cases = []
    for seed in (1, 2):
        inputs = case(seed)
        with torch.no_grad():
            want = wrapped(*inputs.values()).numpy()
        got = session.run(None, {k: v.numpy() for k, v in inputs.items()})[0]
        worst = float(np.abs(got - want).max())
        if got.shape != (16, 1) or not worst <= TOLERANCE:
            raise ValueError(
                f"onnxruntime differs from PyTorch by {worst:.2g} (shape {got.shape}). If the model uses index_add, use scatter_add "
                "(layers.aggregate): index_add loses all but one message into a node."
            )
        if not ((want >= 0) & (want <= 1)).all():
            raise ValueError("the model's output is no probability; pass output='margin' if it returns log-odds")
        cases.append({"name": f"seed {seed}", "inputs": {k: _tensor(v.numpy()) for k, v in inputs.items()}, "outputs": {"score": _tensor(want)}})
    inputs_json = [{"name": "x", "dtype": "float32", "shape": ["nodes", width]}]
    if engine == "message_passing":
        inputs_json.append({"name": "edge_index", "dtype": "int64", "shape": [2, "edges"]})
        if edge_weight != "none":
            inputs_json.append({"name": "edge_weight", "dtype": "float32", "shape": ["edges"]})
    params: dict = {"engine": engine}
    if engine == "message_passing":
        params |= {"hops": hops, "relation": relation, "edge_weight": edge_weight, "output": "probability"}
    if encoding is not None:
        params["encoding"] = encoding
    manifest = {
        "schema": 1,
        "name": name,
        "version": version,
        "kind": "account_scores",
        "description": description,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "opset": OPSET,
        "inputs": inputs_json,
        "outputs": [{"name": "score", "dtype": "float32", "shape": ["nodes", 1]}],
        "features": [
            {"name": c["name"], "family": c["family"], **({"relation": c["relation"]} if c.get("relation") else {}), "hop": c.get("hop", 0)}
            for c in columns
        ],
        "normalisation": {"mean": [float(v) for v in scale.mean], "std": [float(v) for v in scale.std], "clip": CLIP},
        "threshold": threshold,
        "trained_on": trained_on,
        "params": params,
        "training": {"python": platform.python_version(), "torch": torch.__version__, "onnx": onnx.__version__, **(training or {})},
        "metrics": metrics or {},
    }
    (at / "golden.json").write_text(json.dumps({"schema": 1, "cases": cases}), "utf-8")
    (at / "card.md").write_text(card or _card(manifest), "utf-8")
    (at / "model.json").write_text(json.dumps(manifest, indent=1), "utf-8")
    return at


def _card(manifest: dict) -> str:
    metrics = "\n".join(f"- {k}: {v}" for k, v in manifest["metrics"].items()) or "- none stated: treat its scores as untested"
    return (
        f"# {manifest['name']} {manifest['version']}\n\n{manifest['description'] or 'A network trained in PyTorch.'}\n\n"
        f"Trained on: {manifest['trained_on']}. Engine: {manifest['params']['engine']}. A score is a lead, not a verdict.\n\n"
        f"## What it scored\n{metrics}\n"
    )
