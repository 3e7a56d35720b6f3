import { createHash } from 'node:crypto'
import {
  ACCOUNT_CHANGES,
  type AccountChange,
  type FactChanges,
  type ImportChanges,
} from '../../common/contract/changes.ts'
import { commonColumns, differences, type AccountRecord } from '../../common/facts/differences.ts'
import { importOfSources, pairOf, readImports, type Import } from '../../common/facts/imports.ts'
import { supersededBy } from '../../common/facts/superseded.ts'
import type { ComputeContext } from '../context.ts'
import { keepColumns, pathOf, readColumns } from '../explore/column-file.ts'

/** Records that are read at once. */
const PAGE = 10_000
/** What comparing an account costs beside reading a record's id: for an honest share of what is done. */
const ACCOUNT_COST = 40
/** A further comparison is one more byte an account. */
const KEPT = 4

/** What a comparison found: a code an account, 1 + index into ACCOUNT_CHANGES, 0: neither import says anything of it. */
export interface Comparison {
  readonly later: Import
  readonly earlier: Import | null
  readonly codes: Uint8Array
  readonly fields: ImportChanges['fields']
  /** Names what was compared: the same for the same imports of the same sources. */
  readonly key: string
}
interface Found {
  fields: ImportChanges['fields']
}

export const codeOf = (kind: AccountChange): number => ACCOUNT_CHANGES.indexOf(kind) + 1

/**
 * What became of every account between two imports. It follows from the facts, so it is derived: worked out when somebody
 * first looks and kept as a column file (1 byte an account), which may be deleted and is made anew, as it is once the
 * imports that it is about are others (rows that were read again belong to their first import).
 * Memory: 9 bytes an account; records are read in pages. Throws not_found, invalid_input, cancelled.
 */
export async function compareImports(
  ctx: ComputeContext,
  which: { job: number; earlier?: number | undefined },
): Promise<Comparison> {
  const imports = readImports(ctx.db)
  const { later, earlier } = pairOf(imports, which.job, which.earlier)
  const before = imports.filter((one) => one.job <= later.job).map((one) => [one.job, one.sources])
  const key = createHash('sha256')
    .update(JSON.stringify([later.job, earlier?.job ?? null, before]))
    .digest('hex')
  const at = { workspace: ctx.workspace, group: 'changes', key: key.slice(0, 24), keep: KEPT }
  const kept = await readColumns<Found>(pathOf(at), ctx)
  if (kept) return { later, earlier, codes: kept.columns['codes'] as Uint8Array, ...kept.meta, key }
  const { codes, fields } = await compare(ctx, later, earlier)
  await keepColumns<Found>(at, { meta: { fields }, columns: { codes } }, ctx)
  return { later, earlier, codes, fields, key }
}

async function compare(ctx: ComputeContext, later: Import, earlier: Import | null) {
  const { db } = ctx
  const most = (db.prepare('SELECT max(id) FROM account').pluck().get() as number | null) ?? 0
  const codes = new Uint8Array(most + 1)
  const records = (db.prepare('SELECT max(id) FROM account_record').pluck().get() as number | null) ?? 0
  const passes = earlier ? 2 : 1
  const total = passes * records + ACCOUNT_COST * most
  const tell = (done: number) => ctx.progress({ phase: 'changes', done, total, unit: 'steps' })
  tell(0)
  const now = await newestRecords(ctx, later, most, tell)
  const old = earlier && (await newestRecords(ctx, earlier, most, (done) => tell(records + done)))
  const numbers = importOfSources(db)
  const since = earlier?.job ?? -1
  const [isNew, gone, changed, described, unchanged] = ACCOUNT_CHANGES.map(codeOf) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const met = db
    .prepare(`SELECT id, source_id FROM ready_account WHERE id > ? ORDER BY id LIMIT ${PAGE}`)
    .raw()
  const read = db.prepare('SELECT registered_at, attributes FROM account_record WHERE id = ?').raw()
  const common = commonColumns(earlier, later)
  const fields = new Map<string, number>()
  for (let last = 0; ;) {
    const rows = met.all(last) as [number, number][]
    for (const [id, source] of rows) {
      const first = numbers.get(source)!
      // Listed, or mentioned for the first time.
      if (now[id]! > 0 || first === later.job) codes[id] = first > since ? isNew : described
      if (!old) continue
      if (old[id]! > 0 && now[id]! > 0) {
        const differs = differences(
          read.get(old[id]) as AccountRecord,
          read.get(now[id]) as AccountRecord,
          common,
        )
        for (const { name } of differs) fields.set(name, (fields.get(name) ?? 0) + 1)
        codes[id] = differs.length > 0 ? changed : unchanged
      } else if (old[id]! > 0 && later.lists) codes[id] = gone
    }
    await ctx.checkpoint()
    last = rows.length < PAGE ? most : rows.at(-1)![0]
    tell(passes * records + ACCOUNT_COST * last)
    if (rows.length < PAGE) break
  }
  return {
    codes,
    fields: [...fields]
      .map(([name, accounts]) => ({ name, accounts }))
      .sort((a, b) => b.accounts - a.accounts || (a.name < b.name ? -1 : 1)),
  }
}

