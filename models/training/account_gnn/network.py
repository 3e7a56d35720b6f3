"""The dense head: one small projection per diffusion channel, a gate per channel, two layers."""

import numpy as np
import torch
from torch import nn


class Head(nn.Module):
    """score = sigmoid(a * logit + b) of normalised columns [batch, channels * features + gaps]."""

    def __init__(self, channels: int, features: int, gaps: int, hidden: int = 16, dropout: float = 0.2):
        super().__init__()
        self.channels, self.features, self.gaps, self.hidden = channels, features, gaps, hidden
        self.project = nn.Parameter(torch.empty(channels, features, hidden))
        self.project_bias = nn.Parameter(torch.zeros(channels, 1, hidden))
        for c in range(channels):
            nn.init.kaiming_uniform_(self.project[c], a=5**0.5)
        self.gate = nn.Linear(channels * hidden, channels)
        self.first = nn.Linear(channels * hidden + gaps, 64)
        self.second = nn.Linear(64, 32)
        self.last = nn.Linear(32, 1)
        self.drop = nn.Dropout(dropout)
        # Platt scaling, fitted after training.
        self.register_buffer("scale", torch.ones(()))
        self.register_buffer("shift", torch.zeros(()))

    def logits(self, x: torch.Tensor) -> torch.Tensor:
        cut = self.channels * self.features
        parts = x[:, :cut].reshape(-1, self.channels, self.features).transpose(0, 1)
        z = torch.relu(torch.matmul(parts, self.project) + self.project_bias).transpose(0, 1)
        gate = torch.sigmoid(self.gate(z.reshape(-1, self.channels * self.hidden)))
        z = (z * gate.unsqueeze(2)).reshape(-1, self.channels * self.hidden)
        h = torch.cat([self.drop(z), x[:, cut:]], 1)
        h = self.drop(torch.relu(self.first(h)))
        h = self.drop(torch.relu(self.second(h)))
        return self.last(h).squeeze(1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.scale * self.logits(x) + self.shift)


class Masks:
    """
    Plays exports that lack a table: sets the columns of what would be missing to what the app computes for them
    (scaled value 0 before diffusion, so 0 in every channel; the missing-value column 1).
    Exact for feature columns, because diffusion is linear; the graph itself is left as it is.
    """

    GROUPS = [
        ["events", "logins", "login_outcomes", "login_devices", "login_countries", "login_intervals"],
        ["reports"],
        ["registration"],
        ["devices", "ips", "others"],
        ["others"],
        ["login_outcomes"],
    ]

    def __init__(self, plan: dict, gap_of: dict[str, str], mean: np.ndarray, std: np.ndarray, clip: float):
        names = [c["name"] for c in plan["columns"]]
        zero = np.clip((0 - mean) / std, -clip, clip)
        one = np.clip((1 - mean) / std, -clip, clip)
        self.masks = []
        for group in self.GROUPS:
            columns, values = [], []
            for i, name in enumerate(names):
                prefix, rest = name.split(".", 1)
                if prefix == "missing":
                    if rest in group:
                        columns.append(i)
                        values.append(one[i])
                elif gap_of[rest] in group:
                    columns.append(i)
                    values.append(zero[i])
            self.masks.append((torch.tensor(columns), torch.tensor(values, dtype=torch.float32)))

    def apply(self, x: torch.Tensor, generator: torch.Generator, chance: float = 0.12) -> torch.Tensor:
        x = x.clone()
        for columns, values in self.masks:
            rows = (torch.rand(len(x), generator=generator) < chance).nonzero().squeeze(1)
            if len(rows):
                x[rows.unsqueeze(1), columns] = values
        return x
