import type { AskPart } from '../../common/ask/parts.ts'
import { reportsMatching } from '../../common/selection/fts.ts'
import { pairCondition, REGISTERED, type Condition, type Paired } from './pair.ts'
import type { Script } from './script.ts'

/** A thing that more accounts use is no sign of anything (an operator's gateway); it is left out, and that is told. */
export const HUB = 1000
/** Others are counted up to here for a reason. */
const COUNTED = 1000

export interface Note {
  part: number
  code: string
  params: Record<string, string | number>
}
export interface PartContext {
  script: Script
  /** Temporary table of the accounts that are asked about now. */
  domain: string
  /** Temporary table of the accounts that the other may be; null: any ready account. */
  other: string | null
  part: number
  runs: { communities?: number | undefined; report_classes?: number | undefined }
  zoneMinutes: number
  notes: Note[]
  maxAccount: number
}
/** Why one account matches. */
export interface Because {
  accountId: number | null
  entityId: number | null
  count: number
}
export interface Evaluated {
  /** Table (id) of those of the domain of whom the part holds, not negated. */
  hits: string
  because(accountId: number): Because
}

export async function evaluatePart(part: AskPart, ctx: PartContext): Promise<Evaluated> {
  if (part.kind === 'event') return events(part, ctx)
  if (part.kind === 'reported') return reported(part, ctx)
  return others(part, ctx)
}

/** Parts about another account: `from` is SQL whose rows are the others (b) and the shared entity (e) of account `a`. */
async function others(part: Paired, ctx: PartContext): Promise<Evaluated> {
  const { script } = ctx
  const rows = part.kind === 'shares' ? await sharing(part, ctx) : related(part, ctx)
  const p = `p${ctx.part + 1}`
  script.table(`${p}_hit`, 'id INTEGER PRIMARY KEY')
  const from = rows('a.id')
  const holds =
    part.times === 1
      ? `EXISTS (${from.sql})`
      : `(SELECT count(*) FROM (SELECT DISTINCT b FROM (${from.sql}) LIMIT ${part.times})) >= ${part.times}`
  await script.sliced(
    `INSERT INTO ${p}_hit SELECT a.id FROM ${part.kind === 'shares' ? `${p}_asked` : ctx.domain} a
     WHERE :RANGE: AND ${holds}`,
    'a.id',
    ctx.maxAccount,
    from.params,
  )
  return {
    hits: `${p}_hit`,
    because(id) {
      const of = rows(String(id))
      const first = script.db.prepare(`${of.sql} LIMIT 1`).get(...of.params) as
        { b: number; e: number | null } | undefined
      const count = script.one<number>(
        `SELECT count(*) FROM (SELECT DISTINCT b FROM (${of.sql}) LIMIT ${COUNTED})`,
        ...of.params,
      )
      return { accountId: first?.b ?? null, entityId: first?.e ?? null, count }
    },
  }
}

type Rows = (a: string) => Condition

const isOther = (ctx: PartContext, b: string) =>
  ctx.other === null ? `${b} IN (SELECT id FROM ready_account)` : `${b} IN (SELECT id FROM ${ctx.other})`

function related(part: Exclude<Paired, { kind: 'shares' }>, ctx: PartContext): Rows {
  const run = ctx.runs.communities ?? -1
  if (part.kind === 'registered_near') {
    return (a) => {
      const pair = pairCondition(part.pair, a, 'v.id', null, run)
      const ms = part.minutes * 60_000
      return {
        sql: `SELECT v.id AS b, NULL AS e FROM ${REGISTERED} x CROSS JOIN ${REGISTERED} v
          WHERE x.id = ${a} AND v.at >= x.at - ? AND v.at <= x.at + ? AND v.id <> ${a}
            AND ${isOther(ctx, 'v.id')}${pair.sql}`,
        params: [ms, ms, ...pair.params],
      }
    }
  }
  const type =
    part.type === null
      ? ''
      : `AND r.type_id = (SELECT id FROM term WHERE domain = 'relation_type' AND value = ?)`
  return (a) => {
    const arm = (mine: string, theirs: string): Condition => {
      const pair = pairCondition(part.pair, a, `r.${theirs}`, null, run)
      return {
        sql: `SELECT r.${theirs} AS b, NULL AS e FROM relation r WHERE r.${mine} = ${a} AND r.${theirs} <> ${a}
          ${type} AND r.source_id IN (SELECT id FROM ready_source) AND ${isOther(ctx, `r.${theirs}`)}${pair.sql}`,
        params: [...(part.type === null ? [] : [part.type]), ...pair.params],
      }
    }
    const arms = [
      ...(part.direction === 'in' ? [] : [arm('src_id', 'dst_id')]),
      ...(part.direction === 'out' ? [] : [arm('dst_id', 'src_id')]),
    ]
    return { sql: arms.map((x) => x.sql).join(' UNION ALL '), params: arms.flatMap((x) => x.params) }
  }
}

