import type { Database } from 'better-sqlite3'
import type { Recipe } from '../../common/recipe.ts'

/** AccountGraph.channelMask has 16 bits. */
export const MAX_CHANNELS = 16

/** What a channel is made of; the part of its id before the colon. */
export type ChannelKind = 'relation' | 'entity' | 'event' | 'rhythm' | 'text'

export interface PlannedChannel {
  /** 'relation:<type>', 'entity:<type>', 'event:ip', 'event:device', 'rhythm', 'text:reports', 'text:profiles'. */
  readonly id: string
  readonly kind: ChannelKind
  /** Term ids of its relation or entity types; the shared channels '*' have several. */
  readonly types: readonly number[]
  /** Multiplies a relation channel's weight; that of '*' is 1, since its rows carry their types' factors. */
  readonly weight: number
}

export interface ChannelPlan {
  /** Relations first, then entities, each by name, then what is not observed but derived; at most 16. */
  readonly channels: readonly PlannedChannel[]
  readonly relationTypes: readonly FactType[]
  readonly entityTypes: readonly FactType[]
}

export interface FactType {
  /** Term id. */
  readonly id: number
  readonly value: string
  /** Index into `channels`. */
  readonly channel: number
  /** The recipe's factor of the type. */
  readonly factor: number
  /** Whether it shares its channel with other types. */
  readonly shares: boolean
}

interface Term {
  id: number
  value: string
}

/** Channels that don't come from types, in their fixed order. */
function derivedChannels(recipe: Recipe): { id: string; kind: ChannelKind }[] {
  const { cooccurrence, rhythm, texts } = recipe
  return [
    ...(['ip', 'device'] as const)
      .filter((thing) => cooccurrence.on.includes(thing))
      .map((thing) => ({ id: `event:${thing}`, kind: 'event' as const })),
    ...(rhythm.use ? [{ id: 'rhythm', kind: 'rhythm' as const }] : []),
    ...(['reports', 'profiles'] as const)
      .filter((of) => texts.of.includes(of))
      .map((of) => ({ id: `text:${of}`, kind: 'text' as const })),
  ]
}

/**
 * Which channel each relation type and each entity type goes to. Where the recipe asks for more than fit into 16,
 * the rarest types of each kind share one channel, 'relation:*' or 'entity:*'. A type that no ready relation, or no
 * entity, has makes no channel.
 */
export function planChannels(db: Database, recipe: Recipe): ChannelPlan {
  const wanted = (terms: Term[], types: string[] | null) =>
    terms.filter((term) => types === null || types.includes(term.value))
  const termsOf = db.prepare('SELECT id, value FROM term WHERE domain = ? ORDER BY id')
  const someRelation = db
    .prepare(
      `SELECT 1 FROM relation WHERE type_id = ? AND source_id IN (SELECT id FROM ready_source) LIMIT 1`,
    )
    .pluck()
  const someEntity = db.prepare(`SELECT 1 FROM entity WHERE type_id = ? LIMIT 1`).pluck()
  const relationTypes = wanted(termsOf.all('relation_type') as Term[], recipe.relations.types).filter(
    (term) => someRelation.get(term.id) === 1,
  )
  const entityTypes = wanted(termsOf.all('entity_type') as Term[], recipe.entities.types).filter(
    (term) => someEntity.get(term.id) === 1,
  )
  const derived = derivedChannels(recipe)

  const all = [
    ...relationTypes.map((type) => ({ ...type, kind: 'relation' as const })),
    ...entityTypes.map((type) => ({ ...type, kind: 'entity' as const })),
  ]
  type Type = (typeof all)[number]
  const room = MAX_CHANNELS - derived.length
  const named = new Set<Type>(all.length <= room ? all : commonest(db, all).slice(0, room - 2))
  const idOf = (type: Type) => `${type.kind}:${named.has(type) ? type.value : '*'}`
  const order = (id: string) => (id.startsWith('relation:') ? '0' : '1') + id
  const ids = [...new Set(all.map(idOf))].sort((x, y) => (order(x) < order(y) ? -1 : 1))

  const factType = (type: Type): FactType => ({
    id: type.id,
    value: type.value,
    channel: ids.indexOf(idOf(type)),
    factor: recipe[type.kind === 'relation' ? 'relations' : 'entities'].byType[type.value] ?? 1,
    shares: !named.has(type),
  })
  const types = all.map(factType)
  const channels = ids.map((id, k): PlannedChannel => {
    const own = types.filter((type) => type.channel === k)
    return {
      id,
      kind: id.startsWith('relation:') ? 'relation' : 'entity',
      types: own.map((type) => type.id),
      weight: own.some((type) => type.shares) ? 1 : own[0].factor,
    }
  })
  return {
    channels: [...channels, ...derived.map((channel) => ({ ...channel, types: [], weight: 1 }))],
    relationTypes: types.slice(0, relationTypes.length),
    entityTypes: types.slice(relationTypes.length),
  }
}

/** Types by falling number of rows. Counting is a scan, so it is done only where something must share a channel. */
function commonest<T extends Term & { kind: 'relation' | 'entity' }>(db: Database, types: readonly T[]): T[] {
  const count = (sql: string) => new Map(db.prepare(sql).raw().all() as [number, number][])
  const rows = {
    relation: count(
      `SELECT type_id, count(*) FROM relation WHERE source_id IN (SELECT id FROM ready_source) GROUP BY type_id`,
    ),
    entity: count('SELECT type_id, count(*) FROM entity GROUP BY type_id'),
  }
  return [...types].sort(
    (x, y) =>
      rows[y.kind].get(y.id)! - rows[x.kind].get(x.id)! || (x.kind + x.value < y.kind + y.value ? -1 : 1),
  )
}
