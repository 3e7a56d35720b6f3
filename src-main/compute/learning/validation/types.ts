import type { FeatureColumn, LabelledNodes } from '../types.ts'

/**
 * Learns from `labelled` alone and scores every node of the graph, 0..1 (any finite number for rankings). What the
 * parts of the lab ask of a scorer: none of them knows which one it is.
 */
export type ScoreWith = (labelled: LabelledNodes, options: ScoreOptions) => Promise<Float32Array>
export interface ScoreOptions {
  readonly seed: number
  /** Hears how far it is, 0..1. */
  readonly tell?: (share: number) => void
}

/** A learner as the stress parts use it: trained on rows, asked for rows. */
export type Fit = (data: Rows, seed: number) => Promise<Predict>
/** Probabilities or margins (any rising function of them), one per row of the same columns. */
export type Predict = (x: Float32Array, rows: number) => Float32Array

/** Row-major rows × columns.length, NaN missing. */
export interface Rows {
  readonly columns: readonly FeatureColumn[]
  readonly rows: number
  readonly x: Float32Array
  /** 1 malicious, 0 benign. */
  readonly y: Uint8Array
}

/** One fold: rows to learn from, rows to test on, in which no value has seen a test label. */
export interface FoldRows {
  readonly train: Rows
  readonly test: Rows
  /** Nodes of the rows. */
  readonly trainNodes: Uint32Array
  readonly testNodes: Uint32Array
}
