import type { z } from 'zod'
import type { ScorerInfo } from '../../../common/contract/learning.ts'
import type { ComputeContext } from '../../context.ts'
import type { FeatureSource } from '../features/source.ts'
import type { FeatureColumn, LabelledNodes, TrainedMember } from '../types.ts'
import type { LabelBlock } from './table-data.ts'

/** Which columns a member looks at. own: the account's own facts alone, nothing of the graph and no labels. */
export type ColumnChoice = 'all' | 'own' | 'unlabelled' | 'labels'

/** A member of a scorer as it was chosen: enough to fit it anew without choosing again. JSON. */
export interface MemberChoice {
  /** 'boosting', 'boosting-own', 'network', ... unique within the scorer. */
  readonly id: string
  readonly learner: string
  readonly columns: ColumnChoice
  /** Complete parameters of the learner. */
  readonly params: Record<string, unknown>
  /** The same for a refit, where they differ: what the folds found out (how long to train) is taken over. */
  readonly refitParams?: Record<string, unknown>
  /** Share in the ensemble, > 0; they sum to 1. */
  readonly weight: number
  /** What its margin, cut to ±9.21, is multiplied with in the joint log-odds. */
  readonly coefficient: number
}

/**
 * From the members' joint log-odds z to a probability: sigmoid of a line that bends at `knots`
 * (base + slope·z + Σ bends[k]·max(0, z − knots[k])), everywhere rising. Platt scaling is the one without knots.
 */
export interface Calibration {
  readonly method: 'platt' | 'isotonic'
  readonly base: number
  readonly slope: number
  readonly knots: readonly number[]
  readonly bends: readonly number[]
}

/** How the line between "look at it" and "leave it" was drawn. */
export interface ThresholdChoice {
  /** f1: best F1 out of fold; capacity: as many unlabelled accounts as can be reviewed. */
  readonly rule: 'f1' | 'capacity'
  /** 0..1 */
  readonly value: number
  /** Of the out-of-fold predictions at the threshold; null where there were none. */
  readonly precision: number | null
  readonly recall: number | null
}

/** Everything that inner validation chose. A refit takes it over. JSON. */
export interface Choices {
  readonly members: readonly MemberChoice[]
  /** Joint log-odds = intercept + Σ coefficient · margin. */
  readonly intercept: number
  /** Own facts alone were as good, so that members that look at the graph were left out; null: not compared. */
  readonly graphHelps: boolean | null
  readonly calibration: Calibration
  readonly threshold: ThresholdChoice
  /** Inner folds that were used; 0 where labels were too few for any. */
  readonly folds: number
  /** Labelled accounts that members were fitted on; others of the larger class were left out and weighted for. */
  readonly rows: number
  /** By column name, how much it moves the joint log-odds of labelled accounts; shares that sum to 1. Absent: not measured. */
  readonly importance?: Readonly<Record<string, number>>
}

/** Quality of predictions that inner cross-validation made for accounts it had hidden. */
export interface InnerQuality {
  readonly auroc: number
  readonly auprc: number
  /** 95%, bootstrap over the labelled accounts. */
  readonly aurocInterval: readonly [number, number]
  readonly auprcInterval: readonly [number, number]
  /** Each candidate alone: id -> quality. */
  readonly members: Readonly<Record<string, { auroc: number; auprc: number }>>
}

/** A member as it was fitted: on the parts of inner validation, or once on all labels (a refit). */
export interface FittedMember {
  readonly choice: MemberChoice
  /** Their margins are averaged. */
  readonly models: readonly TrainedMember[]
  /** Positions of its columns among the scorer's. */
  readonly columns: Uint32Array
}

/** A scorer that can be saved: members, their weights and the calibration. */
export interface TrainedScorer {
  /** Inputs in order: the feature table's columns, then label columns. */
  readonly columns: readonly FeatureColumn[]
  readonly choices: Choices
  readonly members: readonly FittedMember[]
  /** Probabilities of rows × columns.length values, row-major, NaN missing. */
  score(x: Float32Array, rows: number): Float32Array
}

/** What a scorer is asked: learn from `labelled`, score `target`. */
export interface ScoringTask {
  readonly source: FeatureSource
  /** Training labels only: whatever is tested on is not among them. */
  readonly labelled: LabelledNodes
  readonly target: Uint32Array | 'all'
  readonly seed: number
  /** Accounts that can be reviewed: the threshold then lets that many unlabelled ones through. */
  readonly capacity?: number
  /** As given; defaults are filled in by the scorer. */
  readonly params: Record<string, unknown>
  /** Take these choices over instead of making them: only fits. */
  readonly refit?: Choices
}

export interface ScoringResult {
  /** Of `target` in its order (all nodes for 'all'), 0..1, or any finite number where info.probabilities is false. */
  readonly scores: Float32Array
  readonly trained?: TrainedScorer
  /** Label columns of all nodes as `trained` was fitted with; scoring the same graph takes them over. */
  readonly labels?: LabelBlock
  /** null for scorers that choose nothing. */
  readonly choices: Choices | null
  /** Member id -> share in the ensemble. */
  readonly weights: Record<string, number> | null
  readonly inner: InnerQuality | null
  readonly seconds: number
}

/** One scorer: forms, flags, the bench and docs are made from it. */
export interface Scorer {
  readonly info: ScorerInfo
  readonly params: z.ZodObject
  /**
   * Throws invalid_input for unknown parameters and, where info.needsLabels, for fewer than LEAST_LABELS of a class.
   */
  run(ctx: ComputeContext, task: ScoringTask): Promise<ScoringResult>
}
