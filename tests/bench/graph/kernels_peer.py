"""The peers of kernels.ts: loads a graph once, then times one algorithm for every line on stdin.

    python kernels_peer.py FOLDER NODES     lines: "LIBRARY ALGORITHM"; answers: one JSON object a line

Only the algorithm is timed: the graph is in the library's own form already. igraph's times include what its Python
binding needs to make lists of the results; networkit's and torch's have no such part. One thread everywhere.
"""
import importlib.metadata
import json
import os
import sys
import time
import warnings

os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
import numpy as np

folder, n = sys.argv[1], int(sys.argv[2])
WIDTH = 64


def read(name, kind):
    return np.fromfile(f"{folder}/{name}", dtype=kind)


def load_igraph():
    import igraph

    g = igraph.Graph(n, read("edges.u32", "<u4").reshape(-1, 2))
    return {
        "pagerank": lambda: g.pagerank(damping=0.85),
        "components": lambda: g.connected_components(),
        "cores": lambda: g.coreness(),
        "triangles": lambda: g.transitivity_local_undirected(mode="zero"),
        "hops": lambda: g.distances(source=0),
    }


def load_networkit():
    import networkit as nk

    nk.setNumberOfThreads(1)
    edges = read("edges.u32", "<u4").reshape(-1, 2)
    g = nk.GraphFromCoo((edges[:, 0], edges[:, 1]), n=n, directed=False)
    g.indexEdges()

    def pagerank():
        p = nk.centrality.PageRank(g, damp=0.85, tol=1e-10)
        p.norm = nk.centrality.Norm.L1_NORM
        p.maxIterations = 1000
        return p

    return {
        "pagerank": pagerank,
        "components": lambda: nk.components.ConnectedComponents(g),
        "cores": lambda: nk.centrality.CoreDecomposition(g),
        "triangles": lambda: nk.centrality.LocalClusteringCoefficient(g, True),
        "hops": lambda: nk.distance.BFS(g, 0, False),
    }


def load_torch():
    import torch

    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    x = torch.from_numpy(read("x.f32", "<f4").reshape(n, WIDTH))
    values = torch.from_numpy(read("weights.f32", "<f4"))
    # MKL's kernel; int32 indices spare it a conversion.
    a = torch.sparse_csr_tensor(
        torch.from_numpy(read("offsets.u32", "<i4")), torch.from_numpy(read("targets.u32", "<i4")), values, (n, n)
    )
    return {"multiply": lambda: a @ x}


LOADERS = {"igraph": load_igraph, "networkit": load_networkit, "torch": load_torch}
loaded = {}
for line in sys.stdin:
    library, algorithm = line.split()
    answer = {}
    try:
        if library not in loaded:
            loaded[library] = LOADERS[library]()
        run = loaded[library][algorithm]
        # networkit's objects are made first; only run() is the algorithm.
        work = run().run if library == "networkit" else run
        start, cpu = time.perf_counter(), time.process_time()
        result = work()
        answer = {
            "wall": time.perf_counter() - start,
            "cpu": time.process_time() - cpu,
            "version": importlib.metadata.version(library),
        }
        if algorithm == "pagerank":
            rank = np.array(result.scores() if library == "networkit" else result)
            (rank / rank.sum()).tofile(f"{folder}/{library}.f64")
    except ImportError:
        answer = {"missing": True}
    print(json.dumps(answer), flush=True)
