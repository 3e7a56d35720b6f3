import fc from 'fast-check'
import { recipeSchema, type Recipe } from '../../common/recipe.ts'
import type { TestWorkspace } from './test-workspace.ts'
import { decayFactor, lastSeenInWindow } from './window.ts'

/** The recipe's graph in the slowest obvious way, pair by pair from lists of facts, for tests to compare with. */
export const NOW = 1_700_000_000_000
export const ACCOUNTS = 8
const DAY = 86_400_000
const MINUTE = 60_000

export type Fact =
  | { kind: 'relation'; a: number; b: number; type: string; weight: number; last?: number }
  | { kind: 'link'; a: number; type: string; key: string; first?: number; last?: number }
  | { kind: 'event'; a: number; at: number; ip?: string; device?: string }

const account = fc.integer({ min: 1, max: ACCOUNTS })
const time = fc
  .tuple(fc.constantFrom(0, 0, 0, 1, 40), fc.nat(30))
  .map(([days, steps]) => NOW - days * DAY - steps * 7 * MINUTE)
const optionalTime = fc.option(time, { nil: undefined })
const key = fc.constantFrom('x', 'x', 'y', 'z')
const relation = fc.record({
  kind: fc.constant('relation' as const),
  a: account,
  b: account,
  type: fc.constantFrom('t1', 't2'),
  weight: fc.constantFrom(0, 0.5, 1, 3),
  last: optionalTime,
})
const link = fc
  .record({
    kind: fc.constant('link' as const),
    a: account,
    type: fc.constantFrom('ip', 'device', 'card'),
    key,
    first: optionalTime,
    last: optionalTime,
  })
  .filter(({ first, last }) => first === undefined || last === undefined || first <= last)
const event = fc.record({
  kind: fc.constant('event' as const),
  a: account,
  at: time,
  ip: fc.option(key, { nil: undefined }),
  device: fc.option(key, { nil: undefined }),
})
export const someFacts: fc.Arbitrary<Fact[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: relation },
    { weight: 2, arbitrary: link },
    { weight: 5, arbitrary: event },
  ),
  { maxLength: 90, size: 'max' },
) as fc.Arbitrary<Fact[]>

const types = fc.dictionary(fc.constantFrom('t1', 'ip', 'card'), fc.constantFrom(0.5, 3))
/** Recipes that turn every setting, but for texts and innocent explanations, which need facts of their own. */
export const someRecipe: fc.Arbitrary<Recipe> = fc
  .record({
    relations: fc.record({
      types: fc.constantFrom(null, null, ['t2']),
      weight: fc.constantFrom(1, 2),
      byType: types,
      damping: fc.constantFrom('log', 'sqrt', 'none', 'binary'),
      direction: fc.constantFrom('any', 'mutual'),
      hubCap: fc.constantFrom(null, 2, 3),
    }),
    entities: fc.record({
      types: fc.constantFrom(null, null, ['ip', 'card'], []),
      weight: fc.constantFrom(1, 0.5),
      byType: types,
      rarity: fc.constantFrom('newman', 'resource', 'adamic_adar', 'idf', 'none'),
      hubCap: fc.integer({ min: 2, max: 8 }),
      hub: fc.constantFrom('drop', 'split', 'nearest'),
      splitHours: fc.constantFrom(1, 24),
      nearest: fc.integer({ min: 1, max: 3 }),
      minShared: fc.constantFrom(1, 1, 2),
    }),
    cooccurrence: fc.record({
      on: fc.constantFrom([], ['ip'], ['device'], ['ip', 'device']),
      windowMinutes: fc.constantFrom(7, 20, 0.5),
      minTimes: fc.integer({ min: 1, max: 3 }),
      hubCap: fc.integer({ min: 2, max: 6 }),
      weight: fc.constantFrom(1, 2),
    }),
    rhythm: fc.record({
      use: fc.boolean(),
      binMinutes: fc.constantFrom(14, 60),
      minEvents: fc.constantFrom(3, 5),
      minSimilarity: fc.constantFrom(0, 0.3, 0.8),
      neighbours: fc.integer({ min: 1, max: 3 }),
    }),
    minEvidence: fc.constantFrom(1, 1, 2, 3),
    maxWeight: fc.constantFrom(null, null, 1.5),
    decayHalfLifeDays: fc.constantFrom(null, 30),
    window: fc.constantFrom(null, null, { from: NOW - 60 * DAY, to: NOW - 60 * MINUTE }),
  })
  .map((change) => recipeSchema.parse(change))

