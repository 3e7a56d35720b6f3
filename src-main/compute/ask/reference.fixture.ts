import type { Ask, AskPart } from '../../common/ask/parts.ts'
import type { Selection } from '../../common/contract/selection.ts'

/** A small workspace as plain arrays; account ids are 1 … accounts. */
export interface World {
  accounts: number
  registered: (number | null)[]
  labels: { account: number; label: string }[]
  region: (string | null)[]
  community: (number | null)[]
  links: { account: number; type: string; key: string }[]
  events: {
    account: number
    ts: number
    kind: string
    outcome: string | null
    ip: string | null
    device: string | null
  }[]
  relations: { src: number; dst: number; type: string }[]
  reports: { account: number; class: string; text: string }[]
}
const MINUTE = 60_000

/** What a question means, said as plainly as it can be: for the test of the evaluator. */
export function referenceAnswer(world: World, ask: Ask, zoneMinutes: number): number[] {
  const ids = Array.from({ length: world.accounts }, (_, i) => i + 1)
  const asked = ids.filter((id) => selected(world, id, ask.who))
  return asked.filter((id) => {
    if (ask.parts.length === 0) return true
    const holds = ask.parts.map((part) => partHolds(world, id, part, ids, zoneMinutes) !== part.not)
    return ask.match === 'all' ? holds.every(Boolean) : holds.some(Boolean)
  })
}

export function selected(world: World, id: number, s: Selection): boolean {
  if (s.accounts && !s.accounts.includes(id)) return false
  if (s.labels && !world.labels.some((l) => l.account === id && s.labels!.includes(l.label))) return false
  if (s.communities && !s.communities.includes(world.community[id - 1] ?? -1)) return false
  return true
}

/** Things (type and key) that an account uses, by links and events. */
function things(world: World, id: number): { type: string; key: string }[] {
  const all = [
    ...world.links.filter((l) => l.account === id),
    ...world.events.flatMap((e) =>
      e.account !== id
        ? []
        : [
            ...(e.ip === null ? [] : [{ type: 'ip', key: e.ip }]),
            ...(e.device === null ? [] : [{ type: 'device', key: e.device }]),
          ],
    ),
  ]
  return [...new Map(all.map((x) => [`${x.type} ${x.key}`, { type: x.type, key: x.key }])).values()]
}
const uses = (world: World, id: number, thing: { type: string; key: string }) =>
  things(world, id).some((x) => x.type === thing.type && x.key === thing.key)

/** Which others make a part hold for an account, with the thing they share. */
export function othersOf(
  world: World,
  id: number,
  part: Extract<AskPart, { with: unknown }>,
  ids: number[],
): { other: number; thing: { type: string; key: string } | null }[] {
  const out: { other: number; thing: { type: string; key: string } | null }[] = []
  for (const other of ids) {
    if (other === id || !selected(world, other, part.with)) continue
    if (part.kind === 'shares') {
      for (const thing of things(world, id)) {
        if (part.type !== null && thing.type !== part.type) continue
        if (!uses(world, other, thing)) continue
        const users = ids.filter((x) => uses(world, x, thing)).length
        if (part.atMost !== null && users > part.atMost) continue
        if (pairHolds(world, id, other, thing, part.pair)) out.push({ other, thing })
      }
    } else if (part.kind === 'related') {
      const joined = world.relations.some(
        (r) =>
          (part.type === null || r.type === part.type) &&
          ((part.direction !== 'in' && r.src === id && r.dst === other) ||
            (part.direction !== 'out' && r.dst === id && r.src === other)),
      )
      if (joined && pairHolds(world, id, other, null, part.pair)) out.push({ other, thing: null })
    } else if (near(world, id, other, part.minutes) && pairHolds(world, id, other, null, part.pair)) {
      out.push({ other, thing: null })
    }
  }
  return out
}

const near = (world: World, a: number, b: number, minutes: number) => {
  const [x, y] = [world.registered[a - 1], world.registered[b - 1]]
  return x != null && y != null && Math.abs(x - y) <= minutes * MINUTE
}

function pairHolds(
  world: World,
  a: number,
  b: number,
  thing: { type: string; key: string } | null,
  pair: Extract<AskPart, { with: unknown }>['pair'],
): boolean {
  if (pair.registeredWithin !== undefined && !near(world, a, b, pair.registeredWithin)) return false
  if (pair.activeWithin !== undefined) {
    const of = (id: number) =>
      world.events.filter(
        (e) =>
          e.account === id &&
          (thing === null ||
            (thing.type === 'ip' && e.ip === thing.key) ||
            (thing.type === 'device' && e.device === thing.key)),
      )
    const ms = pair.activeWithin * MINUTE
    if (!of(a).some((e) => of(b).some((f) => Math.abs(e.ts - f.ts) <= ms))) return false
  }
  if (pair.sameCommunity) {
    const [x, y] = [world.community[a - 1], world.community[b - 1]]
    if (x == null || x !== y) return false
  }
  for (const name of pair.sameAttributes ?? []) {
    const value = (id: number) => (name === 'region' ? world.region[id - 1] : null)
    if (!value(a) || value(a) !== value(b)) return false
  }
  return true
}

function partHolds(world: World, id: number, part: AskPart, ids: number[], zone: number): boolean {
  if ('with' in part) {
    return new Set(othersOf(world, id, part, ids).map((x) => x.other)).size >= part.times
  }
  if (part.kind === 'reported') {
    return (
      world.reports.filter(
        (r) =>
          r.account === id && (part.class === null || r.class === part.class) && r.text.includes(part.text),
      ).length >= part.times
    )
  }
  const times = world.events
    .filter((e) => {
      if (e.account !== id) return false
      if (part.eventKind !== null && e.kind !== part.eventKind) return false
      if (part.outcome !== null && e.outcome !== part.outcome) return false
      if (part.from !== null && e.ts < part.from) return false
      if (part.to !== null && e.ts >= part.to) return false
      if (part.hours) {
        const hour = Math.floor((e.ts + zone * MINUTE) / 3_600_000) % 24
        const { from, to } = part.hours
        if (from < to ? hour < from || hour >= to : hour < from && hour >= to) return false
      }
      return true
    })
    .map((e) => e.ts)
    .sort((a, b) => a - b)
  if (part.within === null) return times.length >= part.times
  return times.some(
    (from) => times.filter((t) => t >= from && t <= from + part.within! * MINUTE).length >= part.times,
  )
}
