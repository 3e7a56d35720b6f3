import { z } from 'zod'
import { recipeSchema } from '../recipe.ts'
import { protocolSchema, type BenchResult, type Counterfactuals, type ValidationReport } from './lab.ts'
import type { QueueItem, ScorerInfo, TrainResult } from './learning.ts'
import { method } from './method.ts'

const workspace = z.string().min(1)
const jobId = z.number().int().nullable().default(null)
const id = z.number().int()
const params = z.record(z.string(), z.unknown()).default({})
const seed = z.number().int().min(0).default(1)
const without = z.array(
  z.object({ kind: z.enum(['entity', 'neighbour', 'relation', 'feature']), ref: z.string() }),
)

/** What a model folder turned out to be, after its checks. */
export interface CheckedModel {
  name: string
  version: string
  kind: 'table' | 'message_passing' | 'account_gnn'
  folder: string
  sha256: string
  goldenError: number
  provider: string
}

/** What core asks compute of graph learning. */
export const computeLearningMethods = {
  'compute.scorers': method(z.object({})).returns<ScorerInfo[]>(),
  'compute.train': method(
    z.object({
      workspace,
      jobId,
      graphRunId: id,
      scorer: z.string(),
      params,
      seed,
      /** Folder of the model to take the choices from. */
      refit: z.string().nullable().default(null),
      /** Folder to make, under the workspace's models/. */
      folder: z.string(),
      actor: z.string(),
    }),
  ).returns<Omit<TrainResult, 'modelId'> & { folder: string; sha256: string; version: string }>(),
  /** Scores every account of a graph with a model folder: trained here, from elsewhere, or shipped. */
  'compute.score': method(z.object({ workspace, jobId, graphRunId: id, folder: z.string() })).returns<{
    runId: number
    scored: number
    provider: string
  }>(),
  /** Checks a model folder from elsewhere and copies it to `folder`; leaves nothing there when it is not sound. */
  'compute.importModel': method(
    z.object({ workspace, path: z.string(), folder: z.string() }),
  ).returns<CheckedModel>(),
  /** Columns, edges and labels of a graph as files, for training elsewhere (models/training/export). */
  'compute.exportDataset': method(z.object({ workspace, graphRunId: id, path: z.string().min(1) })).returns<{
    folder: string
    accounts: number
    columns: number
    channels: string[]
    labelled: { malicious: number; benign: number }
  }>(),
  'compute.bench': method(
    z.object({
      workspace,
      jobId,
      graphRunIds: z.array(id).default([]),
      /** Graphs to build first (only the graph: nothing that views show). With none of both: the default recipe's. */
      recipes: z.array(recipeSchema).default([]),
      scorers: z.array(z.string()),
      /** Of the one scorer that is named, else by scorer id: {id: {name: value}}. */
      params,
      protocol: protocolSchema,
      capacity: z.number().int().min(1),
      controls: z.boolean(),
      curve: z.boolean(),
      seed,
    }),
  ).returns<BenchResult>(),
  'compute.validate': method(
    z.object({
      workspace,
      jobId,
      graphRunId: id,
      communitiesRunId: id.nullable(),
      scorer: z.string(),
      params,
      capacity: z.number().int().min(1),
      prior: z.number().gt(0).lt(1).nullable(),
      /** Model folder whose card gets the verdict; null: only the run. */
      folder: z.string().nullable(),
      seed,
    }),
  ).returns<ValidationReport>(),
  'compute.labelQueue': method(
    z.object({
      workspace,
      graphRunId: id,
      scoresRunId: id.nullable(),
      communitiesRunId: id.nullable(),
      limit: z.number().int(),
      strategy: z.enum(['mixed', 'uncertain', 'diverse', 'communities', 'high']),
      skip: z.array(id),
    }),
  ).returns<QueueItem[]>(),
  'compute.counterfactuals': method(
    z.object({ workspace, scoresRunId: id, accountId: id }),
  ).returns<Counterfactuals>(),
  'compute.whatIf': method(z.object({ workspace, scoresRunId: id, accountId: id, without })).returns<{
    before: number
    after: number
  }>(),
}
