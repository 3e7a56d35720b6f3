import { z } from 'zod'
import { recipeSchema, type Recipe } from '../recipe.ts'
import { method } from './method.ts'
import type { Job } from './jobs.ts'

/** A saved version of a recipe. Saving again under the same name adds a version; none is ever changed. */
export interface SavedRecipe {
  id: number
  name: string
  /** 1, 2, ... within the name. */
  revision: number
  recipe: Recipe
  /** SHA-256 of the recipe's canonical JSON without its name: equal designs have equal hashes. */
  sha256: string
  savedAt: number
  savedBy: string
  /** The newest communities run that was made with exactly this design, if any. */
  builtRunId: number | null
}

/** A number that was counted (low = high = value) or estimated from a sample, with a 95% interval. */
export interface Estimate {
  value: number
  low: number
  high: number
}

export interface PreviewHub {
  entityId: number
  type: string
  key: string
  accounts: number
  /** Why it is likely this common, where it can be told ('carrier', 'campus', ...; catalogue: cause.<x>). */
  cause: string | null
}

/** What a recipe would yield, before it is built. */
export interface RecipePreview {
  accounts: number
  edges: Estimate
  isolated: Estimate
  meanDegree: Estimate
  /** The largest degree seen in the sample. */
  maxDegree: number
  channels: { id: string; edges: Estimate; hubsCapped: number; hubAccounts: number }[]
  /** Accounts by degree: bins 0, 1, 2–3, 4–7, 8–15, ...; `from` is a bin's smallest degree. */
  degrees: { from: number; accounts: number }[]
  /** The largest shared entities that the hub rule touches. */
  hubs: PreviewHub[]
  /** Memory the graph would take, bytes. */
  bytes: number
  /** Accounts whose neighbours were counted exactly; equal to `accounts` when nothing was estimated. */
  sampled: number
  seconds: number
}

/** What is known of one built design: a graph run with a communities run on it. */
export interface DesignResult {
  graphRunId: number
  communitiesRunId: number
  recipe: Recipe
  detector: string
  accounts: number
  edges: number
  /** Share of accounts with at least one edge. */
  covered: number
  meanDegree: number
  channels: { id: string; edges: number }[]
  communities: number
  largest: number
  modularity: number | null
  labelled: { malicious: number; benign: number }
  /**
   * Edge homophily: the share of edges between labelled accounts whose ends have the same label; null where no edge
   * joins two labelled ones. `adjusted` removes what the label shares alone would give (Platonov et al. 2023).
   */
  homophily: { edges: number; same: number; value: number; adjusted: number } | null
  /** P(a labelled neighbour is malicious | the account is malicious), by edge ends, Wilson 95% interval. */
  badGivenBad: { ends: number; value: number; low: number; high: number; baseRate: number } | null
  seconds: number
}

export interface PartitionComparison {
  a: number
  b: number
  /** Normalised mutual information (arithmetic mean), adjusted Rand index, over accounts that both place. */
  nmi: number
  ari: number
  /** Accounts that both place in a community, that only a does, that only b does. */
  both: number
  onlyA: number
  onlyB: number
  /** Communities of a (of three or more) with a counterpart in b of Jaccard ≥ .5. */
  agreeing: number
  comparedCommunities: number
  /** The largest overlaps, at most 200; a community that is too small to list is left out. */
  flows: { from: number; to: number; accounts: number; fromSize: number; toSize: number }[]
}

export interface DesignPair extends PartitionComparison {
  edgesShared: number
  edgesOnlyA: number
  edgesOnlyB: number
  /** Shared edges / all edges of either. */
  edgeJaccard: number
}

export interface DesignComparison {
  designs: DesignResult[]
  pairs: DesignPair[]
}

/** What there is to design with: types and how often they occur. */
export interface Ingredients {
  /** Ready rows by type. */
  relations: { type: string; rows: number }[]
  /** Entities, and those that two accounts or more use. */
  entities: { type: string; entities: number; shared: number }[]
  events: number
  reports: number
  /** Accounts with attributes. */
  profiles: number
  /** First and last dated relation, link or event; ms UTC, `to` exclusive. */
  span: { from: number; to: number } | null
}

const id = z.number().int()
export const recipeMethods = {
  /** All saved versions, newest first; removed ones are left out. */
  'recipes.list': method(z.object({})).returns<SavedRecipe[]>(),
  /** Saves under recipe.name. The same design again is the same version. */
  'recipes.save': method(z.object({ recipe: recipeSchema })).returns<SavedRecipe>(),
  /** Saving and removing are undone like every judgement (undo.back). */
  'recipes.remove': method(z.object({ id })).returns<null>(),
  'recipes.ingredients': method(z.object({})).returns<Ingredients>(),
  'recipes.preview': method(z.object({ recipe: recipeSchema })).returns<RecipePreview>(),
  /** Builds the graph and its communities for comparing; what the views show stays as it is. */
  'recipes.build': method(
    z.object({
      recipe: recipeSchema,
      seed: z.number().int().min(0).default(1),
      /** A detector's id and parameters (detectors.list); default: the one the analysis uses. */
      detector: z.string().optional(),
      params: z.record(z.string(), z.unknown()).optional(),
    }),
  ).returns<Job>(),
  /** Designs that were built, newest first. */
  'designs.list': method(z.object({})).returns<
    {
      communitiesRunId: number
      graphRunId: number
      recipe: Recipe
      detector: string
      params: Record<string, unknown>
      seed: number | null
      communities: number
      edges: number
      finishedAt: number
      /** What the map and all views show now. */
      shown: boolean
    }[]
  >(),
  'designs.compare': method(
    z.object({ communitiesRunIds: z.array(id).min(1).max(6) }),
  ).returns<DesignComparison>(),
  /** Makes a design what the views show: a job that lays it out and scores it where that has not been done. */
  'designs.show': method(z.object({ communitiesRunId: id })).returns<Job>(),
}
