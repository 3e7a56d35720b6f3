import type { Pace } from '../../common/pace.ts'
import { NodeHeap } from '../kernels/heap.ts'
import type { Incidence } from './incidence.ts'
import { Unions } from './triangle-lists.ts'

export interface BlockOptions {
  minAccounts: number
  minColumns: number
  minFill: number
  maxBlocks: number
}

export interface Block {
  /** Nodes, ascending. */
  accounts: Uint32Array
  /** Columns of the incidence that at least two of them share, ascending. */
  columns: Uint32Array
  /** (account, column) pairs inside. */
  pairs: number
  /** Σ column weight over the pairs inside / (accounts + columns): Fraudar's g(S). */
  density: number
}

/**
 * What a pair counts where d accounts use the column: 1 / ln(d + 5) (Hooi et al. 2016, §4.3). What many use counts
 * little, and what an account does outside a block takes nothing from the block's density: it can't be hidden by
 * doing many other things as well (camouflage).
 */
export function columnWeight(d: number): number {
  return 1 / Math.log(d + 5)
}

/** g(S) straight from its definition; for tests. */
export function blockDensity(
  { offsets, nodes }: Incidence,
  accounts: ArrayLike<number>,
  columns: ArrayLike<number>,
): number {
  const inside = new Set(Array.from(accounts))
  let sum = 0
  for (const c of Array.from(columns)) {
    for (let i = offsets[c]; i < offsets[c + 1]; i++)
      if (inside.has(nodes[i])) sum += columnWeight(offsets[c + 1] - offsets[c])
  }
  return sum / (accounts.length + columns.length)
}

/**
 * Dense blocks of accounts × columns, densest first, no account in two.
 *
 * Accounts that have at least minColumns columns in common hang together; each part of that kind is searched by
 * itself, which keeps large exports feasible. Within a part, accounts and columns are taken off in order of what they
 * add, and the densest state on the way is a block: at least half as dense as the densest there is (Charikar 2000;
 * Hooi et al. 2016, theorem 1). Its accounts are then taken out and what is left is searched again. A block of which
 * less than minFill of all pairs occur is a chain, not a block: it is searched again with one more column in common
 * demanded. Deterministic. O(pairs log pairs) a block of the part that it came from.
 */
export async function findBlocks(incidence: Incidence, options: BlockOptions, pace: Pace): Promise<Block[]> {
  const search = new Search(incidence, options, pace)
  const everybody = Uint32Array.from({ length: incidence.n }, (_, u) => u)
  // Small parts first, and what a part leaves is smaller than the part.
  const waiting = (await search.split(everybody, options.minColumns)).sort(
    (a, b) => b.accounts.length - a.accounts.length || b.accounts[0] - a.accounts[0],
  )
  const found: Block[] = []
  let left = waiting.reduce((sum, part) => sum + part.accounts.length, 0)
  const all = left
  while (waiting.length > 0) {
    const { accounts, need } = waiting.pop()!
    left -= accounts.length
    const { block, thin, rest } = search.densest(accounts, need)
    if (block !== null) found.push(block)
    for (const [which, demanded] of [
      [thin, need + 1],
      [rest, need],
    ] as const) {
      for (const part of await search.split(which, demanded)) {
        left += part.accounts.length
        waiting.push(part)
      }
    }
    pace.progress({ phase: 'detect.blocks', done: all - left, total: all, unit: 'accounts' })
    await pace.checkpoint()
  }
  return found
    .sort((a, b) => b.density - a.density || a.accounts[0] - b.accounts[0])
    .slice(0, options.maxBlocks)
}

interface Part {
  /** Ascending. */
  accounts: Uint32Array
  /** Columns that its accounts must have in common. */
  need: number
}

/** A part's accounts and the columns that at least two of them use, numbered from 0. */
interface Local {
  columns: Uint32Array
  weight: Float64Array
  /** Account -> its columns; column -> its accounts. */
  rowStart: Uint32Array
  row: Uint32Array
  columnStart: Uint32Array
  column: Uint32Array
}

const WORK_PER_CHECKPOINT = 200_000

