import { z } from 'zod'
import type { Job } from './jobs.ts'
import type { Estimate } from './learning.ts'
import { method } from './method.ts'

/** How accounts are divided into those a scorer learns from and those it is tested on. */
export const protocolSchema = z.discriminatedUnion('kind', [
  /** Class by class at random; what is neither trained nor tested on stays unlabelled. */
  z.object({
    kind: z.literal('stratified'),
    train: z.number().gt(0).lt(1).default(0.4),
    test: z.number().gt(0).lt(1).default(0.4),
    seeds: z.number().int().min(1).max(50).default(5),
  }),
  /** At random, whatever the class. */
  z.object({
    kind: z.literal('random'),
    train: z.number().gt(0).lt(1).default(0.7),
    test: z.number().gt(0).lt(1).default(0.3),
    seeds: z.number().int().min(1).max(50).default(5),
  }),
  /** Labelled accounts registered (or labelled, or first seen) before a moment train, those after it test. */
  z.object({
    kind: z.literal('time'),
    /** Share of the labelled, dated accounts before the moment. */
    train: z.number().gt(0).lt(1).default(0.6),
    /** Moments: 1 is the single cut; more cut the later part into windows. */
    windows: z.number().int().min(1).max(12).default(1),
  }),
  /** Whole communities are held out. */
  z.object({ kind: z.literal('community'), folds: z.number().int().min(2).max(10).default(5) }),
  /** Given by a file: names and the accounts' keys. */
  z.object({
    kind: z.literal('splits'),
    file: z.string().default(''),
    splits: z
      .array(z.object({ name: z.string(), train: z.array(z.string()), test: z.array(z.string()) }))
      .min(1),
  }),
])
export type Protocol = z.infer<typeof protocolSchema>
export type ProtocolInput = z.input<typeof protocolSchema>

/** Reviews that a team can do a day: k of precision@k and recall@k. */
export const DAILY_REVIEWS = 100

export interface SplitResult {
  split: string
  auroc: number
  auprc: number
  precisionAtK: number
  recallAtK: number
  trained: number
  tested: number
  /** Malicious among the tested. */
  positives: number
  seconds: number
}

export interface BenchRow {
  scorer: string
  graphRunId: number
  /** features_only: the same scorer without anything of the graph; rewired: over a degree-preserving random graph. */
  control: null | 'features_only' | 'rewired'
  auroc: Estimate
  auprc: Estimate
  precisionAtK: Estimate
  recallAtK: Estimate
  perSplit: SplitResult[]
  /** All splits together: features, training, scoring. */
  seconds: number
  /** With fewer labels: mean over splits. */
  curve: { labels: number; auroc: number; auprc: number }[] | null
  /** What inner validation chose, for an ensemble: member -> mean weight. */
  weights: Record<string, number> | null
  error: string | null
}

export interface BenchResult {
  runId: number
  protocol: Protocol['kind']
  /** In words of numbers: 'stratified 40/40, seeds 1-5', as notes and packs cite it. */
  protocolText: string
  seeds: number[]
  capacity: number
  /** Smallest test set and its base rate: what AUPRC and precision are to be compared with. */
  tested: number
  baseRate: number
  simulated: boolean
  /** Shown first: they predict what will work. */
  graphs: {
    graphRunId: number
    recipe: string
    accounts: number
    edges: number
    labelled: { malicious: number; benign: number }
    /** Over all labels, tested ones too: a description, nothing that a scorer sees. */
    homophily: { plain: number; adjusted: number } | null
    badGivenBad: { rate: number; low: number; high: number; base: number } | null
    /** The same over the labels that the first split trains on: what a team could know beforehand. */
    training: Pick<BenchResult['graphs'][number], 'homophily' | 'badGivenBad'>
  }[]
  rows: BenchRow[]
  /** What a reader should know of the splits: accounts left out, keys not found, controls that were not run. */
  notes: string[]
  seconds: number
}

export type FindingLevel = 'good' | 'warn' | 'bad' | 'info'
/** One sentence of the verdict: catalogue key lab.finding.<code>, filled with params. */
export interface Finding {
  code: string
  level: FindingLevel
  /** The part of the report that it comes from. */
  part:
    'splits' | 'calibration' | 'drift' | 'leakage' | 'noise' | 'camouflage' | 'replay' | 'labels' | 'graph'
  params: Record<string, string | number>
}

export interface CalibrationBin {
  low: number
  high: number
  count: number
  meanScore: number
  badRate: number
  /** Wilson 95%. */
  rateLow: number
  rateHigh: number
}