export function store(ws: TestWorkspace, facts: readonly Fact[]): void {
  ws.clear()
  ws.db.transaction(() => {
    ws.accounts(...Array.from({ length: ACCOUNTS }, (_, i) => `k${i}`))
    for (const fact of facts) {
      if (fact.kind === 'relation') ws.relation(fact.a, fact.b, fact)
      else if (fact.kind === 'link') ws.link(fact.a, fact.type, fact.key, fact)
      else ws.event(fact.a, fact.at, fact)
    }
  })()
}

/** Weight of each channel and of the whole by pair 'u v', u < v account ids; pairs without weight are missing. */
export interface ReferenceGraph {
  channels: Map<string, Map<string, number>>
  combined: Map<string, number>
}

const pairs: [number, number][] = []
for (let u = 1; u <= ACCOUNTS; u++) for (let v = u + 1; v <= ACCOUNTS; v++) pairs.push([u, v])
const name = (u: number, v: number) => `${u} ${v}`

export function referenceGraph(facts: readonly Fact[], recipe: Recipe): ReferenceGraph {
  const newest = newestOf(facts, recipe)
  const decay = (at: number) => decayFactor(at, newest, recipe.decayHalfLifeDays)
  const channels = new Map<string, Map<string, number>>()
  const shared = new Map<string, Map<string, number>>()
  const add = (channel: string, u: number, v: number, weight: number) => {
    const of = channels.get(channel)!
    if (weight > 0) of.set(name(u, v), (of.get(name(u, v)) ?? 0) + weight)
  }
  relations(facts, recipe, decay, channels, add)
  entities(facts, recipe, decay, channels, shared, add)
  meetings(facts, recipe, decay, channels, add)
  rhythm(facts, recipe, decay, channels, add)
  const combined = new Map<string, number>()
  for (const [u, v] of pairs) {
    const pair = name(u, v)
    const joined = [...channels.keys()].filter((id) => channels.get(id)!.has(pair))
    const counts = joined.map((id) => shared.get(id)?.get(pair)).filter((count) => count !== undefined)
    const others = joined.filter((id) => !id.startsWith('entity:'))
    const pieces = counts.reduce((sum, count) => sum + count, others.length)
    const related = others.some((id) => id.startsWith('relation:'))
    const enough = others.length > 0 || counts.some((count) => count >= recipe.entities.minShared)
    if (!enough || (!related && pieces < recipe.minEvidence)) {
      for (const of of channels.values()) of.delete(pair)
      continue
    }
    const sum = joined.reduce((total, id) => total + channels.get(id)!.get(pair)!, 0)
    combined.set(pair, Math.min(sum, recipe.maxWeight ?? Infinity))
  }
  return { channels, combined }
}

function newestOf(facts: readonly Fact[], { window }: Recipe): number {
  const times = facts.map((fact) => {
    if (fact.kind === 'event')
      return lastSeenInWindow(fact.at, null, window === null ? null : { from: -Infinity, to: window.to })
    const first = fact.kind === 'link' ? (fact.first ?? null) : null
    return lastSeenInWindow(
      first,
      fact.last ?? null,
      window === null ? null : { from: -Infinity, to: window.to },
    )
  })
  return Math.max(-Infinity, ...times.filter((at) => at !== null))
}

type Decay = (at: number) => number
type Add = (channel: string, u: number, v: number, weight: number) => void
type Channels = Map<string, Map<string, number>>

function relations(facts: readonly Fact[], recipe: Recipe, decay: Decay, channels: Channels, add: Add): void {
  const { types: wanted, weight, byType, damping, direction, hubCap } = recipe.relations
  const rows = facts.filter((fact) => fact.kind === 'relation')
  for (const type of new Set(rows.map((row) => row.type))) {
    if (wanted !== null && !wanted.includes(type)) continue
    const id = `relation:${type}`
    channels.set(id, new Map())
    const found: [number, number, number][] = []
    for (const [u, v] of pairs) {
      const counting = rows.filter(
        (row) =>
          row.type === type &&
          ((row.a === u && row.b === v) || (row.a === v && row.b === u)) &&
          row.weight > 0 &&
          lastSeenInWindow(null, row.last ?? null, recipe.window) !== null,
      )
      if (counting.length === 0) continue
      if (direction === 'mutual' && new Set(counting.map((row) => row.a)).size < 2) continue
      const s = counting.reduce(
        (sum, row) => sum + row.weight * decay(lastSeenInWindow(null, row.last ?? null, recipe.window)!),
        0,
      )
      const damped = { log: Math.log2(1 + s), sqrt: Math.sqrt(s), none: s, binary: 1 }[damping]
      found.push([u, v, weight * (byType[type] ?? 1) * damped])
    }
    const degree = (w: number) => found.filter(([u, v]) => u === w || v === w).length
    for (const [u, v, w] of found)
      if (hubCap === null || (degree(u) <= hubCap && degree(v) <= hubCap)) add(id, u, v, w)
  }
}

