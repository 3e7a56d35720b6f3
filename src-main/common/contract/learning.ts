import { z } from 'zod'
import type { ParamInfo } from './detectors.ts'
import type { Job } from './jobs.ts'
import { method } from './method.ts'

/** Below this many of either class a trained score is not worth showing without a warning (design.md §7). */
export const FEW_LABELS = 50
/** Below this many of either class nothing is trained. */
export const LEAST_LABELS = 5

/** One way of scoring accounts: forms, flags, the bench and docs are made from it. */
export interface ScorerInfo {
  id: string
  version: string
  /** ensemble: several of the others; control: there to compare with; unusual: a ranking without probabilities. */
  group: 'ensemble' | 'trees' | 'network' | 'spreading' | 'baseline' | 'control' | 'unusual'
  /** Its scores are probabilities (calibrated on held-out labels). False: ranks only, called unusual. */
  probabilities: boolean
  /** It can be trained and saved as a model folder. */
  trainable: boolean
  /** It looks at labels; 'unusual' rankings do not. */
  needsLabels: boolean
  params: ParamInfo[]
  source: string
  help: string
}

/** A number over several splits or resamples. */
export interface Estimate {
  mean: number
  /** Over splits or seeds; 0 with one. */
  sd: number
  /** 95% interval: bootstrap over test accounts within splits. */
  low: number
  high: number
}

export interface LabelState {
  malicious: number
  benign: number
  /** Accounts of the graph without a label. */
  unlabelled: number
  /** By who said it: files ('import:<source>') and analysts. */
  by: { who: string; kind: 'import' | 'analyst'; malicious: number; benign: number; unsure: number }[]
  /** Accounts on which two of them disagree. */
  disagreements: number
  /** 'few': under FEW_LABELS of either class; what is missing stands in `missing`. */
  state: 'none' | 'one_class' | 'too_few' | 'few' | 'enough'
  missing: { malicious: number; benign: number }
}

export interface LabelRow {
  accountId: number
  key: string
  label: string
  by: string
  kind: 'import' | 'analyst'
  at: number | null
  reason: string
  /** The one that training uses. */
  used: boolean
  /** Somebody else says otherwise. */
  disputed: boolean
  provenance: { file: string; row: number } | null
}

/** Why an account is worth a look now (catalogue key label.why.<code>). */
export interface QueueItem {
  accountId: number
  key: string
  score: number | null
  community: number | null
  communitySize: number | null
  /** 0..1, what the queue is ordered by. */
  value: number
  why: {
    code: 'uncertain' | 'disagreement' | 'community' | 'different' | 'high' | 'few_labels'
    share: number
  }[]
}

export interface TrainResult {
  trainingRunId: number
  /** Scores of all accounts by the new model; shown from now on. */
  scoresRunId: number
  modelId: number
  scorer: string
  /** Labels trained on. */
  malicious: number
  benign: number
  few: boolean
  /** By inner cross-validation on the training labels; null where there were too few for it. */
  auroc: number | null
  auprc: number | null
  /** Members and their weights in the ensemble, largest first. */
  members: { id: string; weight: number }[]
  seconds: number
}

export interface ModelRow {
  id: number
  name: string
  version: string
  origin: 'shipped' | 'trained' | 'imported'
  kind: 'table' | 'message_passing' | 'account_gnn'
  folder: string
  sha256: string
  scorer: string | null
  trainingRunId: number | null
  trainedOn: string
  /** Shown where the model's own card says so; null where it does not. */
  malicious: number | null
  benign: number | null
  auroc: number | null
  auprc: number | null
  threshold: number | null
  addedAt: number | null
  addedBy: string | null
  /** It made the scores that views show. */
  used: boolean
  /** Its folder is gone: it can't be used, and reasons of its scores can't be told. */
  missing: boolean
}

const id = z.number().int()
export const learningMethods = {
  'scorers.list': method(z.object({})).returns<ScorerInfo[]>(),
  /**
   * Trains a scorer from the labels of the workspace on the shown graph, saves it as a model folder in the workspace
   * and scores every account with it (a job of kind 'train'). `refit`: keep the choices of the newest training of
   * this scorer (weights of members, settings) and only fit anew: seconds instead of a minute.
   */
  'scorers.train': method(
    z.object({
      scorer: z.string().default('default'),
      params: z.record(z.string(), z.unknown()).default({}),
      graphRunId: id.optional(),
      seed: z.number().int().min(0).default(1),
      refit: z.boolean().default(false),
    }),
  ).returns<Job>(),
  'models.list': method(z.object({})).returns<ModelRow[]>(),
  /** Scores every account with this model and shows these scores (job 'score'). */
  'models.use': method(z.object({ id })).returns<Job>(),
  /** Checks a model folder from elsewhere and copies it into the workspace (job 'model'). */
  'models.import': method(z.object({ path: z.string().min(1) })).returns<Job>(),
  /** Writes columns, edges and labels of the shown graph into a new folder, for training elsewhere (job 'model'). */
  'models.exportDataset': method(z.object({ path: z.string().min(1) })).returns<Job>(),
  'models.remove': method(z.object({ id })).returns<null>(),
  /** card.md of a model, as text. */
  'models.card': method(z.object({ id })).returns<{ text: string }>(),
  'labels.state': method(z.object({})).returns<LabelState>(),
  'labels.list': method(
    z.object({
      disputed: z.boolean().default(false),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(1000).default(200),
    }),
  ).returns<{ total: number; rows: LabelRow[] }>(),
  /** The next accounts to label, those first from which the model would learn most. */
  'labels.queue': method(
    z.object({
      limit: z.number().int().min(1).max(200).default(20),
      strategy: z.enum(['mixed', 'uncertain', 'diverse', 'communities', 'high']).default('mixed'),
      /** Accounts that were passed over in this sitting. */
      skip: z.array(id).default([]),
    }),
  ).returns<QueueItem[]>(),
}