export interface ValidationReport {
  runId: number
  scorer: string
  /** The quicker one that the parts which train many times used: leakage, camouflage, replay. */
  stressScorer: string
  modelId: number | null
  graphRunId: number
  startedAt: number
  seconds: number
  simulated: boolean
  capacity: number
  /** May a decision lean on these scores? */
  verdict: { level: 'defensible' | 'caution' | 'not_defensible'; findings: Finding[] }
  splits: {
    protocol: 'random' | 'community' | 'time'
    auroc: Estimate
    auprc: Estimate
    precisionAtK: Estimate
    recallAtK: Estimate
    baseRate: number
  }[]
  calibration: {
    method: 'isotonic' | 'platt'
    /** Bad rate of the labels, and the one assumed for all accounts (a setting; Saerens 2002 where it is estimated). */
    trainPrior: number
    prior: number
    before: { brier: number; ece: number; bins: CalibrationBin[] }
    after: { brier: number; ece: number; bins: CalibrationBin[] }
    /** Brier of always saying the base rate. */
    reference: number
  } | null
  drift: {
    /** What the newest accounts are compared with. */
    against: 'earlier_export' | 'earlier_accounts'
    earlier: number
    later: number
    features: { name: string; family: string; psi: number; level: FindingLevel }[]
    score: { psi: number; level: FindingLevel }
  } | null
  leakage: {
    /** AUROC with shuffled training labels: should be near .5. */
    shuffled: { auroc: number; low: number; high: number }
    /** Features that alone, or whose loss, make the result. Largest first. */
    features: { name: string; family: string; auroc: number; dropAuprc: number; level: FindingLevel }[]
    fullAuprc: number
    /** Share of labelled accounts with facts after their label, by family. */
    afterLabel: { family: string; share: number; auprcWithout: number | null; level: FindingLevel }[]
  }
  noise: {
    checked: number
    estimatedRate: number
    /** To look at again: likely wrong labels, most likely first. */
    accounts: { accountId: number; key: string; label: string; score: number; by: string }[]
  } | null
  camouflage: {
    /** Share of malicious accounts' edges rewired (degrees kept), or share of features copied from benign ones. */
    rewiring: { share: number; auroc: number; auprc: number }[]
    mimicry: { share: number; auroc: number; auprc: number }[]
  }
  replay: {
    step: 'week' | 'month' | 'quantile'
    steps: {
      from: number
      to: number
      trained: number
      scored: number
      flagged: number
      caught: number
      falseAlarms: number
      missed: number
    }[]
  } | null
}

export interface WhatIf {
  /** Facts or edges that are left out. */
  kind: 'entity' | 'neighbour' | 'relation' | 'feature'
  /** Entity id, account id, channel id or column base. */
  ref: string
  label: string
  /** entity: its type. */
  type: string | null
}
export interface Counterfactuals {
  accountId: number
  score: number
  threshold: number
  /** Each one alone: the score when the model is run again on the changed neighbourhood. Lowest first. */
  single: (WhatIf & { after: number })[]
  /** The smallest set found whose absence takes the score under the threshold; null where none of up to 8 does. */
  flip: { without: WhatIf[]; after: number; exact: boolean } | null
  /** Mean fall of the score when the named facts go, and when as many random ones go. */
  fidelity: { named: number; random: number; trials: number } | null
  seconds: number
}

const id = z.number().int()
export const labMethods = {
  /** The diffusion bench (job 'bench'): every strategy and scorer on the same splits. */
  'bench.start': method(
    z.object({
      /** Empty: all that fit the workspace. */
      scorers: z.array(z.string()).default([]),
      protocol: protocolSchema.prefault({ kind: 'stratified' }),
      capacity: z.number().int().min(1).default(DAILY_REVIEWS),
      /** Empty: the shown graph. */
      graphRunIds: z.array(id).default([]),
      controls: z.boolean().default(true),
      curve: z.boolean().default(false),
      seed: z.number().int().min(0).default(1),
    }),
  ).returns<Job>(),
  /** Finished benches, newest first, without rows' splits. */
  'bench.list': method(z.object({})).returns<
    { runId: number; at: number; protocolText: string; rows: number; graphs: number }[]
  >(),
  'bench.get': method(z.object({ runId: id })).returns<BenchResult>(),
  /** The validation lab (job 'validate') of a scorer on the shown graph. */
  'lab.validate': method(
    z.object({
      scorer: z.string().default('default'),
      params: z.record(z.string(), z.unknown()).default({}),
      capacity: z.number().int().min(1).default(DAILY_REVIEWS),
      /** Bad rate among all accounts, where it is known; null: estimated. */
      prior: z.number().gt(0).lt(1).nullable().default(null),
      seed: z.number().int().min(0).default(1),
    }),
  ).returns<Job>(),
  /** A validation report; the newest of the shown graph without a run. null: there is none yet. */
  'lab.report': method(z.object({ runId: id.optional() })).returns<ValidationReport | null>(),
  /** What would change the score of an account. */
  'accounts.counterfactuals': method(z.object({ id })).returns<Counterfactuals | null>(),
  /** The score when these are left out. */
  'accounts.whatIf': method(
    z.object({
      id,
      without: z
        .array(z.object({ kind: z.enum(['entity', 'neighbour', 'relation', 'feature']), ref: z.string() }))
        .max(50),
    }),
  ).returns<{ before: number; after: number }>(),
}
