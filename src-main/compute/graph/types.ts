/**
 * An undirected weighted graph in compressed sparse rows: node u's neighbours are
 * targets[offsets[u] .. offsets[u+1]), ascending, each edge stored in both directions, no self-loops,
 * no duplicates, weights > 0.
 */
export interface Csr {
  /** Nodes. */
  readonly n: number
  /** Length n + 1. */
  readonly offsets: Uint32Array
  /** Length offsets[n] = 2 × edges. */
  readonly targets: Uint32Array
  /** Parallel to targets. */
  readonly weights: Float32Array
}

/** One relation of the recipe as its own graph over the same nodes. */
export interface Channel {
  /** 'relation:<type>' or 'entity:<type>'. */
  readonly id: string
  readonly csr: Csr
}

/** What a graph run yields. Node u is account accountIds[u]; accountIds ascends. */
export interface AccountGraph {
  readonly runId: number
  /** SHA-256 of the derived file: what later runs cite as their input. */
  readonly sha256: string
  readonly accountIds: Uint32Array
  /** The weighted sum of the channels. */
  readonly combined: Csr
  /** Bit k of channelMask[e] is set when channel k contributes to combined entry e (at most 16 channels). */
  readonly channelMask: Uint16Array
  readonly channels: readonly Channel[]
}
