import type { Pace } from '../../common/pace.ts'

/** What sort of evidence a column is; reasons are grouped by it (catalogue key family.<x>). */
export const COLUMN_FAMILIES = [
  'attributes',
  'structure',
  'sharing',
  'registration',
  'logins',
  'reports',
  'community',
  'labels',
] as const
export type ColumnFamily = (typeof COLUMN_FAMILIES)[number]

/** How a column was made from its base quantity. */
export type ColumnOperator =
  | 'own' // the account's own value
  | 'mean' // neighbours' weighted mean, one hop
  | 'spread' // neighbours' standard deviation
  | 'max' // neighbours' maximum
  | 'power' // P^k x, k = hop (SIGN)
  | 'band' // Beta wavelet
  | 'residual' // x − Px
  | 'pagerank' // personalised PageRank from labelled accounts
  | 'spreading' // label spreading from labelled accounts
  | 'rate' // bad rate among labelled neighbours, shrunk to the base rate
  | 'embedding' // structural embedding

/** One input of a scorer. The same quantity has the same `name` in every export: models are applied by name. */
export interface FeatureColumn {
  /** Unique and stable, e.g. 'f3', 'mean:relation:friend:f3', 'rate:all:1'. */
  readonly name: string
  /** The quantity that it derives from, for words: 'f3', 'degree', 'login_night_share', 'labels'. */
  readonly base: string
  readonly family: ColumnFamily
  /** The channel's id ('relation:friend', 'entity:device'), 'all' for the whole graph, null for the account alone. */
  readonly relation: string | null
  /** 0: the account itself; 1..3: how far it looks. */
  readonly hop: number
  readonly operator: ColumnOperator
  readonly kind: 'number' | 'category'
  readonly unit?: string
  /** kind 'category': value k stands for categories[k]. */
  readonly categories?: readonly string[]
}

/** Named columns of one value per node; NaN is missing. In memory, or on disk where that would be too large. */
export interface FeatureTable {
  readonly n: number
  readonly columns: readonly FeatureColumn[]
  /** SHA-256 over what made it (graph, facts, settings, version): models and caches cite it. */
  readonly sha256: string
  /** Column k whole, n values. Not to be written to. */
  column(k: number): Promise<Float32Array>
  /** Rows of `nodes` (in that order), row-major nodes.length × columns.length, into `out` from 0. */
  gather(nodes: Uint32Array, out: Float32Array): Promise<void>
  close(): Promise<void>
}

/** What a learner is trained on: row-major rows × columns.length, NaN missing. */
export interface TrainingData {
  readonly columns: readonly FeatureColumn[]
  readonly rows: number
  readonly x: Float32Array
  /** 1 malicious, 0 benign; length rows. */
  readonly y: Uint8Array
  /** > 0, length rows; absent: all 1. */
  readonly weights?: Float32Array
}

/** What a learner made. */
export interface TrainedMember {
  readonly learner: string
  /**
   * Margins (log-odds, any finite number) of rows × width values, row-major. Must equal what the ONNX nodes that
   * `toOnnx` writes compute, within 1e-5 in probability.
   */
  predict(x: Float32Array, rows: number): Float32Array
  /** Adds this member to a graph; `input` is the [batch, width] float tensor with NaN for missing. Returns the
   * name of a [batch, 1] float tensor of margins. */
  toOnnx(graph: import('../onnx/write/graph.ts').OnnxGraph, input: string): string
  /**
   * Additive contributions to the margin, row-major rows × (width + 1), the last one the baseline; they sum to
   * predict(). Exact for trees (TreeSHAP); for networks see their own docstring.
   */
  contributions(x: Float32Array, rows: number): Float32Array
  /** The same in far less time where `contributions` is slow; good for means over many rows only, on a scale of its own. */
  roughContributions?(x: Float32Array, rows: number): Float32Array
  /** Everything a person may want to know of how it was trained: trees, epochs, chosen settings. JSON. */
  readonly about: Record<string, unknown>
}

/** Trains one kind of member. Deterministic for a seed. */
export interface Learner<P = Record<string, unknown>> {
  readonly id: string
  train(data: TrainingData, params: P, seed: number, pace: Pace): Promise<TrainedMember>
  /** Settings for fitting once on all labels what was fitted as `members` on parts of them; absent: the same. */
  forRefit?(params: P, members: readonly TrainedMember[]): Record<string, unknown>
}

/** Nodes with a known label. */
export interface LabelledNodes {
  readonly nodes: Uint32Array
  /** 1 malicious, 0 benign; parallel to nodes. */
  readonly y: Uint8Array
}