function entities(
  facts: readonly Fact[],
  recipe: Recipe,
  decay: Decay,
  channels: Channels,
  shared: Map<string, Map<string, number>>,
  add: Add,
): void {
  const { types: wanted, weight, byType, rarity, hubCap, hub, splitHours, nearest } = recipe.entities
  const { window } = recipe
  const inside = (at: number | undefined) =>
    at !== undefined && (window === null || (at >= window.from && at < window.to))
  // Every use: what, who, last moment that counts, and the moments that are known.
  const uses: { type: string; key: string; who: number; last: number; moments: number[] }[] = []
  const seen = new Set<string>()
  for (const fact of facts) {
    if (fact.kind === 'relation') continue
    const what: [string, string][] =
      fact.kind === 'link'
        ? [[fact.type, fact.key]]
        : [
            ...(fact.ip === undefined ? [] : [['ip', fact.ip] as [string, string]]),
            ...(fact.device === undefined ? [] : [['device', fact.device] as [string, string]]),
          ]
    for (const [type] of what) seen.add(type)
    const [first, last] = fact.kind === 'link' ? [fact.first ?? null, fact.last ?? null] : [fact.at, fact.at]
    const at = lastSeenInWindow(first, last, window)
    if (at === null) continue
    const moments = [first ?? undefined, last ?? undefined].filter(inside) as number[]
    for (const [type, k] of what) uses.push({ type, key: k, who: fact.a, last: at, moments })
  }
  const rare = (d: number) =>
    ({
      newman: 1 / (d - 1),
      resource: 1 / d,
      adamic_adar: 1 / Math.log(d),
      idf: Math.log(ACCOUNTS / d) / Math.log(ACCOUNTS),
      none: 1,
    })[rarity]
  for (const type of seen) {
    if (wanted !== null && !wanted.includes(type)) continue
    const id = `entity:${type}`
    channels.set(id, new Map())
    shared.set(id, new Map())
    const scale = weight * (byType[type] ?? 1)
    for (const k of new Set(uses.filter((use) => use.type === type).map((use) => use.key))) {
      const here = uses.filter((use) => use.type === type && use.key === k)
      const who = [...new Set(here.map((use) => use.who))].sort((x, y) => x - y)
      const d = who.length
      const gives = new Map<string, number>()
      const give = (u: number, v: number, w: number) => {
        if (w > 0) gives.set(name(u, v), (gives.get(name(u, v)) ?? 0) + w)
      }
      const lastOf = (w: number) => Math.max(...here.filter((use) => use.who === w).map((use) => use.last))
      const momentsOf = (w: number) => here.filter((use) => use.who === w).flatMap((use) => use.moments)
      const both = (list: readonly number[], visit: (u: number, v: number) => void) => {
        for (const u of list) for (const v of list) if (u < v) visit(u, v)
      }
      if (d >= 2 && d <= hubCap)
        both(who, (u, v) => give(u, v, scale * rare(d) * Math.min(decay(lastOf(u)), decay(lastOf(v)))))
      else if (d > hubCap && hub === 'split') {
        const slice = (at: number) => Math.floor(at / (splitHours * 60 * MINUTE))
        for (const s of new Set(who.flatMap(momentsOf).map(slice))) {
          const there = who.filter((w) => momentsOf(w).some((at) => slice(at) === s))
          const lastThere = (w: number) => Math.max(...momentsOf(w).filter((at) => slice(at) === s))
          if (there.length < 2 || there.length > hubCap) continue
          both(there, (u, v) =>
            give(u, v, scale * rare(there.length) * Math.min(decay(lastThere(u)), decay(lastThere(v)))),
          )
        }
      } else if (d > hubCap && hub === 'nearest') {
        const closeness = (u: number, v: number) => {
          let best: [number, number] = [Infinity, -Infinity]
          for (const x of momentsOf(u))
            for (const y of momentsOf(v)) {
              const gap = Math.abs(x - y)
              const at = Math.min(x, y)
              if (gap < best[0] || (gap === best[0] && at > best[1])) best = [gap, at]
            }
          return best
        }
        const dated = who.filter((w) => momentsOf(w).length > 0)
        const choice = (u: number) =>
          dated
            .filter((v) => v !== u)
            .sort((v, w) => {
              const [x, y] = [closeness(u, v), closeness(u, w)]
              return x[0] - y[0] || y[1] - x[1] || v - w
            })
            .slice(0, nearest)
        const sharesOut = rarity === 'newman' || rarity === 'resource'
        both(dated, (u, v) => {
          if (choice(u).includes(v) || choice(v).includes(u))
            give(u, v, scale * rare(sharesOut ? Math.min(d, nearest + 1) : d) * decay(closeness(u, v)[1]))
        })
      }
      for (const [pair, w] of gives) {
        const [u, v] = pair.split(' ').map(Number)
        add(id, u, v, w)
        shared.get(id)!.set(pair, (shared.get(id)!.get(pair) ?? 0) + 1)
      }
    }
  }
}