class Search {
  private readonly incidence: Incidence
  private readonly options: BlockOptions
  private readonly pace: Pace
  /** Account -> columns of the whole incidence. */
  private readonly start: Uint32Array
  private readonly used: Uint32Array
  /** Zero between calls. */
  private readonly users: Uint32Array

  constructor(incidence: Incidence, options: BlockOptions, pace: Pace) {
    this.incidence = incidence
    this.options = options
    this.pace = pace
    const { n, offsets, nodes } = incidence
    this.users = new Uint32Array(incidence.columns.length)
    this.start = new Uint32Array(n + 1)
    for (let i = 0; i < nodes.length; i++) this.start[nodes[i] + 1]++
    for (let u = 0; u < n; u++) this.start[u + 1] += this.start[u]
    const cursor = this.start.slice()
    this.used = new Uint32Array(nodes.length)
    for (let c = 0; c < incidence.columns.length; c++)
      for (let i = offsets[c]; i < offsets[c + 1]; i++) this.used[cursor[nodes[i]]++] = c
  }

  private local(accounts: Uint32Array): Local {
    const { start, used, users, incidence } = this
    const touched: number[] = []
    for (const u of accounts) {
      for (let i = start[u]; i < start[u + 1]; i++) if (users[used[i]]++ === 0) touched.push(used[i])
    }
    const columns = Uint32Array.from(touched.filter((c) => users[c] > 1)).sort()
    const columnStart = new Uint32Array(columns.length + 1)
    const weight = new Float64Array(columns.length)
    columns.forEach((c, k) => {
      columnStart[k + 1] = columnStart[k] + users[c]
      weight[k] = columnWeight(incidence.offsets[c + 1] - incidence.offsets[c])
    })
    for (const c of touched) users[c] = 0
    // From here on, users holds 1 + the local number.
    columns.forEach((c, k) => (users[c] = k + 1))
    const rowStart = new Uint32Array(accounts.length + 1)
    const row = new Uint32Array(columnStart[columns.length])
    const column = new Uint32Array(row.length)
    const cursor = columnStart.slice()
    let at = 0
    accounts.forEach((u, a) => {
      for (let i = start[u]; i < start[u + 1]; i++) {
        const k = users[used[i]]
        if (k === 0) continue
        row[at++] = k - 1
        column[cursor[k - 1]++] = a
      }
      rowStart[a + 1] = at
    })
    for (const c of columns) users[c] = 0
    return { columns, weight, rowStart, row, columnStart, column }
  }

  /** The parts of the accounts that hang together by pairs with at least `need` columns in common. */
  async split(accounts: Uint32Array, need: number): Promise<Part[]> {
    if (accounts.length < this.options.minAccounts) return []
    const { rowStart, row, columnStart, column } = this.local(accounts)
    const unions = new Unions(accounts.length)
    const shared = new Uint32Array(accounts.length)
    const touched = new Uint32Array(accounts.length)
    let work = 0
    for (let a = 0; a < accounts.length; a++) {
      let count = 0
      for (let i = rowStart[a]; i < rowStart[a + 1]; i++) {
        const k = row[i]
        // Accounts ascend in a column: only those before this one, so that a pair is met once.
        for (let j = columnStart[k]; j < columnStart[k + 1] && column[j] < a; j++) {
          const b = column[j]
          if (shared[b]++ === 0) touched[count++] = b
          if (shared[b] === need) unions.unite(a, b)
          work++
        }
      }
      for (let i = 0; i < count; i++) shared[touched[i]] = 0
      if (++work < WORK_PER_CHECKPOINT) continue
      work = 0
      await this.pace.checkpoint()
    }
    const groups = new Map<number, number[]>()
    for (let a = 0; a < accounts.length; a++) {
      const root = unions.find(a)
      const group = groups.get(root)
      if (group === undefined) groups.set(root, [accounts[a]])
      else group.push(accounts[a])
    }
    const parts: Part[] = []
    for (const group of groups.values()) {
      if (group.length >= this.options.minAccounts) parts.push({ accounts: Uint32Array.from(group), need })
    }
    return parts
  }

