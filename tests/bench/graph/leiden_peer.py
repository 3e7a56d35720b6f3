"""The peers of leiden.ts on one graph: igraph's Leiden and NetworKit's ParallelLeiden on one thread.

    leiden_peer.py EDGES NODES [TRUTH]

EDGES: pairs of u32, little endian. TRUTH: u32 a node, for NMI. Answers each line "igraph SEED ITERATIONS" or
"networkit SEED ITERATIONS" with a line of JSON: seconds (detection alone), cpu (the process's own seconds), quality (modularity), communities, nmi.
"versions" is answered with the versions.
"""
import json
import random
import sys
import time

import igraph
import numpy

try:
    import networkit
except ImportError:
    networkit = None

edges = numpy.fromfile(sys.argv[1], dtype="<u4").reshape(-1, 2)
nodes = int(sys.argv[2])
truth = numpy.fromfile(sys.argv[3], dtype="<u4").tolist() if len(sys.argv) > 3 else None
graph = igraph.Graph(nodes, edges)
parallel = None
if networkit is not None:
    networkit.setNumberOfThreads(1)
    ends = (edges[:, 0].astype(numpy.uint64), edges[:, 1].astype(numpy.uint64))
    parallel = networkit.GraphFromCoo(ends, n=nodes, directed=False)


def clocks():
    return time.perf_counter(), time.process_time()


def spent(start):
    return [now - then for now, then in zip(clocks(), start)]


def with_igraph(seed, iterations):
    random.seed(seed)
    start = clocks()
    found = graph.community_leiden(objective_function="modularity", n_iterations=iterations)
    return spent(start), found.modularity, found.membership


def with_networkit(seed, iterations):
    networkit.setSeed(seed, False)
    start = clocks()
    algorithm = networkit.community.ParallelLeiden(parallel, iterations=iterations)
    algorithm.run()
    taken = spent(start)
    found = algorithm.getPartition()
    return taken, networkit.community.Modularity().getQuality(found, parallel), found.getVector()


print("ready", flush=True)
for line in sys.stdin:
    peer, *args = line.split()
    if peer == "versions":
        answer = {"igraph": igraph.__version__, "networkit": networkit and networkit.__version__}
    elif peer == "networkit" and networkit is None:
        answer = None
    else:
        run = with_igraph if peer == "igraph" else with_networkit
        (seconds, cpu), quality, membership = run(int(args[0]), int(args[1]))
        answer = {
            "seconds": seconds,
            "cpu": cpu,
            "quality": quality,
            "communities": len(set(membership)),
        }
        if truth is not None:
            answer["nmi"] = igraph.compare_communities(membership, truth, method="nmi")
    print(json.dumps(answer), flush=True)
