"""Reference numbers for src-main/compute/kernels: networkx and igraph on public graphs.

    /opt/venv/bin/python tests/reference/kernels.py ../shared/data/communities > tests/reference/kernels.json

Zachary's karate club (edges and interaction counts as networkx ships them) in full; of polblogs and football, whose data
is not ours to commit, summary numbers only. PageRank to 1e-14, unweighted and weighted; the rest looks at structure.
"""
import json
import re
import sys

import igraph
import networkx as nx
import numpy as np


def exact_pagerank(graph, weight, start=None):
    """Solves the dense linear system: no tolerance to argue about."""
    nodes = list(graph)
    w = nx.to_numpy_array(graph, nodelist=nodes, weight=weight)
    v = np.full(len(nodes), 1 / len(nodes)) if start is None else np.asarray(start, float) / np.sum(start)
    s = w.sum(axis=1)
    p = np.divide(w, s[:, None], out=np.zeros_like(w), where=s[:, None] > 0)
    x = np.linalg.solve(np.eye(len(nodes)) - 0.85 * p.T, 0.15 * v)
    return x / x.sum()


def simple_gml(path):
    """Nodes and distinct edges of a GML file, undirected, without loops."""
    text = open(path, encoding="utf-8", errors="replace").read()
    ids = [int(i) for i in re.findall(r"node\s*\[[^\]]*?\bid\s+(\d+)", text)]
    index = {k: i for i, k in enumerate(sorted(ids))}
    graph = nx.Graph()
    graph.add_nodes_from(range(len(ids)))
    for a, b in re.findall(r"edge\s*\[[^\]]*?\bsource\s+(\d+)\s+target\s+(\d+)", text):
        if a != b:
            graph.add_edge(index[int(a)], index[int(b)])
    return graph


def to_igraph(graph):
    return igraph.Graph(graph.number_of_nodes(), list(graph.edges))


def summary(path):
    graph = simple_gml(path)
    other = to_igraph(graph)
    rank = exact_pagerank(graph, None)
    assert np.abs(rank - np.array(other.pagerank(damping=0.85))).max() < 1e-10
    middle = int(max(graph, key=lambda u: (graph.degree(u), -u)))
    hops = nx.single_source_shortest_path_length(graph, middle)
    core = list(nx.core_number(graph).values())
    assert sorted(core) == sorted(other.coreness())
    triangles = nx.triangles(graph)
    return {
        "nodes": graph.number_of_nodes(),
        "edges": graph.number_of_edges(),
        "components": nx.number_connected_components(graph),
        "largestComponent": max(map(len, nx.connected_components(graph))),
        "coreSum": int(sum(core)),
        "coreMost": int(max(core)),
        "triangles": sum(triangles.values()) // 3,
        "trianglesMost": max(triangles.values()),
        "meanClustering": nx.average_clustering(graph),
        "rankMost": float(rank.max()),
        "rankLeast": float(rank.min()),
        "rankSquares": float((rank**2).sum()),
        "middle": middle,
        "reached": len(hops),
        "hopSum": sum(hops.values()),
    }


def karate():
    graph = nx.karate_club_graph()
    nodes = list(range(34))
    inverse = lambda a, b, d: 1 / d["weight"]
    paths = []
    for path in nx.shortest_simple_paths(graph, 16, 26, weight=inverse):
        length = sum(1 / graph[a][b]["weight"] for a, b in zip(path, path[1:]))
        paths.append({"nodes": path, "length": length})
        if len(paths) == 8:
            break
    hops = nx.single_source_shortest_path_length(graph, 0)
    far = nx.single_source_dijkstra_path_length(graph, 0, weight=inverse)
    start = [0.0] * 34
    start[4], start[10] = 1.0, 3.0
    return {
        "edges": [[a, b, graph[a][b]["weight"]] for a, b in graph.edges],
        "rank": exact_pagerank(graph, None).tolist(),
        "rankWeighted": exact_pagerank(graph, "weight").tolist(),
        "rankFrom4And10": exact_pagerank(graph, "weight", start).tolist(),
        "core": [nx.core_number(graph)[u] for u in nodes],
        "triangles": [nx.triangles(graph, u) for u in nodes],
        "clustering": [nx.clustering(graph, u) for u in nodes],
        "hopsFrom0": [hops[u] for u in nodes],
        "inverseFrom0": [far[u] for u in nodes],
        "paths16To26": paths,
    }


json.dump(
    {
        "made": f"networkx {nx.__version__}, igraph {igraph.__version__}, numpy {np.__version__}",
        "karate": karate(),
        "polblogs": summary(f"{sys.argv[1]}/polblogs.gml"),
        "football": summary(f"{sys.argv[1]}/football.gml"),
    },
    sys.stdout,
    indent=1,
)
print()
