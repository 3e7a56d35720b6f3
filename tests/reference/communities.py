"""Reference numbers for src-main/compute/communities from igraph, leidenalg and networkx.

    /opt/venv/bin/python tests/reference/communities.py DIR > tests/reference/communities.json

DIR holds polblogs.gml and football.gml. Prints sizes and qualities only, nothing of the data sets themselves.
"""
import json
import random
import statistics
import sys
from pathlib import Path

import igraph
import leidenalg
import networkx

SEEDS = 30


def read(path):
    return igraph.Graph.Read_GML(str(path)).as_undirected(mode="collapse").simplify()


def modularity(graph, resolution):
    found = []
    for seed in range(SEEDS):
        random.seed(seed)
        membership = graph.community_leiden(
            objective_function="modularity", resolution=resolution, n_iterations=-1
        ).membership
        found.append(graph.modularity(membership, resolution=resolution))
    return found


def cpm(graph, resolution):
    """Sum of e_c - gamma n_c (n_c - 1) / 2, from the membership."""
    found = []
    for seed in range(SEEDS):
        partition = leidenalg.find_partition(
            graph,
            leidenalg.CPMVertexPartition,
            resolution_parameter=resolution,
            n_iterations=-1,
            seed=seed,
        )
        inside = sum(graph.subgraph(c).ecount() for c in partition)
        pairs = sum(len(c) * (len(c) - 1) / 2 for c in partition)
        found.append(inside - resolution * pairs)
    return found


def summary(qualities):
    return {"best": round(max(qualities), 6), "median": round(statistics.median(qualities), 6)}


def reference(graph, cpm_resolution):
    nx = networkx.Graph(graph.get_edgelist())
    louvain = [
        networkx.community.modularity(nx, networkx.community.louvain_communities(nx, seed=seed))
        for seed in range(5)
    ]
    return {
        "nodes": graph.vcount(),
        "edges": graph.ecount(),
        "modularity": summary(modularity(graph, 1)),
        "modularityAt2": summary(modularity(graph, 2)),
        "cpm": {"resolution": cpm_resolution, **summary(cpm(graph, cpm_resolution))},
        "networkxLouvain": summary(louvain),
    }


folder = Path(sys.argv[1])
json.dump(
    {
        "made": f"{SEEDS} seeds, until stable: modularity by igraph {igraph.__version__} community_leiden, "
        f"cpm by leidenalg {leidenalg.version}; networkx {networkx.__version__} louvain_communities, 5 seeds",
        "karate": reference(igraph.Graph.Famous("Zachary"), 0.1),
        "football": reference(read(folder / "football.gml"), 0.2),
        "polblogs": reference(read(folder / "polblogs.gml").connected_components().giant(), 0.02),
    },
    sys.stdout,
    indent=2,
)
print()
