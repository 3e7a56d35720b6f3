import type { Pace } from '../../../common/pace.ts'
import { changedWeights } from './ego.ts'
import type { Ego } from './ego.ts'
import { Recomputer } from './recompute.ts'
import type { Things } from './things.ts'

/** What is left out of an account's evidence. */
export interface Change {
  /** Positions in ego.neighbours: these accounts are not tied to it at all. */
  readonly ties?: ReadonlySet<number>
  /** Channels: no ties over them. */
  readonly channels?: ReadonlySet<string>
  /** Entity ids that it does not use. */
  readonly entities?: ReadonlySet<number>
  /** Quantities that are typical in all their columns. */
  readonly bases?: ReadonlySet<string>
}

/** Rows that go through the model at a time. */
const BATCH = 256

/** Scores of one account's row as it would be without this or that. */
export class Questions {
  private readonly ego: Ego
  private readonly recomputer: Recomputer
  private readonly things: Things | null

  /** `things`: what the account uses; only questions about entities need it. */
  constructor(ego: Ego, things: Things | null = null) {
    this.ego = ego
    this.recomputer = new Recomputer(ego)
    this.things = things
  }

  /** The model's columns when this is left out. */
  row({ ties, channels, entities, bases }: Change): Float32Array {
    const { ego } = this
    const left = entities?.size ? this.things!.kept(entities) : null
    let row = ego.row
    if (ties?.size || channels?.size || left !== null) {
      const kept = ego.channels.map(({ id }, c) => {
        const of = left === null ? new Float64Array(ego.neighbours.length).fill(1) : left[c].slice()
        if (channels?.has(id)) of.fill(0)
        for (const tie of ties ?? []) of[tie] = 0
        return of
      })
      row = this.recomputer.row(changedWeights(ego, kept))
    }
    if (row === ego.row) row = row.slice()
    if (entities?.size) this.things!.putFacts(entities, row)
    if (bases?.size)
      for (const [k, { base }] of ego.scored.columns.entries())
        if (bases.has(base)) row[k] = ego.scored.typical[k]
    return row
  }

  /** The score for each change, by the model that made the scores. */
  async scores(changes: readonly Change[], pace: Pace): Promise<Float64Array> {
    const { model } = this.ego.scored
    const width = model.names.length
    const out = new Float64Array(changes.length)
    for (let from = 0; from < changes.length; from += BATCH) {
      const some = changes.slice(from, from + BATCH)
      const x = new Float32Array(some.length * width)
      for (const [i, change] of some.entries()) {
        x.set(this.row(change), i * width)
        if (i % 32 === 31) await pace.checkpoint()
      }
      out.set(await model.score(x, some.length), from)
      await pace.checkpoint()
    }
    return out
  }
}
