"""The peer of scoring.ts: the same network on the same graph in PyTorch, two threads.

    python scoring_peer.py FOLDER N WIDTH HOPS     lines on stdin: anything; answers: one JSON object a line

Hops are products of a torch.sparse CSR tensor (MKL; int32 indices spare it a conversion), the head is torch, rows in
chunks. Before the first answer it tries how to encode and how many rows to take at once, and keeps what is fastest.
"""
import json
import os
import sys
import time
import warnings

os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "2"
import numpy as np
import torch

torch.set_num_threads(2)
warnings.simplefilter("ignore")
folder, n, width, hops = sys.argv[1], *map(int, sys.argv[2:5])


def read(name, kind):
    return torch.from_numpy(np.fromfile(f"{folder}/{name}", dtype=kind))


with open(f"{folder}/network.json") as file:
    net = json.load(file)
# Gaps in 17 knots are filled with the last one: those segments are never entered.
columns = len(net["codes"])
knots = torch.tensor([c["knots"] + [c["knots"][-1]] * (17 - len(c["knots"])) for c in net["codes"]])
levels = torch.tensor([c["levels"] + [c["levels"][-1]] * (17 - len(c["levels"])) for c in net["codes"]])
order = torch.tensor([c["column"] for c in net["codes"]])
in_order = order.tolist() == list(range(columns))
rise = (levels[:, 1:] - levels[:, :-1]).T.contiguous()
length = (knots[:, 1:] - knots[:, :-1]).T
slope = torch.where(length > 0, 1 / length, 0).contiguous()
left = knots[:, :-1].T.contiguous()
ends = net["ends"]
spread = torch.zeros(len(ends), columns)
for c, end in enumerate(ends):
    spread[c, (ends[c - 1] if c else 0) : end] = 2
own = (spread > 0).float().T
heads = [{k: torch.tensor(v, dtype=torch.float32) for k, v in head.items()} for head in net["heads"]]
H, D = net["hidden"], net["dense"]
for head in heads:
    head["map"] = head["map"].reshape(-1, H)[:columns]
    head["dense"] = head["dense"].reshape(H, D)
    head["margin"] = head["margin"][:D].reshape(D, 1)
    head["gate"] = own * head["gate"][:columns, None]
    head["gateBias"] = head["gateBias"][: len(ends)]


def clip(z):
    return ((z[:, None, :] - left).mul_(slope).clamp_(0, 1).mul_(rise)).sum(1).add_(levels[:, 0])


def search(z):
    t = z.T.contiguous()
    i = torch.searchsorted(knots, t).clamp_(1, 16)
    k0, k1, l0, l1 = knots.gather(1, i - 1), knots.gather(1, i), levels.gather(1, i - 1), levels.gather(1, i)
    share = torch.nan_to_num((t - k0) / (k1 - k0)).clamp_(0, 1)
    return (l0 + share * (l1 - l0)).T.contiguous()


def margins(z, encode):
    z = encode(z if in_order else z[:, order])
    total = 0
    for p in heads:
        gates = torch.sigmoid(torch.addmm(p["gateBias"], z, p["gate"])) @ spread
        h = torch.addmm(p["bias"], z * gates, p["map"])
        h = torch.relu_(torch.nn.functional.layer_norm(h, (H,), p["gamma"], p["beta"], 1e-5))
        h = torch.relu_(torch.addmm(p["denseBias"], h, p["dense"]))
        total = total + torch.addmm(p["marginBias"][:1], h, p["margin"])
    return total[:, 0] / len(heads)


x = read("x.f32", "<f4").reshape(n, width)
a = torch.sparse_csr_tensor(
    read("offsets.u32", "<i4"), read("targets.u32", "<i4"), read("values.f32", "<f4"), (n, n)
)


def score(encode, chunk, rows=n):
    start = time.perf_counter()
    powers = [x]
    if rows == n:
        for _ in range(hops):
            powers.append(a @ powers[-1])
    else:
        powers = [x] * (hops + 1)
    middle = time.perf_counter()
    out = torch.empty(rows)
    for at in range(0, rows, chunk):
        to = min(rows, at + chunk)
        out[at:to] = margins(torch.cat([p[at:to] for p in powers], 1), encode)
    return out, middle - start, time.perf_counter() - middle


with torch.inference_mode():
    trials = []
    for encode in (clip, search):
        for chunk in (1024, 8192, 65536):
            rows = min(n - 1, 65536)
            score(encode, chunk, min(rows, chunk))
            trials.append((min(score(encode, chunk, rows)[2] for _ in range(2)), encode, chunk))
    _, encode, chunk = min(trials, key=lambda t: t[0])
    for line in sys.stdin:
        start, cpu = time.perf_counter(), time.process_time()
        out, product, head = score(encode, chunk)
        answer = {
            "wall": time.perf_counter() - start,
            "cpu": time.process_time() - cpu,
            "hops": product,
            "head": head,
            "how": f"{encode.__name__}, {chunk} rows at once",
            "version": torch.__version__,
        }
        out.numpy().tofile(f"{folder}/torch.f32")
        print(json.dumps(answer), flush=True)
