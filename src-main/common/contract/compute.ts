import { z } from 'zod'
import { computeAroundMethods } from './around.ts'
import { mappingSchema, type Identity } from '../mapping/mapping.ts'
import type { TableName } from '../mapping/roles.ts'
import { recipeSchema } from '../recipe.ts'
import type { Explanation } from './accounts.ts'
import type { DetectorInfo, DetectResult } from './detectors.ts'
import { method } from './method.ts'
import {
  duplicateOptions,
  similarityWeightsSchema,
  type DuplicateGroups,
  type EdgeExplanation,
  type EntityCause,
  type EntityContext,
  type SimilarAccounts,
} from './sharing.ts'
import { computeAskMethods } from './ask.ts'
import { computeChangeMethods } from './changes.ts'
import { computeCheckMethods } from './check.ts'
import { computeExploreMethods } from './compute-explore.ts'
import { computeImportMethods } from './imports.ts'
import { computeLearningMethods } from './compute-learning.ts'
import { computePathMethods } from './paths.ts'
import { computeProblemMethods } from './problems.ts'
import type { DesignComparison, Ingredients, RecipePreview } from './recipes.ts'

/** What core asks of the compute process. Every call reports progress and can be cancelled. */
/** Ids of one kind that rules were applied to. */
export interface FoldedIds {
  /** Different ids as they stand in the files. */
  ids: number
  /** Of these: changed by a rule. */
  changed: number
  /** Fewer different ones behind the rules than before: how many became one with another. */
  merged: number
}
/** What rules that make ids comparable did in an import, among the rows that it read. */
export interface IdentityReport {
  mappings: ({ mapping: string } & Identity)[]
  accounts: FoldedIds
  /** By entity type. */
  entities: Record<string, FoldedIds>
}

export interface ImportResult {
  rowsIn: number
  rowsStored: number
  problems: number
  bytes: number
  seconds: number
  accountsAdded: number
  /** Null where no rule was to be applied: ids are as they are in the files. */
  identity: IdentityReport | null
  peakRssBytes: number
  sources: {
    sourceId: number
    /** What its rows became, first of all. */
    table: string
    /** Its name in the file; '' where the file is the table. */
    part: string
    format: string
    path: string
    entry: string | null
    rowsIn: number
    rowsStored: number
    problems: number
    /** What the stored rows became, facts by table. */
    facts: Partial<Record<TableName, number>>
    sha256: string
    status: 'ready' | 'duplicate'
  }[]
  /** Files that are no part of the export and were left alone. */
  ignored: string[]
  /** What is worth knowing and stopped no row; English. */
  warnings: { code: string; file: string; message: string }[]
}
export interface AnalyzeResult {
  accounts: number
  edges: number
  communities: number
  scored: number
  anomalies: number
  reports: number
  seconds: number
  peakRssBytes: number
  provider: string | null
  runs: Record<string, number>
}
export interface SimulateSummary {
  accounts: number
  files: { name: string; rows: number; bytes: number }[]
  truthFile: string
  seconds: number
  peakRssBytes: number
}
export interface ProviderReport {
  provider: string
  works: boolean
  ms?: number
  error?: string
}

const workspace = z.string().min(1)
const jobId = z.number().int().nullable().default(null)

