import type { ScoreReason } from '../../../common/contract/accounts.ts'
import type { AccountModel } from './account-model.ts'
import { CHANNELS, COLUMN_COUNT } from './channels.ts'
import { FEATURES, GAPS, fromModelSpace } from './feature-list.ts'
import type { RawFeatures } from './features.ts'
import type { LocalColumns } from './local.ts'
import type { Typical } from './typical.ts'

const WIDTH = FEATURES.length
/** Reasons that change the score by less are noise to a reader. */
const LEAST_CONTRIBUTION = 0.001
const MOST_REASONS = 30
/** Pairs of an order and its reverse; the reverse cancels much of the sampling error. */
const ORDER_PAIRS = 12
const FAR = CHANNELS.findIndex((c) => c.id === 'far')

/** Columns that are exchanged together, and what the reader is told about them. */
export interface Group {
  feature: string
  family: string
  hop: number
  columns: number[]
  /** Indices into FEATURES; empty where the group is a gap. */
  features: number[]
}

/**
 * Splits all columns into groups: every feature (or features that only mean something together) at every distance.
 * Own values that are missing form a group with their gap's column, `missing_<gap>`; a gap's column belongs
 * to its first feature where nothing is missing.
 */
export function groupsOf(isMissing: (feature: number) => boolean): Group[] {
  const groups: Group[] = []
  const byName = new Map<string, Group>()
  const groupFor = (feature: string, family: string, hop: number): Group => {
    const key = `${hop} ${feature}`
    let group = byName.get(key)
    if (group === undefined) {
      group = { feature, family, hop, columns: [], features: [] }
      byName.set(key, group)
      groups.push(group)
    }
    return group
  }
  CHANNELS.forEach(({ hop }, channel) =>
    FEATURES.forEach((x, k) => {
      const column = channel * WIDTH + k
      if (hop === 0 && isMissing(k)) groupFor(`missing_${x.gap}`, 'missing', 0).columns.push(column)
      else {
        const group = groupFor(x.group, x.family, hop)
        group.columns.push(column)
        if (!group.features.includes(k)) group.features.push(k)
      }
    }),
  )
  GAPS.forEach((gap, g) => {
    const missing = byName.get(`0 missing_${gap}`)
    const first = FEATURES.find((x) => x.gap === gap)!
    const group = missing ?? groupFor(first.group, first.family, 0)
    group.columns.push(CHANNELS.length * WIDTH + g)
  })
  return groups
}

/** Reasons of node u, largest contribution first, and its score. Deterministic: the orders are always the same. */
export async function reasonsOf(
  u: number,
  raw: RawFeatures,
  typical: Typical,
  local: LocalColumns,
  model: AccountModel,
): Promise<{ score: number; reasons: ScoreReason[] }> {
  const own = local.columns(u)
  const usual = Float32Array.from(typical.columns)
  const groups = groupsOf((k) => Number.isNaN(raw.values[u * WIDTH + k])).filter((group) =>
    group.columns.some((c) => own[c] !== usual[c]),
  )
  const contributions = await sampledShapley(groups, own, usual, model)
  const [score] = await model.score(own.slice(), 1)
  const reasons = groups
    .map((group, i) => ({ group, contribution: contributions[i] }))
    .filter(({ contribution }) => Math.abs(contribution) >= LEAST_CONTRIBUTION)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, MOST_REASONS)
    .map(({ group, contribution }) => ({
      feature: group.feature,
      family: group.family,
      hop: group.hop,
      value: humanValue(
        group,
        model,
        (k) => raw.values[u * WIDTH + k],
        (k) => local.nearOf(u)[k],
        own,
      ),
      typical: humanValue(
        group,
        model,
        (k) => typical.values[k],
        (k) => typical.near[k],
        usual,
      ),
      contribution,
    }))
  return { score, reasons }
}

/** Mean change of the score as each group goes from usual to own, over ORDER_PAIRS orders and their reverses. */
async function sampledShapley(
  groups: readonly Group[],
  own: Float32Array,
  usual: Float32Array,
  model: AccountModel,
): Promise<Float64Array> {
  const sums = new Float64Array(groups.length)
  const next = random(1)
  const rows = new Float32Array((groups.length + 1) * COLUMN_COUNT)
  const order = groups.map((_, i) => i)
  for (let pair = 0; pair < ORDER_PAIRS; pair++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1))
      ;[order[i], order[j]] = [order[j], order[i]]
    }
    for (const sequence of [order, order.toReversed()]) {
      const row = usual.slice()
      rows.set(row, 0)
      sequence.forEach((g, at) => {
        for (const c of groups[g].columns) row[c] = own[c]
        rows.set(row, (at + 1) * COLUMN_COUNT)
      })
      const scores = await model.score(rows, groups.length + 1)
      sequence.forEach((g, at) => (sums[g] += scores[at + 1] - scores[at]))
    }
  }
  return sums.map((sum) => sum / (2 * ORDER_PAIRS))
}

/** mulberry32, 0 ≤ x < 1. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * A group's value in its own unit: the account's own for hop 0; for hops 1 and 2 the mean over neighbours, taken in
 * model space (so a geometric mean for counts). null for a gap. The hour of registration is told as an hour.
 */
function humanValue(
  { hop, features }: Group,
  model: AccountModel,
  own: (k: number) => number | null,
  near: (k: number) => number,
  columns: Float32Array,
): number | null {
  const value = (k: number): number | null => {
    if (hop === 0) return own(k)
    const scaled = hop === 1 ? near(k) : columns[FAR * WIDTH + k]
    return fromModelSpace(FEATURES[k], scaled * model.scale.std[k] + model.scale.mean[k])
  }
  if (features.length === 0) return null
  const first = value(features[0])
  if (FEATURES[features[0]].unit !== 'hour') return first
  const cosine = value(features[1])
  if (first === null || cosine === null) return null
  // Sine and cosine of the day's angle.
  const hour = (Math.atan2(first, cosine) / (2 * Math.PI)) * 24
  return hour < 0 ? hour + 24 : hour
}
