"""The matrices that export_features.ts wrote."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass
class World:
    id: str
    split: str
    setting: str
    x: np.ndarray  # accounts x columns, float32, before normalisation
    rewired: np.ndarray  # the same over the degree-preserving control graph
    y: np.ndarray  # 1 = malicious in truth
    edges: int

    @property
    def complete(self) -> bool:
        return "-without" not in self.id


def load(folder: Path) -> tuple[dict, list[World]]:
    plan = json.loads((folder / "plan.json").read_text())
    width = len(plan["columns"])
    worlds = []
    for w in plan["worlds"]:
        def matrix(kind: str) -> np.ndarray:
            return np.fromfile(folder / f"{w['id']}.{kind}.f32", dtype="<f4").reshape(w["n"], width)

        y = np.fromfile(folder / f"{w['id']}.truth.u8", dtype=np.uint8)
        worlds.append(World(w["id"], w["split"], w["setting"], matrix("columns"), matrix("rewired"), y, w["edges"]))
    return plan, worlds
