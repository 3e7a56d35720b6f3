import type { Pace } from '../../../common/pace.ts'
import type { ComputeContext } from '../../context.ts'
import { AttributeProfile, reader, templateOf, textOf } from './encoding.ts'
import type { AttributeEncoding, Encoding } from './encoding.ts'

/** Accounts read between two checkpoints. */
const ACCOUNTS_PER_PAGE = 500
/** Attributes of a table at most: what comes after them, by name, is not looked at. */
export const MOST_ATTRIBUTES = 2000

type Attributes = Record<string, unknown>

/**
 * The attributes of every account's newest ready record, page by page; `visit` gets the node. Records that are no
 * JSON object are passed over.
 */
async function eachRecord(
  ctx: ComputeContext,
  accountIds: Uint32Array,
  visit: (node: number, attributes: Attributes) => void,
  tell: (share: number) => void,
): Promise<void> {
  const n = accountIds.length
  const page = ctx.db
    .prepare(
      `SELECT account_id, attributes FROM account_record WHERE account_id BETWEEN ? AND ?
       AND source_id IN (SELECT id FROM ready_source) ORDER BY account_id, id`,
    )
    .raw(true)
  for (let from = 0; from < n; from += ACCOUNTS_PER_PAGE) {
    const to = Math.min(n, from + ACCOUNTS_PER_PAGE)
    const rows = page.all(accountIds[from], accountIds[to - 1]) as [number, string][]
    let node = from
    for (let i = 0; i < rows.length; i++) {
      const [account, text] = rows[i]
      // The newest record of an account is the last of its rows.
      if (i + 1 < rows.length && rows[i + 1][0] === account) continue
      while (node < to && accountIds[node] < account) node++
      if (node === to || accountIds[node] !== account || text === '{}') continue
      const attributes = parse(text)
      if (attributes !== null) visit(node, attributes)
    }
    tell(to / n)
    await ctx.checkpoint()
  }
}

function parse(text: string): Attributes | null {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Attributes) : null
  } catch {
    return null
  }
}

/** Decides how each attribute is read, from all values: one pass over the records. Names in their natural order. */
export async function detectEncoding(
  ctx: ComputeContext,
  accountIds: Uint32Array,
  tell: (share: number) => void,
): Promise<Encoding> {
  const profiles = new Map<string, AttributeProfile>()
  await eachRecord(
    ctx,
    accountIds,
    (_node, attributes) => {
      for (const name in attributes) {
        let profile = profiles.get(name)
        if (profile === undefined) {
          if (profiles.size >= MOST_ATTRIBUTES) continue
          profiles.set(name, (profile = new AttributeProfile()))
        }
        profile.add(attributes[name])
      }
    },
    tell,
  )
  const names = [...profiles.keys()].sort(naturally)
  return {
    version: 1,
    attributes: names.map((name) => profiles.get(name)!.decide(name, accountIds.length)),
  }
}

/** f2 before f10, otherwise by code points: the same on every machine. */
function naturally(x: string, y: string): number {
  const parts = /^(.*?)(\d{1,15})$/s
  const a = parts.exec(x)
  const b = parts.exec(y)
  if (a !== null && b !== null && a[1] === b[1] && a[2] !== b[2]) {
    const difference = Number(a[2]) - Number(b[2])
    if (difference !== 0) return difference
  }
  return x < y ? -1 : x > y ? 1 : 0
}

/** One column of an attribute: its value, or how many accounts have the same. */
export interface AttributeColumn {
  readonly encoding: AttributeEncoding
  readonly of: 'value' | 'frequency'
}

/** The columns that an encoding makes, in order. */
export function attributeColumns(encoding: Encoding): AttributeColumn[] {
  return encoding.attributes.flatMap((attribute): AttributeColumn[] =>
    attribute.kind === 'left_out'
      ? []
      : attribute.frequency === true
        ? [
            { encoding: attribute, of: 'value' },
            { encoding: attribute, of: 'frequency' },
          ]
        : [{ encoding: attribute, of: 'value' }],
  )
}

/**
 * The values of some attribute columns, n each, NaN where an account says nothing: one pass over the records. `newest`
 * is the moment that dates are counted back from; a later date is missing.
 */
export async function readAttributes(
  ctx: ComputeContext,
  accountIds: Uint32Array,
  wanted: readonly AttributeColumn[],
  newest: number,
  tell: (share: number) => void,
): Promise<Float32Array[]> {
  const n = accountIds.length
  const columns = wanted.map(() => new Float32Array(n).fill(NaN))
  const read = wanted.map(({ encoding, of }) => (of === 'value' ? reader(encoding, newest) : () => NaN))
  const tallies = wanted.map(({ of }) => (of === 'frequency' ? new Tally(n) : null))
  await eachRecord(
    ctx,
    accountIds,
    (node, attributes) => {
      for (let k = 0; k < wanted.length; k++) {
        const value = attributes[wanted[k].encoding.name]
        if (value === undefined) continue
        const tally = tallies[k]
        if (tally === null) columns[k][node] = read[k](value)
        else {
          const text = textOf(value)
          tally.add(node, text !== null && wanted[k].encoding.kind === 'text' ? templateOf(text) : text)
        }
      }
    },
    tell,
  )
  for (const [k, tally] of tallies.entries()) if (tally !== null) await tally.write(columns[k], ctx)
  return columns
}

/** How many accounts share each account's value of one attribute. */
class Tally {
  private readonly codeOf = new Map<string, number>()
  private readonly counts: number[] = []
  private readonly codes: Int32Array

  constructor(n: number) {
    this.codes = new Int32Array(n).fill(-1)
  }

  add(node: number, text: string | null): void {
    if (text === null) return
    let code = this.codeOf.get(text)
    if (code === undefined) {
      this.codeOf.set(text, (code = this.counts.length))
      this.counts.push(0)
    }
    this.counts[code]++
    this.codes[node] = code
  }

  async write(column: Float32Array, pace: Pace): Promise<void> {
    for (let u = 0; u < column.length; u++)
      if (this.codes[u] >= 0) column[u] = Math.log1p(this.counts[this.codes[u]])
    await pace.checkpoint()
  }
}