/** Who uses what, by links and events, of the things that count; only around the smaller side where there is one. */
async function sharing(part: Extract<AskPart, { kind: 'shares' }>, ctx: PartContext): Promise<Rows> {
  const { script } = ctx
  const p = `p${ctx.part + 1}`
  const type = part.type
  const accounts = ctx.maxAccount
  const size = (table: string) => script.one<number>(`SELECT count(*) FROM ${table}`)
  const sides = [ctx.domain, ...(ctx.other === null ? [] : [ctx.other])].map(
    (table) => [size(table), table] as const,
  )
  const [fewest, around] = sides.sort((x, y) => x[0] - y[0])[0]!
  const byEvents = [
    ...(type === null || type === 'ip' ? ['ip'] : []),
    ...(type === null || type === 'device' ? ['device'] : []),
  ]
  const ofType = type === null ? '' : ` AND t.value = ?`
  const typed = type === null ? [] : [type]
  // The events' indexes don't know the source: they are asked only while there are rows that may go again.
  const importing = script.one<number>(`SELECT count(*) FROM source WHERE status = 'importing'`) > 0
  const ready = importing ? ' AND v.source_id IN (SELECT id FROM ready_source)' : ''

  script.table(`${p}_use`, 'entity INTEGER, account INTEGER, PRIMARY KEY (entity, account)', ' WITHOUT ROWID')
  if (fewest * 5 < accounts) {
    script.comment(`Only things that somebody of ${around} uses.`)
    script.table(`${p}_near`, 'entity INTEGER PRIMARY KEY')
    await script.run(
      `INSERT OR IGNORE INTO ${p}_near SELECT l.entity_id FROM ${around} o CROSS JOIN link l ON l.account_id = o.id
       JOIN entity n ON n.id = l.entity_id JOIN term t ON t.id = n.type_id WHERE 1${ofType}`,
      typed,
    )
    for (const of of byEvents) {
      await script.run(
        `INSERT OR IGNORE INTO ${p}_near SELECT v.${of}_id FROM ${around} o CROSS JOIN event v ON v.account_id = o.id
         WHERE v.${of}_id IS NOT NULL`,
      )
    }
    await script.run(
      `INSERT OR IGNORE INTO ${p}_use SELECT n.entity, l.account_id FROM ${p}_near n
       CROSS JOIN link l ON l.entity_id = n.entity WHERE l.source_id IN (SELECT id FROM ready_source)`,
    )
    for (const of of byEvents) {
      await script.run(
        `INSERT OR IGNORE INTO ${p}_use SELECT n.entity, v.account_id FROM ${p}_near n
         CROSS JOIN event v INDEXED BY event_${of} ON v.${of}_id = n.entity WHERE 1${ready}`,
      )
    }
  } else {
    const max = script.one<number>('SELECT coalesce(max(id), 0) FROM entity')
    await script.sliced(
      `INSERT OR IGNORE INTO ${p}_use SELECT l.entity_id, l.account_id FROM entity n JOIN term t ON t.id = n.type_id
       CROSS JOIN link l ON l.entity_id = n.id WHERE :RANGE:${ofType} AND l.source_id IN (SELECT id FROM ready_source)`,
      'n.id',
      max,
      typed,
    )
    for (const of of byEvents) {
      await script.sliced(
        `INSERT OR IGNORE INTO ${p}_use SELECT DISTINCT v.${of}_id, v.account_id FROM event v INDEXED BY event_${of}
         WHERE v.${of}_id IS NOT NULL AND :RANGE:${ready}`,
        `v.${of}_id`,
        max,
      )
    }
  }
  const cap = Math.min(part.atMost ?? HUB, HUB)
  if ((part.atMost ?? Infinity) > HUB) {
    const hubs = script.one<number>(
      `SELECT count(*) FROM (SELECT 1 FROM ${p}_use GROUP BY entity HAVING count(*) > ${HUB})`,
    )
    if (hubs > 0) ctx.notes.push({ part: ctx.part, code: 'hub', params: { entities: hubs, cap: HUB } })
  }
  script.table(`${p}_shared`, 'entity INTEGER PRIMARY KEY')
  await script.run(
    `INSERT INTO ${p}_shared SELECT entity FROM ${p}_use GROUP BY entity HAVING count(*) BETWEEN 2 AND ${cap}`,
  )
  script.table(`${p}_by`, 'account INTEGER, entity INTEGER, PRIMARY KEY (account, entity)', ' WITHOUT ROWID')
  await script.run(
    `INSERT INTO ${p}_by SELECT u.account, u.entity FROM ${p}_shared s CROSS JOIN ${p}_use u ON u.entity = s.entity
     WHERE u.account IN (SELECT id FROM ${ctx.domain})`,
  )
  script.table(`${p}_asked`, 'id INTEGER PRIMARY KEY')
  await script.run(`INSERT INTO ${p}_asked SELECT DISTINCT account FROM ${p}_by`)
  return (a) => {
    const pair = pairCondition(part.pair, a, 'v.account', 'u.entity', ctx.runs.communities ?? -1)
    return {
      sql: `SELECT v.account AS b, u.entity AS e FROM ${p}_by u CROSS JOIN ${p}_use v ON v.entity = u.entity
        WHERE u.account = ${a} AND v.account <> ${a} AND ${isOther(ctx, 'v.account')}${pair.sql}`,
      params: pair.params,
    }
  }
}

