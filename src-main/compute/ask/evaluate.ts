import type { Database } from 'better-sqlite3'
import type { Ask } from '../../common/ask/parts.ts'
import { decodeIds } from '../../common/account-set.ts'
import type { AskAnswer } from '../../common/contract/ask.ts'
import type { Selection } from '../../common/contract/selection.ts'
import { NUMBER_OF, numberOf, whereOf, type WhereContext } from '../../common/selection/where.ts'
import type { ComputeContext } from '../context.ts'
import { REGISTERED } from './pair.ts'
import { evaluatePart, type Evaluated, type Note } from './parts.ts'
import { Script } from './script.ts'

export interface AskOptions {
  /** How many accounts are shown with reasons. */
  samples: number
  /** The runs that are shown. */
  runs: { communities?: number | undefined; scores?: number | undefined; report_classes?: number | undefined }
  /** Minutes east of UTC of the workspace's local day, for hours. */
  zoneMinutes: number
}

/**
 * Answers a question by SQL, in steps: who is asked about, then each part over those who are left (match all) or over
 * everybody asked about (match any). The text of the answer's query is what was run. Cancelled between steps and slices.
 */
export async function answerAsk(
  ctx: Pick<ComputeContext, 'db' | 'checkpoint'>,
  ask: Ask,
  options: AskOptions,
): Promise<AskAnswer> {
  const started = performance.now()
  const script = new Script(ctx)
  try {
    return await answer(script, ask, options, started)
  } finally {
    script.drop()
  }
}

async function answer(script: Script, ask: Ask, options: AskOptions, started: number): Promise<AskAnswer> {
  const { db } = script
  const { runs } = options
  const where = whereContext(db, runs)
  const notes: Note[] = []
  const maxAccount = script.one<number>('SELECT coalesce(max(id), 0) FROM account')

  script.comment('Who is asked about')
  await choose(script, 'asked_0', ask.who, where)
  if (ask.parts.some(needsRegistered)) await registered(script)

  const evaluated: (Evaluated | null)[] = []
  let domain = 'asked_0'
  for (const [i, part] of ask.parts.entries()) {
    script.comment(`Part ${i + 1}`)
    let other: string | null = null
    if ('with' in part && Object.values(part.with).some((value) => value !== undefined)) {
      other = `p${i + 1}_other`
      await choose(script, other, part.with, where)
    }
    const found = await evaluatePart(part, {
      script,
      domain,
      other,
      part: i,
      runs,
      zoneMinutes: options.zoneMinutes,
      notes,
      maxAccount,
    })
    evaluated.push(part.not ? null : found)
    const holds = `id ${part.not ? 'NOT IN' : 'IN'} (SELECT id FROM ${found.hits})`
    if (ask.match === 'all') {
      script.table(`asked_${i + 1}`, 'id INTEGER PRIMARY KEY')
      await script.run(`INSERT INTO asked_${i + 1} SELECT id FROM ${domain} WHERE ${holds}`)
      domain = `asked_${i + 1}`
    } else {
      if (i === 0) script.table('any_part', 'id INTEGER PRIMARY KEY')
      await script.run(`INSERT OR IGNORE INTO any_part SELECT id FROM asked_0 WHERE ${holds}`)
    }
  }
  const result = ask.match === 'any' && ask.parts.length > 0 ? 'any_part' : domain
  script.lines.push(`SELECT id FROM ${result} ORDER BY id;`)
  const accounts = Uint32Array.from(
    db.prepare(`SELECT id FROM ${result} ORDER BY id`).pluck().all() as number[],
  )
  return {
    accounts,
    seconds: (performance.now() - started) / 1000,
    query: script.text,
    samples: samplesOf(script, result, evaluated, options),
    notes,
  }
}

/** Fills a table with the ready accounts of a selection. */
async function choose(
  script: Script,
  table: string,
  selection: Selection,
  where: WhereContext,
): Promise<void> {
  script.table(table, 'id INTEGER PRIMARY KEY')
  const condition = whereOf(selection, 'a.id', where)
  await script.run(
    `INSERT INTO ${table} SELECT a.id FROM ready_account a WHERE ${condition.sql}`,
    condition.params,
  )
}

const needsRegistered = (part: Ask['parts'][number]) =>
  part.kind === 'registered_near' || ('pair' in part && part.pair.registeredWithin !== undefined)

async function registered(script: Script): Promise<void> {
  script.table(REGISTERED, 'id INTEGER PRIMARY KEY, at INTEGER')
  await script.run(
    `INSERT INTO ${REGISTERED} SELECT id, registered_at FROM account_current WHERE registered_at IS NOT NULL`,
  )
  await script.run(`CREATE INDEX temp.ask_registered_at ON ${REGISTERED} (at, id)`)
}

function whereContext(db: Database, runs: AskOptions['runs']): WhereContext {
  db.function(NUMBER_OF, { deterministic: true }, numberOf as (value: unknown) => number | null)
  const ids = db.prepare('SELECT ids FROM account_set WHERE id = ?').pluck()
  const shown = Object.fromEntries(Object.entries(runs).filter(([, id]) => id !== undefined))
  return {
    runs: shown,
    setIds(id) {
      const bytes = ids.get(id) as Uint8Array | undefined
      return bytes ? decodeIds(bytes) : []
    },
  }
}

/** The likeliest malicious of the answer with what made them match. */
function samplesOf(
  script: Script,
  result: string,
  evaluated: readonly (Evaluated | null)[],
  options: AskOptions,
): AskAnswer['samples'] {
  const { db } = script
  const rows = db
    .prepare(
      `SELECT a.id AS accountId, a.key FROM ${result} r JOIN account a ON a.id = r.id
       LEFT JOIN score s ON s.run_id = ? AND s.account_id = r.id
       ORDER BY s.score DESC NULLS LAST, r.id LIMIT ?`,
    )
    .all(options.runs.scores ?? -1, options.samples) as { accountId: number; key: string }[]
  const keyOf = db.prepare('SELECT key FROM account WHERE id = ?').pluck()
  const entityOf = db.prepare('SELECT key FROM entity WHERE id = ?').pluck()
  const holds = evaluated.map((part) =>
    part ? db.prepare(`SELECT 1 FROM ${part.hits} WHERE id = ?`).pluck() : null,
  )
  return rows.map((row) => ({
    ...row,
    because: evaluated.flatMap((part, i) => {
      if (!part || !holds[i]!.get(row.accountId)) return []
      const { accountId, entityId, count } = part.because(row.accountId)
      return {
        part: i,
        accountId,
        key: accountId === null ? null : (keyOf.get(accountId) as string),
        entityId,
        entity: entityId === null ? null : (entityOf.get(entityId) as string),
        count,
      }
    }),
  }))
}