export const computeMethods = {
  ...computePathMethods,
  ...computeAroundMethods,
  ...computeLearningMethods,
  ...computeExploreMethods,
  ...computeAskMethods,
  ...computeChangeMethods,
  ...computeImportMethods,
  ...computeProblemMethods,
  ...computeCheckMethods,
  'compute.import': method(
    z.object({
      workspace,
      jobId,
      paths: z.array(z.string()).min(1),
      /** What the person said; wins over everything. */
      mapping: mappingSchema.optional(),
      /** Saved mappings, tried in order where none was given. */
      saved: z.array(mappingSchema).default([]),
    }),
  ).returns<ImportResult>(),
  /**
   * Removes what imports left unfinished and makes the indexes that they had put aside. Finished sources of a killed import
   * are kept for the one that goes on, unless it is to be discarded.
   */
  'compute.sweep': method(z.object({ workspace, discard: z.boolean().default(false) })).returns<{
    swept: number
    kept: number
  }>(),
  /** Brings the search index up to the facts; see migration 0005. */
  'compute.indexKeys': method(z.object({ workspace })).returns<{ indexed: number }>(),
  'compute.analyze': method(
    z.object({
      workspace,
      jobId,
      recipe: recipeSchema,
      seed: z.number().int().default(1),
      freshLayout: z.boolean().default(false),
      /** Folder of the model to score with; null: the one that ships. */
      model: z.string().nullable().default(null),
    }),
  ).returns<AnalyzeResult>(),
  'compute.explain': method(
    z.object({ workspace, scoresRunId: z.number().int(), accountIds: z.array(z.number().int()) }),
  ).returns<Explanation[]>(),
  'compute.explainText': method(z.object({ workspace, text: z.string() })).returns<{
    class: string
    confidence: number
    probabilities: Record<string, number>
    spans: { start: number; end: number; weight: number }[]
  }>(),
  'compute.ingredients': method(z.object({ workspace })).returns<Ingredients>(),
  'compute.previewRecipe': method(z.object({ workspace, recipe: recipeSchema })).returns<RecipePreview>(),
  /** Graph and communities only, for comparing. */
  'compute.buildDesign': method(
    z.object({
      workspace,
      jobId,
      recipe: recipeSchema,
      seed: z.number().int().min(0).default(1),
      detector: z.string().optional(),
      params: z.record(z.string(), z.unknown()).optional(),
    }),
  ).returns<{ graphRunId: number; communitiesRunId: number }>(),
  'compute.compareDesigns': method(
    z.object({ workspace, communitiesRunIds: z.array(z.number().int()).min(1) }),
  ).returns<DesignComparison>(),
  /** Every step that hangs on a communities run and was not done yet; answers the run of each kind. */
  'compute.showDesign': method(
    z.object({
      workspace,
      jobId,
      communitiesRunId: z.number().int(),
      model: z.string().nullable().default(null),
    }),
  ).returns<{
    layout: number
    [kind: string]: number
  }>(),
  'compute.detectors': method(z.object({})).returns<DetectorInfo[]>(),
  'compute.detect': method(
    z.object({
      workspace,
      jobId,
      /** A graph run, or the recipe of a graph to build. */
      graph: z.union([z.number().int(), recipeSchema]),
      detector: z.string(),
      params: z.record(z.string(), z.unknown()).default({}),
      seed: z.number().int().min(0).default(1),
      stability: z.boolean().default(true),
    }),
  ).returns<DetectResult>(),
  'compute.explainEntity': method(
    z.object({ workspace, graphRunId: z.number().int().nullable(), id: z.number().int() }),
  ).returns<EntityContext>(),
  'compute.sharingCauses': method(
    z.object({ workspace, graphRunId: z.number().int().nullable(), ids: z.array(z.number().int()) }),
  ).returns<EntityCause[]>(),
  'compute.explainPair': method(
    z.object({ workspace, graphRunId: z.number().int(), a: z.number().int(), b: z.number().int() }),
  ).returns<EdgeExplanation>(),
  'compute.similarAccounts': method(
    z.object({
      workspace,
      graphRunId: z.number().int().nullable(),
      id: z.number().int(),
      limit: z.number().int(),
      weights: similarityWeightsSchema,
    }),
  ).returns<SimilarAccounts>(),
  'compute.duplicateGroups': method(z.object({ workspace, ...duplicateOptions })).returns<DuplicateGroups>(),
  'compute.simulate': method(
    z.object({
      out: z.string().min(1),
      accounts: z.number().int(),
      seed: z.number().int(),
      /** A named world; the simulator knows which there are. */
      setting: z.string().optional(),
    }),
  ).returns<SimulateSummary>(),
  'compute.providers': method(z.object({})).returns<ProviderReport[]>(),
}
export type ComputeContract = typeof computeMethods
