"""Reads all relations with Python's sqlite3 and makes a symmetric SciPy CSR matrix of them; prints JSON."""

import json
import resource
import sqlite3
import sys
import time

import numpy as np
from scipy.sparse import coo_matrix

start = time.perf_counter()
cpu = time.process_time()
db = sqlite3.connect(sys.argv[1])
accounts = db.execute("SELECT max(id) FROM account").fetchone()[0]
rows = np.array(db.execute("SELECT src_id, dst_id, weight FROM relation").fetchall(), dtype=np.float64)
src = rows[:, 0].astype(np.int32) - 1
dst = rows[:, 1].astype(np.int32) - 1
keep = src != dst
upper = np.minimum(src, dst)[keep]
lower = np.maximum(src, dst)[keep]
half = coo_matrix((rows[keep, 2], (upper, lower)), shape=(accounts, accounts)).tocsr()
half.data = np.log2(1 + half.data)
graph = (half + half.T).tocsr()
graph.sort_indices()
print(
    json.dumps(
        {
            "edges": graph.nnz // 2,
            "seconds": time.perf_counter() - start,
            "cpu": time.process_time() - cpu,
            "peakRssBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
)
