import type { Database } from 'better-sqlite3'
import type { Recipe } from '../../common/recipe.ts'

/** AccountGraph.channelMask has 16 bits. */
export const MAX_CHANNELS = 16

export interface ChannelPlan {
  /** Ids in channel order: relations first, then entities, each by name; at most 16. */
  readonly ids: readonly string[]
  /** relation type's term id -> channel. */
  readonly relationChannel: ReadonlyMap<number, number>
  /** entityChannel[entityId] = channel + 1, or 0 where the recipe leaves the entity out. */
  readonly entityChannel: Uint8Array
  readonly hasEntities: boolean
}

interface TypeRow {
  id: number
  value: string
  rows: number
}

/**
 * Which channel each relation type and each entity goes to. Where the recipe asks for more than 16 types, the
 * rarest types of each kind share one channel, 'relation:*' or 'entity:*'.
 */
export function planChannels(db: Database, recipe: Recipe): ChannelPlan {
  const wanted = (rows: TypeRow[], types: string[] | null) =>
    rows.filter((row) => types === null || types.includes(row.value))
  const relationTypes = wanted(
    db
      .prepare(
        `SELECT t.id, t.value, count(*) AS rows FROM relation r JOIN term t ON t.id = r.type_id
         WHERE r.source_id IN (SELECT id FROM ready_source) GROUP BY t.id`,
      )
      .all() as TypeRow[],
    recipe.relations.types,
  )
  const entityTypes = wanted(
    db
      .prepare(
        `SELECT t.id, t.value, count(*) AS rows FROM entity e JOIN term t ON t.id = e.type_id GROUP BY t.id`,
      )
      .all() as TypeRow[],
    recipe.entities.types,
  )

  const all = [
    ...relationTypes.map((type) => ({ ...type, kind: 'relation' as const })),
    ...entityTypes.map((type) => ({ ...type, kind: 'entity' as const })),
  ]
  const byRows = [...all].sort((x, y) => y.rows - x.rows || (x.kind + x.value < y.kind + y.value ? -1 : 1))
  const named = new Set(all.length <= MAX_CHANNELS ? all : byRows.slice(0, MAX_CHANNELS - 2))
  const idOf = (type: (typeof all)[number]) => `${type.kind}:${named.has(type) ? type.value : '*'}`
  const order = (id: string) => (id.startsWith('relation:') ? '0' : '1') + id
  const ids = [...new Set(all.map(idOf))].sort((x, y) => (order(x) < order(y) ? -1 : 1))

  const relationChannel = new Map<number, number>()
  const channelOfType = new Map<number, number>()
  for (const type of all) {
    const channel = ids.indexOf(idOf(type))
    ;(type.kind === 'relation' ? relationChannel : channelOfType).set(type.id, channel)
  }
  const maxId = (db.prepare('SELECT max(id) FROM entity').pluck().get() as number | null) ?? 0
  const entityChannel = new Uint8Array(maxId + 1)
  if (channelOfType.size > 0) {
    const rows = db.prepare('SELECT id, type_id FROM entity').raw(true).iterate()
    for (const [id, type] of rows as IterableIterator<[number, number]>) {
      const channel = channelOfType.get(type)
      if (channel !== undefined) entityChannel[id] = channel + 1
    }
  }
  return { ids, relationChannel, entityChannel, hasEntities: channelOfType.size > 0 }
}
