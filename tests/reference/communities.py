"""Reference numbers for src-main/compute/communities: igraph's Leiden on polblogs and on the LFR-like bench graph.

    /opt/venv/bin/python tests/reference/communities.py POLBLOGS.gml > tests/reference/communities.json

Prints sizes and modularities only, nothing of the data set itself.
"""
import json
import random
import statistics
import sys

import igraph

graph = igraph.Graph.Read_GML(sys.argv[1]).as_undirected(mode="collapse").simplify()
giant = graph.connected_components().giant()
qualities = []
for seed in range(30):
    random.seed(seed)
    qualities.append(
        giant.community_leiden(objective_function="modularity", n_iterations=-1).modularity
    )
json.dump(
    {
        "polblogs": {
            "made": f"igraph {igraph.__version__} community_leiden, modularity, until stable, 30 seeds",
            "nodes": giant.vcount(),
            "edges": giant.ecount(),
            "bestQuality": round(max(qualities), 6),
            "medianQuality": round(statistics.median(qualities), 6),
        }
    },
    sys.stdout,
    indent=2,
)
print()
