import type { Estimate, PreviewHub, RecipePreview } from '../../common/contract/recipes.ts'
import { recipeSchema, type Recipe } from '../../common/recipe.ts'
import { Random } from '../communities/random.ts'
import type { ComputeContext } from '../context.ts'
import { causeAt, sharingIndex } from '../sharing/index-file.ts'
import { factsHash } from '../store/runs.ts'
import { noAccounts } from './build.ts'
import { StratifiedTotal, stratify } from './estimate.ts'
import { gatherFacts, type Facts, type Memo } from './gather.ts'
import { memoFor } from './memo.ts'
import { planChannels, type ChannelPlan } from './plan-channels.ts'
import { previewRows, type PreviewRows } from './preview-rows.ts'
import { FACT_TABLES } from './step.ts'

/** Neighbours looked at, with repetitions: half a second. */
const BUDGET = 10_000_000
const MOST_HUBS = 20
/** Bytes of a neighbour in the combined graph (id, weight, mask) and in a channel (id, weight). */
const COMBINED_BYTES = 10
const CHANNEL_BYTES = 8

export interface PreviewOptions {
  /** Work that may be spent on counting neighbours; less means a smaller sample. */
  budget?: number
  /** Accounts of each stratum that are looked at in any case. */
  least?: number
  seed?: number
}

/**
 * What a recipe would yield: counted where that is quick, else estimated from a random sample of accounts whose
 * neighbours are counted exactly, as 95% intervals. What was read stays in memory for a while, so that the next preview
 * of the same facts is quick. Throws nothing_to_analyze where there are no accounts.
 */
export async function previewRecipe(
  ctx: ComputeContext,
  recipe: Recipe,
  { budget = BUDGET, least = 200, seed = 1 }: PreviewOptions = {},
): Promise<RecipePreview> {
  const started = performance.now()
  const complete = recipeSchema.parse(recipe)
  const memo = memoFor(ctx.workspace, factsHash(ctx, FACT_TABLES))
  const plan = planChannels(ctx.db, complete)
  const facts = await gatherFacts(ctx, complete, plan, memo)
  const n = facts.accounts.accountIds.length
  if (n === 0) throw noAccounts()
  const rows = await previewRows(ctx, facts, complete, plan, memo)
  const counted = await count(ctx, n, rows, { budget, least, seed })
  return {
    accounts: n,
    ...counted,
    hubs: await largestHubs(ctx, facts, complete, plan, memo),
    bytes: bytesOf(n, counted.edges, counted.channels),
    seconds: (performance.now() - started) / 1000,
  }
}

type Counted = Omit<RecipePreview, 'accounts' | 'hubs' | 'bytes' | 'seconds'>

async function count(
  ctx: ComputeContext,
  n: number,
  rows: PreviewRows,
  { budget, least, seed }: Required<PreviewOptions>,
): Promise<Counted> {
  const reach = new Float64Array(n)
  for (let u = 0; u < n; u++) reach[u] = rows.reach(u)
  await ctx.checkpoint()
  const random = new Random(seed)
  const { strata, without } = stratify(reach, budget, () => random.next(), least)
  const edges = new StratifiedTotal()
  const alone = new StratifiedTotal()
  const channels = rows.channels.map(() => new StratifiedTotal())
  const bins: StratifiedTotal[] = []
  let maxDegree = 0
  let sampled = without
  let work = 0
  for (const [h, stratum] of strata.entries()) {
    const size = stratum.sample.length
    const degrees = new Uint32Array(size)
    const byChannel = rows.channels.map(() => new Uint32Array(size))
    for (let i = 0; i < size; i++) {
      work += rows.row(stratum.sample[i])
      degrees[i] = rows.degree
      for (const [k, values] of byChannel.entries()) values[i] = rows.degrees[k]
      if (rows.degree > maxDegree) maxDegree = rows.degree
      if (work > 100_000) {
        work = 0
        ctx.progress({ phase: 'graph.join', done: 50 + (50 * h) / strata.length, total: 100, unit: 'steps' })
        await ctx.checkpoint()
      }
    }
    sampled += size
    edges.add(stratum, degrees)
    alone.add(
      stratum,
      degrees.map((d) => (d === 0 ? 1 : 0)),
      true,
    )
    for (const [k, values] of byChannel.entries()) channels[k].add(stratum, values)
    const bin = degrees.map(binOf)
    for (let b = 0; b <= binOf(maxDegree); b++)
      (bins[b] ??= new StratifiedTotal()).add(
        stratum,
        bin.map((of) => (of === b ? 1 : 0)),
      )
  }
  const total = edges.estimate(0.5)
  return {
    edges: total,
    isolated: alone.estimate(1, without, n),
    meanDegree: edges.estimate(1 / n),
    maxDegree,
    channels: rows.channels.map(({ id, hubs }, k) => ({ id, edges: channels[k].estimate(0.5), ...hubs })),
    degrees: (bins.length > 0 ? bins : [new StratifiedTotal()]).map((inBin, b) => ({
      from: b === 0 ? 0 : 2 ** (b - 1),
      accounts: Math.round(inBin.estimate(1, b === 0 ? without : 0).value),
    })),
    sampled,
  }
}

/** 0, 1, 2–3, 4–7, …: bins 0, 1, 2, 3, … */
const binOf = (degree: number): number => (degree === 0 ? 0 : Math.floor(Math.log2(degree)) + 1)

function bytesOf(n: number, edges: Estimate, channels: Counted['channels']): number {
  const parts = channels.reduce((sum, c) => sum + 4 * (n + 1) + 2 * CHANNEL_BYTES * c.edges.value, 0)
  return Math.round(4 * n + 4 * (n + 1) + 2 * COMBINED_BYTES * edges.value + parts)
}

/** The largest things that the hub rule touches, most accounts first. */
async function largestHubs(
  ctx: ComputeContext,
  facts: Facts,
  recipe: Recipe,
  plan: ChannelPlan,
  memo: Memo,
): Promise<PreviewHub[]> {
  if (facts.incidence === null) return []
  const { a, length } = facts.incidence
  const found: { entity: number; accounts: number }[] = []
  for (let from = 0, to; from < length; from = to) {
    to = from + 1
    while (to < length && a[to] === a[from]) to++
    if (facts.typeOf[a[from]] > 0 && to - from > recipe.entities.hubCap)
      found.push({ entity: a[from], accounts: to - from })
  }
  if (found.length === 0) return []
  found.sort((x, y) => y.accounts - x.accounts || x.entity - y.entity)
  // Why a thing is common hardly depends on the window, and the index of all time is the one that is mostly there.
  const window = recipe.entities.discountInnocent ? recipe.window : null
  const index = await memo(`causes ${JSON.stringify(window)}`, () => sharingIndex(ctx, window))
  const keyOf = ctx.db.prepare('SELECT key FROM entity WHERE id = ?').pluck()
  return found.slice(0, MOST_HUBS).map(({ entity, accounts }) => {
    const cause = causeAt(index, entity)
    return {
      entityId: entity,
      type: plan.entityTypes[facts.typeOf[entity] - 1].value,
      key: keyOf.get(entity) as string,
      accounts,
      cause: cause === 'none' || cause === 'unknown' ? null : cause,
    }
  })
}
