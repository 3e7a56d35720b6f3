import type { Pace } from '../../../common/pace.ts'
import type { ComputeContext } from '../../context.ts'
import { emptyColumns } from './columns.ts'

/** Kinds of things accounts share, as the model tells them apart. */
export const ENTITY_CLASS = { device: 0, ip: 1, other: 2 } as const
const CLASSES = Object.keys(ENTITY_CLASS) as (keyof typeof ENTITY_CLASS)[]

/** Class of every entity by its id. */
export async function entityClasses(ctx: ComputeContext): Promise<Uint8Array> {
  const top = (ctx.db.prepare('SELECT max(id) FROM entity').pluck().get() as number | null) ?? 0
  const names = ctx.db.prepare("SELECT id, value FROM term WHERE domain = 'entity_type'").raw().all()
  const classOf = new Map(
    (names as [number, string][]).map(([id, value]) => {
      const type = value.toLowerCase()
      return [id, type === 'device' || type === 'ip' ? ENTITY_CLASS[type] : ENTITY_CLASS.other]
    }),
  )
  const classes = new Uint8Array(top + 1).fill(ENTITY_CLASS.other)
  const select = ctx.db
    .prepare('SELECT id, type_id FROM entity WHERE id > ? ORDER BY id LIMIT 20000')
    .raw(true)
  for (let last = -1; ;) {
    const rows = select.all(last) as [number, number][]
    for (const [id, type] of rows) classes[id] = classOf.get(type) ?? ENTITY_CLASS.other
    await ctx.checkpoint()
    if (rows.length < 20_000) return classes
    last = rows[rows.length - 1][0]
  }
}

/**
 * Which things each account used, filled account by account in order: `use` for each use, `next` when an account
 * is complete. Here hubs count in full: a carrier's address that makes no edges is still seen to be crowded.
 */
export class SharingTable {
  private readonly n: number
  private readonly classes: Uint8Array
  private readonly offsets: Uint32Array
  private entities = new Uint32Array(1024)
  private length = 0
  private account = 0
  private readonly current = new Set<number>()
  /** Entity id -> accounts that used it. */
  private readonly accountsOf: Uint32Array

  constructor(n: number, classes: Uint8Array) {
    this.n = n
    this.classes = classes
    this.offsets = new Uint32Array(n + 1)
    this.accountsOf = new Uint32Array(classes.length)
  }

  use(entity: number): void {
    this.current.add(entity)
  }

  next(): void {
    for (const entity of this.current) {
      if (this.length === this.entities.length) {
        const larger = new Uint32Array(this.entities.length * 2)
        larger.set(this.entities)
        this.entities = larger
      }
      this.entities[this.length++] = entity
      this.accountsOf[entity]++
    }
    this.current.clear()
    this.offsets[++this.account] = this.length
  }

  /**
   * The columns of family 'sharing'; NaN for accounts of which no such thing is known. <class>_rarity is
   * Σ 1 / (d − 1) over the account's things that d ≥ 2 accounts used (Newman 2001): two strangers on one rare device
   * weigh more than a crowd on a carrier's address.
   */
  async columns(pace: Pace): Promise<Map<string, Float32Array>> {
    const { n } = this
    const out = emptyColumns(
      ['devices', 'device_crowd', 'ips', 'ip_crowd', 'ip_crowd_least', 'others', 'other_crowd'].concat(
        CLASSES.map((name) => `${name}_rarity`),
      ),
      n,
    )
    const rarity = new Float64Array(CLASSES.length)
    const count = new Uint32Array(CLASSES.length)
    const most = new Uint32Array(CLASSES.length)
    const least = new Float64Array(CLASSES.length)
    for (let u = 0; u < n; u++) {
      count.fill(0)
      most.fill(0)
      least.fill(Infinity)
      rarity.fill(0)
      for (let i = this.offsets[u]; i < this.offsets[u + 1]; i++) {
        const entity = this.entities[i]
        const k = this.classes[entity]
        const crowd = this.accountsOf[entity]
        count[k]++
        if (crowd > most[k]) most[k] = crowd
        if (crowd < least[k]) least[k] = crowd
        if (crowd > 1) rarity[k] += 1 / (crowd - 1)
      }
      for (const name of CLASSES) {
        const k = ENTITY_CLASS[name]
        if (count[k] === 0) continue
        out.get(`${name}s`)![u] = count[k]
        out.get(`${name}_crowd`)![u] = most[k]
        out.get(`${name}_rarity`)![u] = rarity[k]
        if (name === 'ip') out.get('ip_crowd_least')![u] = least[k]
      }
      if (u % 4096 === 0) await pace.checkpoint()
    }
    return out
  }
}