  /**
   * The densest block of a part (null: it is no block), accounts of one that is too thin, and everybody else. `block`,
   * `thin` and `rest` never share an account; who falls out of a block for want of columns is in none of them.
   */
  densest(
    accounts: Uint32Array,
    need: number,
  ): { block: Block | null; thin: Uint32Array; rest: Uint32Array } {
    const local = this.local(accounts)
    const inside = peel(accounts.length, local, this.options.minAccounts)
    const { rowAlive, columnAlive } = tidy(accounts.length, local, inside, need)
    const rest = accounts.filter((_, a) => inside[a] === 0)
    const members = accounts.filter((_, a) => rowAlive[a] === 1)
    const none = new Uint32Array(0)
    if (members.length < this.options.minAccounts) return { block: null, thin: none, rest }
    const columns = local.columns.filter((_, k) => columnAlive[k] === 1)
    let pairs = 0
    let weight = 0
    for (let k = 0; k < local.columns.length; k++) {
      if (columnAlive[k] === 0) continue
      for (let i = local.columnStart[k]; i < local.columnStart[k + 1]; i++) {
        if (rowAlive[local.column[i]] === 0) continue
        pairs++
        weight += local.weight[k]
      }
    }
    if (pairs < this.options.minFill * members.length * columns.length)
      return { block: null, thin: members, rest }
    const density = weight / (members.length + columns.length)
    return { block: { accounts: members, columns, pairs, density }, thin: none, rest }
  }
}

/** Greedy peeling: 1 for the accounts (then the columns) of the densest state of at least `minAccounts` accounts. */
function peel(count: number, local: Local, minAccounts: number): Uint8Array {
  const { weight, rowStart, row, columnStart, column } = local
  const size = count + weight.length
  const key = new Float64Array(size)
  let total = 0
  for (let k = 0; k < weight.length; k++) {
    for (let i = columnStart[k]; i < columnStart[k + 1]; i++) {
      key[column[i]] += weight[k]
      key[count + k] += weight[k]
      total += weight[k]
    }
  }
  const heap = new NodeHeap(size)
  for (let v = 0; v < size; v++) heap.put(v, key[v])
  const order = new Uint32Array(size)
  const alive = new Uint8Array(size).fill(1)
  let accounts = count
  let best = accounts >= minAccounts ? total / size : -1
  let bestAt = 0
  for (let removed = 0; removed < size && accounts >= minAccounts;) {
    const v = heap.pop()
    alive[v] = 0
    total -= key[v]
    order[removed++] = v
    if (v < count) {
      accounts--
      for (let i = rowStart[v]; i < rowStart[v + 1]; i++) {
        const c = count + row[i]
        if (alive[c] === 1) heap.put(c, (key[c] -= weight[row[i]]))
      }
    } else {
      const k = v - count
      for (let i = columnStart[k]; i < columnStart[k + 1]; i++)
        if (alive[column[i]] === 1) heap.put(column[i], (key[column[i]] -= weight[k]))
    }
    const density = total / Math.max(1, size - removed)
    if (accounts >= minAccounts && density > best) {
      best = density
      bestAt = removed
    }
  }
  const inside = new Uint8Array(size).fill(1)
  for (let i = 0; i < bestAt; i++) inside[order[i]] = 0
  return inside
}

/** Takes off accounts with fewer than `need` columns and columns of one account, again and again. */
function tidy(count: number, local: Local, inside: Uint8Array, need: number) {
  const { rowStart, row, columnStart, column } = local
  const rowAlive = inside.slice(0, count)
  const columnAlive = inside.slice(count)
  for (let changed = true; changed;) {
    changed = false
    for (let k = 0; k < columnAlive.length; k++) {
      if (columnAlive[k] === 0) continue
      let users = 0
      for (let i = columnStart[k]; i < columnStart[k + 1]; i++) users += rowAlive[column[i]]
      if (users < 2) columnAlive[k] = 0
    }
    for (let a = 0; a < count; a++) {
      if (rowAlive[a] === 0) continue
      let columns = 0
      for (let i = rowStart[a]; i < rowStart[a + 1]; i++) columns += columnAlive[row[i]]
      if (columns >= need) continue
      rowAlive[a] = 0
      changed = true
    }
  }
  return { rowAlive, columnAlive }
}