/** The newest record of each account in an import, by account id; 0: it lists none. `tell`: ids that were passed. */
async function newestRecords(
  ctx: ComputeContext,
  of: Import,
  most: number,
  tell: (done: number) => void,
): Promise<Uint32Array> {
  const records = new Uint32Array(most + 1)
  if (of.listing.length === 0) return records
  const page = ctx.db
    .prepare(
      `SELECT id, account_id FROM account_record WHERE id > ? AND id <= ? AND source_id IN (${of.listing.join(',')}) ORDER BY id`,
    )
    .raw()
  const last = (ctx.db.prepare('SELECT max(id) FROM account_record').pluck().get() as number | null) ?? 0
  for (let from = 0; from < last; from += PAGE) {
    for (const [id, account] of page.all(from, from + PAGE) as [number, number][]) records[account] = id
    tell(Math.min(last, from + PAGE))
    await ctx.checkpoint()
  }
  return records
}

/** The figures of a comparison. */
export async function importChanges(
  ctx: ComputeContext,
  which: { job: number; earlier?: number | undefined },
): Promise<Omit<ImportChanges, 'communities'>> {
  const { later, earlier, codes, fields } = await compareImports(ctx, which)
  const counts = new Uint32Array(ACCOUNT_CHANGES.length + 1)
  for (const code of codes) counts[code]!++
  // Only where both list accounts can be told who is gone and who is not.
  const told: Record<AccountChange, boolean> = {
    new: true,
    gone: later.lists && (earlier?.lists ?? false),
    changed: later.lists && (earlier?.lists ?? false),
    unchanged: later.lists && (earlier?.lists ?? false),
    described: later.lists && earlier !== null,
  }
  const others = readImports(ctx.db).filter((one) => one.job < later.job)
  const only = (a: Import, b: Import) =>
    a.columns && b.columns ? [...a.columns].filter((c) => !b.columns!.has(c)) : []
  const both = earlier?.lists && later.lists
  return {
    import: refOf(later),
    earlier: earlier && refOf(earlier),
    others: others.reverse().map(refOf),
    accounts: Object.fromEntries(
      ACCOUNT_CHANGES.map((kind) => [kind, told[kind] ? counts[codeOf(kind)]! : null]),
    ) as ImportChanges['accounts'],
    fields,
    columns: both
      ? { added: only(later, earlier), dropped: only(earlier, later) }
      : { added: [], dropped: [] },
    facts: factChanges(ctx, later),
  }
}

const refOf = ({ job, at, files, tables, lists }: Import) => ({ job, at, files, tables, lists })

const FACT_TABLES = ['relations', 'links', 'events', 'reports', 'labels'] as const
const STATED = { relations: 'relation', links: 'link', labels: 'label' } as const

function factChanges({ db }: ComputeContext, of: Import): FactChanges[] {
  const ids = `(${of.sources.join(',')})`
  const stored = new Map(
    db
      .prepare(`SELECT table_name, sum(rows) FROM ready_fact WHERE source_id IN ${ids} GROUP BY 1`)
      .raw()
      .all() as [string, number][],
  )
  const known = new Map(
    db
      .prepare(`SELECT table_name, sum(rows_known) FROM source WHERE id IN ${ids} GROUP BY 1`)
      .raw()
      .all() as [string, number][],
  )
  const superseded = supersededBy(db, new Set(of.sources))
  return FACT_TABLES.map((table) => ({
    table,
    new: stored.get(table) ?? 0,
    known: known.get(table) ?? 0,
    superseded: table in STATED ? superseded[STATED[table as keyof typeof STATED]] : 0,
  })).filter((row) => of.tables.includes(row.table) || row.new + row.known + row.superseded > 0)
}
