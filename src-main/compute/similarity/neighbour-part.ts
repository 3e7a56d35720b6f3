import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import {
  findNode,
  readGraphLayout,
  readNeighbours,
  type GraphLayout,
  type Neighbour,
} from '../../common/graph-file.ts'
import type { ComputeContext } from '../context.ts'
import { DERIVED_DIR } from '../store/open.ts'

/** Strongest neighbours through whose neighbours candidates are found, and the largest neighbourhood looked into. */
const MOST_NEIGHBOURS = 120
const MOST_DEGREE = 400

export interface NeighbourScore {
  readonly score: number
  readonly common: number
  readonly mine: number
  readonly theirs: number
}

/** Compares neighbourhoods in a stored graph, reading only the rows it needs. */
export class NeighbourPart {
  readonly #account: number
  readonly #file: FileHandle
  readonly #layout: GraphLayout
  readonly #mine: ReadonlyMap<number, number>
  /** Accounts two steps away: how much weight leads there through common neighbours. */
  readonly candidates = new Map<number, number>()

  private constructor(
    account: number,
    file: FileHandle,
    layout: GraphLayout,
    mine: ReadonlyMap<number, number>,
  ) {
    this.#account = account
    this.#file = file
    this.#layout = layout
    this.#mine = mine
  }

  /** null where no graph is shown, its file is gone or the account has no neighbours. */
  static async open(
    ctx: ComputeContext,
    graphRunId: number | null,
    account: number,
  ): Promise<NeighbourPart | null> {
    const derived =
      graphRunId === null
        ? undefined
        : (ctx.db
            .prepare(`SELECT derived FROM run WHERE id = ? AND status = 'done'`)
            .pluck()
            .get(graphRunId) as string | null | undefined)
    if (derived === undefined || derived === null) return null
    let file: FileHandle
    try {
      file = await open(join(ctx.workspace, DERIVED_DIR, derived), 'r')
    } catch {
      return null
    }
    try {
      const layout = await readGraphLayout(file)
      const rowOf = async (id: number): Promise<Neighbour[]> => {
        const node = await findNode(file, id, layout)
        return node < 0 ? [] : readNeighbours(file, node, layout)
      }
      const mine = await rowOf(account)
      const part = new NeighbourPart(account, file, layout, weights(mine))
      const strongest = mine.toSorted((x, y) => y.weight - x.weight || x.accountId - y.accountId)
      for (const [k, neighbour] of strongest.slice(0, MOST_NEIGHBOURS).entries()) {
        const row = await rowOf(neighbour.accountId)
        if (row.length <= MOST_DEGREE) {
          for (const { accountId, weight } of row) {
            if (accountId === account) continue
            const through = Math.min(weight, neighbour.weight)
            part.candidates.set(accountId, (part.candidates.get(accountId) ?? 0) + through)
          }
        }
        if (k % 16 === 0) await ctx.checkpoint()
      }
      return part
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /**
   * Weighted Jaccard Σ min / Σ max of the two rows, each other left out: a tie between the two is no common
   * neighbour. null where either has none else.
   */
  async score(other: number): Promise<NeighbourScore | null> {
    const node = await findNode(this.#file, other, this.#layout)
    if (node < 0) return null
    const row = await readNeighbours(this.#file, node, this.#layout)
    const mine = this.#mine.size - Number(this.#mine.has(other))
    let [least, most, common, theirs] = [0, 0, 0, 0]
    for (const { accountId, weight } of row) {
      if (accountId === this.#account) continue
      theirs++
      const own = this.#mine.get(accountId)
      if (own === undefined) most += weight
      else {
        common++
        least += Math.min(own, weight)
        most += Math.max(own, weight)
      }
    }
    if (mine === 0 || theirs === 0) return null
    const others = new Set(row.map((neighbour) => neighbour.accountId))
    for (const [id, weight] of this.#mine) if (id !== other && !others.has(id)) most += weight
    return { score: most === 0 ? 0 : least / most, common, mine, theirs }
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

const weights = (row: readonly Neighbour[]): ReadonlyMap<number, number> =>
  new Map(row.map(({ accountId, weight }) => [accountId, weight]))