function meetings(facts: readonly Fact[], recipe: Recipe, decay: Decay, channels: Channels, add: Add): void {
  const { on, windowMinutes, minTimes, hubCap, weight } = recipe.cooccurrence
  const reach = windowMinutes * MINUTE
  for (const thing of on) {
    const id = `event:${thing}`
    channels.set(id, new Map())
    const events = facts
      .filter((fact) => fact.kind === 'event')
      .filter((e) => recipe.window === null || (e.at >= recipe.window.from && e.at < recipe.window.to))
      .filter((e) => e[thing] !== undefined)
    for (const [u, v] of pairs) {
      let times = 0
      let latest = -Infinity
      for (const k of new Set(events.map((e) => e[thing]))) {
        const here = events.filter((e) => e[thing] === k)
        const met = here
          .filter((e) => e.a === u || e.a === v)
          .filter((e) =>
            here.some((x) => x.a === (e.a === u ? v : u) && x.at <= e.at && x.at >= e.at - reach),
          )
          .filter(
            (e) =>
              new Set(here.filter((x) => x.at <= e.at && x.at >= e.at - reach).map((x) => x.a)).size <=
              hubCap,
          )
          .map((e) => e.at)
          .sort((x, y) => x - y)
        let counted = -Infinity
        for (const at of met) {
          latest = Math.max(latest, at)
          if (at <= counted + reach) continue
          counted = at
          times++
        }
      }
      if (times >= minTimes) add(id, u, v, weight * Math.log2(1 + times / minTimes) * decay(latest))
    }
  }
}

function rhythm(facts: readonly Fact[], recipe: Recipe, decay: Decay, channels: Channels, add: Add): void {
  const { use, binMinutes, minEvents, minSimilarity, neighbours, weight } = recipe.rhythm
  if (!use) return
  channels.set('rhythm', new Map())
  const size = binMinutes * MINUTE
  const events = facts
    .filter((fact) => fact.kind === 'event')
    .filter((e) => recipe.window === null || (e.at >= recipe.window.from && e.at < recipe.window.to))
  const of = (w: number) => events.filter((e) => e.a === w)
  const active = Array.from({ length: ACCOUNTS }, (_, i) => i + 1).filter((w) => of(w).length >= minEvents)
  const bins = [...new Set(active.flatMap((w) => of(w).map((e) => Math.floor(e.at / size))))]
  const inBin = (w: number, b: number) => of(w).filter((e) => Math.floor(e.at / size) === b).length
  const vector = (w: number) =>
    bins.map(
      (b) =>
        Math.log(1 + inBin(w, b)) * Math.log(active.length / active.filter((x) => inBin(x, b) > 0).length),
    )
  const vectors = new Map(active.map((w) => [w, vector(w)]))
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0)
  const cosine = (u: number, v: number) => {
    const [x, y] = [vectors.get(u)!, vectors.get(v)!]
    const lengths = Math.sqrt(dot(x, x) * dot(y, y))
    return lengths === 0 ? 0 : dot(x, y) / lengths
  }
  // Equal similarities may differ in the last bits; rounding keeps their order the one by number.
  const rounded = (u: number, v: number) => Math.round(cosine(u, v) * 1e9)
  const choice = (u: number) =>
    active
      .filter((v) => v !== u && cosine(u, v) > 0 && rounded(u, v) >= minSimilarity * 1e9)
      .sort((v, w) => rounded(u, w) - rounded(u, v) || v - w)
      .slice(0, neighbours)
  for (const [u, v] of pairs) {
    if (!active.includes(u) || !active.includes(v)) continue
    if (!choice(u).includes(v) && !choice(v).includes(u)) continue
    const last = Math.max(...bins.filter((b) => inBin(u, b) > 0 && inBin(v, b) > 0))
    add('rhythm', u, v, weight * cosine(u, v) * decay((last + 1) * size - 1))
  }
}
