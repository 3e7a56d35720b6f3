import type { Database } from 'better-sqlite3'
import type { AskVocabulary } from '../../common/contract/ask.ts'
import { numberOf } from '../../common/selection/where.ts'
import type { ComputeContext } from '../context.ts'

/** Records that are read for attributes: enough to know which there are, whatever the workspace's size. */
const SAMPLED = 20_000
/** An attribute with more values than this in the sample is a name or a text, not a choice. */
const CHOICES = 200

/** What a workspace can be asked about. Attributes and their values are those of a spread sample of records. */
export async function askVocabulary(
  ctx: Pick<ComputeContext, 'db' | 'checkpoint'>,
  runs: { report_classes?: number | undefined },
): Promise<AskVocabulary> {
  const { db } = ctx
  const terms = (domain: string) =>
    db.prepare('SELECT value FROM term WHERE domain = ? ORDER BY id').pluck().all(domain) as string[]
  const strings = (sql: string, ...params: number[]) =>
    db
      .prepare(sql)
      .pluck()
      .all(...params) as string[]
  const vocabulary = {
    entityTypes: entityTypes(db),
    relationTypes: db
      .prepare(
        `SELECT t.value AS type, count(*) AS relations FROM relation r JOIN term t ON t.id = r.type_id
         GROUP BY t.id ORDER BY 2 DESC`,
      )
      .all() as AskVocabulary['relationTypes'],
    eventKinds: terms('event_kind'),
    outcomes: terms('outcome'),
    contexts: terms('context'),
    countries: terms('country'),
    reportClasses: strings(
      'SELECT class FROM report_class WHERE run_id = ? GROUP BY class ORDER BY count(*) DESC',
      runs.report_classes ?? -1,
    ),
    labels: strings('SELECT label FROM label GROUP BY label ORDER BY count(*) DESC LIMIT 100'),
    tags: strings(
      `SELECT t.name FROM tag t JOIN tagging g ON g.tag_id = t.id AND g.removed_at IS NULL
         AND g.target_kind = 'account' GROUP BY t.id ORDER BY count(*) DESC LIMIT 200`,
    ),
  }
  await ctx.checkpoint()
  return { ...vocabulary, attributes: attributes(db) }
}

/** Types of things with how many of them there are; counting their accounts would read every event. */
function entityTypes(db: Database): AskVocabulary['entityTypes'] {
  return db
    .prepare(
      `SELECT t.value AS type, count(*) AS entities FROM entity e JOIN term t ON t.id = e.type_id
       GROUP BY t.id ORDER BY 2 DESC`,
    )
    .all() as AskVocabulary['entityTypes']
}

function attributes(db: Database): AskVocabulary['attributes'] {
  const most = db.prepare('SELECT coalesce(max(id), 0) FROM account_record').pluck().get() as number
  const step = Math.max(1, Math.floor(most / SAMPLED))
  const rows = db
    .prepare(`SELECT attributes FROM account_record WHERE id % ? = 0 LIMIT ?`)
    .pluck()
    .iterate(step, SAMPLED) as IterableIterator<string>
  const found = new Map<string, { values: Map<string, number>; numbers: number; stated: number }>()
  for (const text of rows) {
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
