import type { ScoreReason } from '../../../common/contract/accounts.ts'
import type { WhatIf } from '../../../common/contract/lab.ts'
import type { ComputeContext } from '../../context.ts'
import type { Change } from './questions.ts'
import type { Thing, Things } from './things.ts'
import { strongestTies } from './ties.ts'
import type { Ties } from './ties.ts'

const MOST_ENTITIES = 12
const MOST_NEIGHBOURS = 15
const MOST_FEATURES = 10

/** Something that can be left out of an account's evidence. */
export interface Candidate {
  readonly what: WhatIf
  readonly change: Change
}

/** What is tried: things shared, those that carry most first; channels; strongest neighbours; quantities of reasons. */
export function candidatesOf(
  ctx: Pick<ComputeContext, 'db'>,
  ties: Ties,
  things: Things,
  reasons: readonly ScoreReason[],
): Candidate[] {
  const carried = (thing: Thing): number => {
    const kept = things.kept(new Set([thing.id]))
    let sum = 0
    for (const [c, { weights }] of ties.channels.entries())
      for (const tie of thing.ties) sum += weights[tie] * (1 - kept[c][tie])
    return sum
  }
  const shared = things.list
    .filter(({ crowd }) => crowd > 1)
    .map((thing) => ({ thing, carries: carried(thing), rarity: 1 / (thing.crowd - 1) }))
    .sort((a, b) => b.carries - a.carries || b.rarity - a.rarity || a.thing.id - b.thing.id)
    .slice(0, MOST_ENTITIES)
    .map(({ thing }) => entityCandidate(thing))
  const channels = ties.channels
    .filter(({ weights }) => weights.some((w) => w > 0))
    .map(({ id }) => channelCandidate(id))
  const neighbours = strongestTies(ties, MOST_NEIGHBOURS).map((tie) => neighbourCandidate(ctx, ties, tie))
  const sums = new Map<string, number>()
  for (const { feature, contribution } of reasons) sums.set(feature, (sums.get(feature) ?? 0) + contribution)
  const features = [...sums]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_FEATURES)
    .map(([base]) => featureCandidate(base))
  return [...shared, ...channels, ...neighbours, ...features]
}

/** Everything of the kinds that could be named: what random deletion draws from. */
export function poolOf(ctx: Pick<ComputeContext, 'db'>, ties: Ties, things: Things): Candidate[] {
  return [
    ...things.list.filter(({ crowd }) => crowd > 1).map(entityCandidate),
    ...Array.from(ties.neighbours.keys(), (tie) => neighbourCandidate(ctx, ties, tie, false)),
    ...ties.channels
      .filter(({ weights }) => weights.some((w) => w > 0))
      .map(({ id }) => channelCandidate(id)),
    ...[...new Set(ties.columns.map(({ base }) => base))].map(featureCandidate),
  ]
}

const entityCandidate = ({ id, type, key }: Thing): Candidate => ({
  what: { kind: 'entity', ref: String(id), label: key, type },
  change: { entities: new Set([id]) },
})

const channelCandidate = (id: string): Candidate => ({
  what: { kind: 'relation', ref: id, label: id, type: null },
  change: { channels: new Set([id]) },
})

const featureCandidate = (base: string): Candidate => ({
  what: { kind: 'feature', ref: base, label: base, type: null },
  change: { bases: new Set([base]) },
})

function neighbourCandidate(
  { db }: Pick<ComputeContext, 'db'>,
  ties: Ties,
  tie: number,
  named = true,
): Candidate {
  const account = ties.graph.accountIds[ties.neighbours[tie]]
  const label = named
    ? (db.prepare('SELECT key FROM account WHERE id = ?').pluck().get(account) as string)
    : String(account)
  return {
    what: { kind: 'neighbour', ref: String(account), label, type: null },
    change: { ties: new Set([tie]) },
  }
}

/** All of some candidates left out at once. */
export function together(candidates: readonly Candidate[]): Change {
  const ties = new Set<number>()
  const channels = new Set<string>()
  const entities = new Set<number>()
  const bases = new Set<string>()
  for (const { change } of candidates) {
    for (const one of change.ties ?? []) ties.add(one)
    for (const one of change.channels ?? []) channels.add(one)
    for (const one of change.entities ?? []) entities.add(one)
    for (const one of change.bases ?? []) bases.add(one)
  }
  return { ties, channels, entities, bases }
}