async function events(part: Extract<AskPart, { kind: 'event' }>, ctx: PartContext): Promise<Evaluated> {
  const { script } = ctx
  const parts: string[] = []
  const params: (string | number)[] = []
  const term = (column: string, domain: string, value: string | null) => {
    if (value === null) return
    parts.push(` AND v.${column} = (SELECT id FROM term WHERE domain = '${domain}' AND value = ?)`)
    params.push(value)
  }
  term('kind_id', 'event_kind', part.eventKind)
  term('outcome_id', 'outcome', part.outcome)
  term('context_id', 'context', part.context)
  term('country_id', 'country', part.country)
  if (part.from !== null) {
    parts.push(' AND v.ts >= ?')
    params.push(part.from)
  }
  if (part.to !== null) {
    parts.push(' AND v.ts < ?')
    params.push(part.to)
  }
  if (part.hours) {
    const { from, to } = part.hours
    const hour = `((v.ts + ${ctx.zoneMinutes * 60_000}) / 3600000) % 24`
    parts.push(from < to ? ` AND ${hour} >= ? AND ${hour} < ?` : ` AND (${hour} >= ? OR ${hour} < ?)`)
    params.push(from, to)
  }
  const of = (a: string) =>
    `FROM event v WHERE v.account_id = ${a} AND v.source_id IN (SELECT id FROM ready_source)${parts.join('')}`
  const holds =
    part.within !== null && part.times > 1
      ? `EXISTS (SELECT 1 FROM (SELECT v.ts - lag(v.ts, ${part.times - 1}) OVER (ORDER BY v.ts) AS apart ${of('a.id')})
           WHERE apart <= ${part.within * 60_000})`
      : `(SELECT count(*) FROM (SELECT 1 ${of('a.id')} LIMIT ${part.times})) >= ${part.times}`
  return byAccount(holds, params, ctx, (id) =>
    script.one<number>(`SELECT count(*) ${of(String(id))}`, ...params),
  )
}

async function reported(part: Extract<AskPart, { kind: 'reported' }>, ctx: PartContext): Promise<Evaluated> {
  const { script } = ctx
  const match = reportsMatching(part.text, 'r.id')
  const params: (string | number)[] = [...match.params]
  let classed = ''
  if (part.class !== null) {
    if (ctx.runs.report_classes === undefined)
      ctx.notes.push({ part: ctx.part, code: 'unrun', params: { what: 'report_classes' } })
    classed = ` AND EXISTS (SELECT 1 FROM report_class c WHERE c.run_id = ${ctx.runs.report_classes ?? -1}
      AND c.report_id = r.id AND c.class = ?)`
    params.push(part.class)
  }
  const of = (a: string) =>
    `FROM report r WHERE r.account_id = ${a} AND r.source_id IN (SELECT id FROM ready_source) AND ${match.sql}${classed}`
  const holds = `(SELECT count(*) FROM (SELECT 1 ${of('a.id')} LIMIT ${part.times})) >= ${part.times}`
  return byAccount(holds, params, ctx, (id) =>
    script.one<number>(`SELECT count(*) ${of(String(id))}`, ...params),
  )
}

async function byAccount(
  holds: string,
  params: (string | number)[],
  ctx: PartContext,
  count: (id: number) => number,
): Promise<Evaluated> {
  const hits = `p${ctx.part + 1}_hit`
  ctx.script.table(hits, 'id INTEGER PRIMARY KEY')
  await ctx.script.sliced(
    `INSERT INTO ${hits} SELECT a.id FROM ${ctx.domain} a WHERE :RANGE: AND ${holds}`,
    'a.id',
    ctx.maxAccount,
    params,
  )
  return { hits, because: (id) => ({ accountId: null, entityId: null, count: count(id) }) }
}
