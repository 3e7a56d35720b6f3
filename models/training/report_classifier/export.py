"""Writes the model folder: model.onnx, golden.json, model.json. card.py writes card.md from it."""
import hashlib
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from data import CLASSES, features

OPSET = 17

# Raw texts whose probabilities must come out at run time: ours, no data set's. Every branch of normalisation.
GOLDEN_TEXTS = [
    "",
    " \n\t ",
    "a",
    "Hi, are we still meeting at 7 tomorrow?",
    "FREE entry! Win a £1,000 cash prize, text WIN to 80086 now",
    "this account asked me to invest in bitcoin and took 3000 dollars",
    "you are a disgusting idiot and everybody hates you",
    "你好，请问明天几点开会？",
    "加微信领红包，日赚500元，名额有限",
    "他冒充客服让我转账，骗了我3000块",
    "你这种垃圾就不该活着",
    "这个 user 一直 send 广告 link 给我，pls ban",
    "ＦＲＥＥ　ｉＰｈｏｎｅ　①②③",
    "ｶﾞｷﾞ 한국어 éè e\u0301 ﬁ İ",
    "f\u200br\u200be\u200be mo\u00adney",
    "😀👨\u200d👩\u200d👧 🎁🎁🎁",
    "\ud83d",
    "http://example.com/win?id=12345 +44 7700 900123",
    "哈" * 300,
]


def graph(weights, bias):
    """ids, values [batch, terms] -> logits, probabilities [batch, classes]. Padding has value 0."""
    n, k = weights.shape
    nodes = [
        helper.make_node("Gather", ["weights", "ids"], ["rows"], axis=0),
        helper.make_node("Unsqueeze", ["values", "last"], ["column"]),
        helper.make_node("Mul", ["rows", "column"], ["parts"]),
        helper.make_node("ReduceSum", ["parts", "terms_axis"], ["sum"], keepdims=0),
        helper.make_node("Add", ["sum", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=-1),
    ]
    tensor = helper.make_tensor_value_info
    built = helper.make_graph(
        nodes,
        "report-classifier",
        [tensor("ids", TensorProto.INT32, ["batch", "terms"]), tensor("values", TensorProto.FLOAT, ["batch", "terms"])],
        [tensor("logits", TensorProto.FLOAT, ["batch", k]), tensor("probabilities", TensorProto.FLOAT, ["batch", k])],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(bias, "bias"),
            numpy_helper.from_array(np.array([-1]), "last"),
            numpy_helper.from_array(np.array([1]), "terms_axis"),
        ],
    )
    model = helper.make_model(built, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="shoal")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model.SerializeToString()


def reference(x, model):
    """Logits and probabilities in float64 from the float32 weights."""
    z = np.asarray(x.astype(np.float64) @ model[0].astype(np.float64)) + model[1].astype(np.float64)
    e = np.exp(z - z.max(1, keepdims=True))
    return z, e / e.sum(1, keepdims=True)


def padded(x):
    terms = max(1, int(np.diff(x.indptr).max()))
    ids = np.zeros((x.shape[0], terms), np.int32)
    values = np.zeros((x.shape[0], terms), np.float32)
    for r in range(x.shape[0]):
        a, b = x.indptr[r], x.indptr[r + 1]
        ids[r, : b - a], values[r, : b - a] = x.indices[a:b], x.data[a:b]
    return ids, values


def write(out: pathlib.Path, model, results, trained_on, work):
    out.mkdir(parents=True, exist_ok=True)
    data = graph(*model)
    (out / "model.onnx").write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()

    x = features(GOLDEN_TEXTS, work, "golden")
    z, p = reference(x, model)
    cases = []
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    tensor = lambda a: {"dims": list(a.shape), "data": [float(f"{v:.9g}") for v in a.ravel()]}
    for name, rows in (("short texts, padded", slice(0, 6)), ("one text", slice(8, 9)), ("no entries", slice(0, 1))):
        ids, values = padded(x[rows])
        got = session.run(["logits", "probabilities"], {"ids": ids, "values": values})
        for a, b in zip(got, (z[rows], p[rows])):
            assert np.abs(a - b).max() < 5e-6, (name, np.abs(a - b).max())
        cases.append(
            {
                "name": name,
                "inputs": {"ids": {"dims": list(ids.shape), "data": ids.ravel().tolist()}, "values": tensor(values)},
                "outputs": {"logits": tensor(z[rows]), "probabilities": tensor(p[rows])},
            }
        )
    (out / "golden.json").write_text(json.dumps({"schema": 1, "cases": cases}) + "\n")

    hashing = json.loads((work / "golden.json").read_text())
    manifest = {
        "schema": 1,
        "name": "report-classifier",
        "version": "1.0.0",
        "kind": "report_classes",
        "description": "Class of a report's text (normal, spam, scam, abuse) from hashed character n-grams; Chinese and English.",
        "file": "model.onnx",
        "sha256": sha256,
        "opset": OPSET,
        "inputs": [
            {"name": "ids", "dtype": "int32", "shape": ["batch", "terms"]},
            {"name": "values", "dtype": "float32", "shape": ["batch", "terms"]},
        ],
        "outputs": [
            {"name": "logits", "dtype": "float32", "shape": ["batch", len(CLASSES)]},
            {"name": "probabilities", "dtype": "float32", "shape": ["batch", len(CLASSES)]},
        ],
        "classes": CLASSES,
        "golden": "golden.json",
        "tolerance": 1e-5,
        "card": "card.md",
        "trained_on": "public",
        "params": {
            "hashing": {key: hashing[key] for key in ("version", "minN", "maxN", "bits", "seed")},
            "golden_texts": [
                {"text": t, "probabilities": [round(float(v), 8) for v in row]} for t, row in zip(GOLDEN_TEXTS, p)
            ],
        },
        "training": {
            "script": "models/training/report_classifier/train.py",
            "strength": results["strength"],
            "temperature": results["temperature"],
            "source_weight": results["source_weight"],
            "texts": {f"{s} {l}": int(n) for (s, l), n in trained_on.groupby(["source", "label"]).size().items()},
        },
        "metrics": {key: results[key] for key in ("shipped", "control", "left_out", "unseen_phrases")},
    }
    (out / "model.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=True) + "\n")
