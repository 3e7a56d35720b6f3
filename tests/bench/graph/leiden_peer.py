"""igraph's Leiden on an edge list (pairs of u32, little endian): prints JSON {seconds, quality, communities}."""
import json
import random
import sys
import time

import igraph
import numpy

path, nodes, iterations = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
graph = igraph.Graph(nodes, numpy.fromfile(path, dtype="<u4").reshape(-1, 2))
runs = []
for seed in range(3):
    random.seed(seed)
    start = time.perf_counter()
    found = graph.community_leiden(objective_function="modularity", n_iterations=iterations)
    runs.append((time.perf_counter() - start, found.modularity, len(found)))
runs.sort()
print(json.dumps({"seconds": runs[1][0], "quality": runs[1][1], "communities": runs[1][2]}))
