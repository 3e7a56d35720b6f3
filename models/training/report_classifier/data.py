"""Texts, classes, sources and splits that the report classifier is trained and scored on."""
import csv
import json
import pathlib
import re
import subprocess

import numpy as np
import pandas as pd
import scipy.sparse as sp

CLASSES = ["normal", "spam", "scam", "abuse"]
HERE = pathlib.Path(__file__).resolve().parent


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load(data: pathlib.Path, work: pathlib.Path) -> pd.DataFrame:
    """Columns text, label, source (cold | sms | simulated | authored), split (train | dev | test), lang."""
    out = []
    for split in ("train", "dev", "test"):
        for r in rows(data / "cold" / f"{split}.csv"):
            out.append((r["text"], r["label"], "cold", split, "zh"))
    # The protocol of the collection's authors: the first 30% train, the rest test. The last fifth of the training
    # part is held out while settings are chosen.
    sms = list(rows(data / "sms-spam" / "messages.csv"))
    train = round(len(sms) * 0.3)
    for i, r in enumerate(sms):
        split = "test" if i >= train else "dev" if i >= train * 0.8 else "train"
        out.append((r["text"], r["label"], "sms", split, "en"))
    for split, seeds in json.loads((work / "seeds.json").read_text()).items():
        for seed in seeds:
            truth = {r["report_id"]: r["category"] for r in rows(work / f"world-{seed}-truth" / "reports.csv")}
            for r in rows(work / f"world-{seed}" / "reports.csv"):
                out.append((r["text"], truth[r["report_id"]], "simulated", split, r["lang"]))
    out += [(text, label, "authored", "train", lang) for lang, label, text in authored()]
    return pd.DataFrame(out, columns=["text", "label", "source", "split", "lang"])


INNERMOST = re.compile(r"\{([^{}]*)\}")


def authored(each=25):
    """(lang, label, text): up to `each` different draws from every pattern of authored.json, seed 0."""
    random = np.random.default_rng(0)
    patterns = json.loads((HERE / "authored.json").read_text(encoding="utf-8"))
    for lang in ("en", "zh"):
        for label, many in patterns[lang].items():
            for pattern in many:
                drawn = set()
                for _ in range(each):
                    text = pattern
                    while (found := INNERMOST.search(text)) is not None:
                        text = text[: found.start()] + random.choice(found[1].split("|")) + text[found.end() :]
                    drawn.add(text.strip())
                yield from ((lang, label, text) for text in sorted(drawn))


def features(texts, work: pathlib.Path, name: str) -> sp.csr_matrix:
    """Hashes texts with the app's own TypeScript."""
    stem = work / name
    # ASCII escapes: a line separator inside a text must not end its line.
    stem.with_suffix(".jsonl").write_text("".join(json.dumps(t) + "\n" for t in texts))
    subprocess.run(
        ["node", str(HERE / "export_features.ts"), str(stem.with_suffix(".jsonl")), str(stem)], check=True
    )
    meta = json.loads((stem.parent / f"{name}.json").read_text())
    indptr = np.fromfile(f"{stem}.indptr", "<i8")
    ids = np.fromfile(f"{stem}.ids", "<i4")
    values = np.fromfile(f"{stem}.values", "<f4")
    x = sp.csr_matrix((values, ids, indptr), shape=(meta["rows"], 2 ** meta["bits"]))
    assert x.shape[0] == len(texts)
    return x


def phrase_halves(frame: pd.DataFrame, work: pathlib.Path) -> np.ndarray:
    """
    For simulated texts, which half of the simulator's body phrases they are made of: 0, 1, or -1 where both or
    none can be recognised (typing mutations hide some). A phrase is recognised by its longest literal part.
    """
    keys = []
    for bank in json.loads((work / "phrases.json").read_text()):
        for category in CLASSES:
            for i, phrase in enumerate(bank[category]):
                literal = max(re.split(r"\{\w+\}", phrase), key=len).strip()
                if len(literal) >= 4:
                    keys.append((literal, i % 2))
    halves = np.full(len(frame), -1)
    for row, text in enumerate(frame.text):
        seen = {half for literal, half in keys if literal in text}
        if len(seen) == 1:
            halves[row] = seen.pop()
    return halves
