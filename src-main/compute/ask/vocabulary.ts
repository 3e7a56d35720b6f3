import type { AskVocabulary } from '../../common/contract/ask.ts'
import { numberOf } from '../../common/selection/where.ts'
import type { ComputeContext } from '../context.ts'
import { factsKey } from '../explore/accounts.ts'
import { keepColumns, pathOf, readColumns } from '../explore/column-file.ts'

/** Records that are read for attributes: enough to know which there are, whatever the workspace's size. */
const SAMPLED = 20_000
/** An attribute with more values than this in the sample is a name or a text, not a choice. */
const CHOICES = 200

type Context = Pick<ComputeContext, 'db' | 'workspace' | 'signal' | 'progress' | 'checkpoint'>
/** What only an import changes. */
type OfFacts = Omit<AskVocabulary, 'reportClasses' | 'tags'>

/**
 * What a workspace can be asked about. Attributes and their values are those of a spread sample of records. What hangs on
 * the facts alone is kept in a file: counting five million relations takes seconds, and the search box asks as it opens.
 */
export async function askVocabulary(
  ctx: Context,
  runs: { report_classes?: number | undefined },
): Promise<AskVocabulary> {
  const { db, workspace } = ctx
  const kept = { workspace, group: 'vocabulary', key: factsKey(db), keep: 1 }
  let facts = (await readColumns<OfFacts>(pathOf(kept), ctx))?.meta
  if (!facts) {
    facts = await readFacts(ctx)
    await keepColumns(kept, { meta: facts, columns: {} }, ctx)
  }
  const strings = (sql: string, ...params: number[]) =>
    db
      .prepare(sql)
      .pluck()
      .all(...params) as string[]
  return {
    ...facts,
    reportClasses: strings(
      'SELECT class FROM report_class WHERE run_id = ? GROUP BY class ORDER BY count(*) DESC',
      runs.report_classes ?? -1,
    ),
    tags: strings(
      `SELECT t.name FROM tag t JOIN tagging g ON g.tag_id = t.id AND g.removed_at IS NULL
         AND g.target_kind = 'account' GROUP BY t.id ORDER BY count(*) DESC LIMIT 200`,
    ),
  }
}

async function readFacts(ctx: Context): Promise<OfFacts> {
  const { db } = ctx
  const terms = (domain: string) =>
    db.prepare('SELECT value FROM term WHERE domain = ? ORDER BY id').pluck().all(domain) as string[]
  return {
    // Counting the accounts of a type of thing would read every event.
    entityTypes: (await countTypes(ctx, 'entity')).map(([type, entities]) => ({ type, entities })),
    relationTypes: (await countTypes(ctx, 'relation')).map(([type, relations]) => ({ type, relations })),
    eventKinds: terms('event_kind'),
    outcomes: terms('outcome'),
    contexts: terms('context'),
    countries: terms('country'),
    labels: db
      .prepare('SELECT label FROM label GROUP BY label ORDER BY count(*) DESC LIMIT 100')
      .pluck()
      .all() as string[],
    attributes: await attributes(ctx),
  }
}

/** Rows of one statement, so that others are answered between two. */
const ROWS = 50_000

/** How many there are of each type, most first. */
async function countTypes(
  { db, checkpoint }: Context,
  table: 'entity' | 'relation',
): Promise<[type: string, rows: number][]> {
  const most = db.prepare(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() as number
  const read = db
    .prepare(`SELECT type_id, count(*) FROM ${table} WHERE id > ? AND id <= ? GROUP BY type_id`)
    .raw()
  const counts = new Map<number, number>()
  for (let from = 0; from < most; from += ROWS) {
    for (const [type, rows] of read.all(from, from + ROWS) as [number, number][])
      counts.set(type, (counts.get(type) ?? 0) + rows)
    await checkpoint()
  }
  const name = db.prepare('SELECT value FROM term WHERE id = ?').pluck()
  return [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([type, rows]) => [name.get(type) as string, rows])
}

async function attributes({ db, checkpoint }: Context): Promise<AskVocabulary['attributes']> {
  const most = db.prepare('SELECT coalesce(max(id), 0) FROM account_record').pluck().get() as number
  const step = Math.max(1, Math.floor(most / SAMPLED))
  // One by one: a condition on the number would look at every record.
  const read = db.prepare('SELECT attributes FROM account_record WHERE id = ?').pluck()
  const found = new Map<string, { values: Map<string, number>; numbers: number; stated: number }>()
  for (let id = step, n = 0; id <= most && n < SAMPLED; id += step) {
    const text = read.get(id) as string | undefined
    if (text === undefined) continue
    if (++n % 500 === 0) await checkpoint()
    for (const [name, raw] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
      const value = String(raw)
      if (value === '') continue
      let entry = found.get(name)
      if (!entry) found.set(name, (entry = { values: new Map(), numbers: 0, stated: 0 }))
      entry.stated++
      if (numberOf(value) !== null) entry.numbers++
      if (entry.values.size <= CHOICES || entry.values.has(value))
        entry.values.set(value, (entry.values.get(value) ?? 0) + 1)
    }
  }
  return [...found].flatMap(([name, { values, numbers, stated }]) => {
    const many = values.size > CHOICES
    const numeric = numbers === stated
    // Names and texts are searched for, not chosen.
    if (many && !numeric) return []
    const list = many ? [] : [...values].sort((a, b) => b[1] - a[1]).map(([value]) => value)
    return {
      name,
      kind: numeric && values.size > 12 ? ('number' as const) : ('category' as const),
      values: list,
    }
  })
}
