"""Message-passing layers that export to ONNX with right sums.

PyTorch's `index_add` becomes a scatter without reduction in the TorchScript exporter and gives WRONG sums where a node has
several neighbours; `scatter_add` becomes ScatterElements(reduction='add') and is right. PyTorch Geometric's own
aggregations use scatter_add. shoal.export refuses what does not come back the same, so a slip is found, not shipped.

Nodes are rows of x [n, width]; edge_index [2, e] holds source and target of messages; edge_weight [e] is given by Shoal as
model.json asks (1, raw, row D^-1 W, symmetric D^-1/2 W D^-1/2 of the WHOLE graph). Take degrees from there: when a graph is
cut into parts, a node at the rim has not all of its edges.
"""

import math

import torch
from torch import Tensor, nn


def aggregate(x: Tensor, edge_index: Tensor, edge_weight: Tensor) -> Tensor:
    """Weighted sum of the messages into each node: [n, width]."""
    messages = x.index_select(0, edge_index[0]) * edge_weight.unsqueeze(1)
    into = edge_index[1].unsqueeze(1).expand_as(messages)
    return torch.zeros_like(x).scatter_add(0, into, messages)


class SAGE(nn.Module):
    """GraphSAGE, mean aggregator (Hamilton et al. 2017): edge_weight = 'row'."""

    def __init__(self, width: int, hidden: int, layers: int = 2, dropout: float = 0.2):
        super().__init__()
        sizes = [width] + [hidden] * layers
        self.own = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.near = nn.ModuleList(nn.Linear(a, b, bias=False) for a, b in zip(sizes, sizes[1:]))
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, 1)
        self.hops, self.weights = layers, "row"

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor) -> Tensor:
        for own, near in zip(self.own, self.near):
            x = self.drop(torch.relu(own(x) + near(aggregate(x, edge_index, edge_weight))))
        return self.out(x)


class GIN(nn.Module):
    """Graph isomorphism network (Xu et al. 2019): sums, so edge_weight = 'raw'."""

    def __init__(self, width: int, hidden: int, layers: int = 2, dropout: float = 0.2):
        super().__init__()
        sizes = [width] + [hidden] * layers
        self.eps = nn.Parameter(torch.zeros(layers))
        self.mlp = nn.ModuleList(
            nn.Sequential(nn.Linear(a, hidden), nn.LayerNorm(hidden), nn.ReLU(), nn.Linear(hidden, b), nn.ReLU(), nn.Dropout(dropout))
            for a, b in zip(sizes, sizes[1:])
        )
        self.out = nn.Linear(hidden, 1)
        self.hops, self.weights = layers, "raw"

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor) -> Tensor:
        for k, mlp in enumerate(self.mlp):
            x = mlp((1 + self.eps[k]) * x + aggregate(x, edge_index, edge_weight))
        return self.out(x)


class BWGNN(nn.Module):
    """Beta-wavelet network (Tang et al. 2022): C + 1 band-pass filters of order C; edge_weight = 'symmetric'."""

    def __init__(self, width: int, hidden: int, order: int = 2, dropout: float = 0.2):
        super().__init__()
        self.order = order
        self.inner = nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU())
        self.head = nn.Sequential(nn.Linear(hidden * (order + 1), hidden), nn.ReLU(), nn.Dropout(dropout), nn.Linear(hidden, 1))
        # coefficients[p][k] of (L/2)^p (I - L/2)^(C-p) / (2 B(p+1, C-p+1)) in powers of L/2.
        self.coefficients = []
        for p in range(order + 1):
            q = order - p
            scale = math.factorial(order + 1) / (2 * math.factorial(p) * math.factorial(q))
            row = [0.0] * (order + 1)
            for j in range(q + 1):
                row[p + j] = scale * math.comb(q, j) * (-1) ** j
            self.coefficients.append(row)
        self.hops, self.weights = order, "symmetric"

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor) -> Tensor:
        h = self.inner(x)
        powers = [h]
        for _ in range(self.order):
            powers.append((powers[-1] - aggregate(powers[-1], edge_index, edge_weight)) / 2)
        bands = [sum(c * h for c, h in zip(row, powers) if c != 0.0) for row in self.coefficients]
        return self.head(torch.cat(bands, dim=1))


class Decoupled(nn.Module):
    """A head over columns that Shoal has already diffused (SIGN, Frasca et al. 2020): engine 'table', no edges."""

    def __init__(self, width: int, hidden: int, layers: int = 2, dropout: float = 0.3):
        super().__init__()
        sizes = [width] + [hidden] * layers
        self.body = nn.Sequential(
            *(m for a, b in zip(sizes, sizes[1:]) for m in (nn.Linear(a, b), nn.LayerNorm(b), nn.ReLU(), nn.Dropout(dropout)))
        )
        self.out = nn.Linear(hidden, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.body(x))


ARCHITECTURES = {"sage": SAGE, "gin": GIN, "bwgnn": BWGNN, "decoupled": Decoupled}
