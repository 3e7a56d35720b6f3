import { jaccard, shinglesOf } from '../similarity/shingles.ts'
import { readChannelWeight } from './file.ts'
import { cited, READY_JOIN, SOURCE_COLUMNS, span } from './reason-facts.ts'
import type { EdgeQuestion, FactRow, Reason } from './reason-facts.ts'
import { profileTexts } from './texts.ts'
import { decayFactor } from './window.ts'

const EXCERPT = 160
/** Texts of one account that are compared to find the pair that is most alike. */
const MOST_TEXTS = 200

/**
 * Rhythm and texts. Whether they join two accounts depends on everybody else's hours and texts, so their weight is
 * taken from the stored graph; what is told of them is looked up in the facts. Throws derived_missing.
 */
export function derivedReasons(question: EdgeQuestion, derived: string): Reason[] {
  const weightOf = (id: string): number => {
    const channel = question.channels.indexOf(id)
    if (channel < 0) return 0
    return readChannelWeight(question.ctx, derived, channel, question.a, question.b)
  }
  const reasons: Reason[] = []
  const rhythm = weightOf('rhythm')
  if (rhythm > 0) reasons.push(rhythmReason(question, rhythm))
  for (const part of ['reports', 'profiles'] as const) {
    const weight = weightOf(`text:${part}`)
    if (weight > 0) reasons.push(textReason(question, part, weight))
  }
  return reasons
}

type EventRow = FactRow & { bin: number }

function rhythmReason(question: EdgeQuestion, weight: number): Reason {
  const { recipe, newest, ctx } = question
  const { window } = recipe
  const binMs = recipe.rhythm.binMinutes * 60_000
  const inside = window === null ? '' : ` AND f.ts >= ${window.from} AND f.ts < ${window.to}`
  const events = ctx.db.prepare(
    `SELECT f.ts AS first_seen, f.ts AS last_seen, ${SOURCE_COLUMNS} FROM event f ${READY_JOIN}
     WHERE f.account_id = ?${inside} ORDER BY f.ts DESC`,
  )
  const [first, second] = [question.a, question.b].map((account) =>
    (events.all(account) as FactRow[]).map((row): EventRow => ({
      ...row,
      bin: Math.floor(row.last_seen! / binMs),
    })),
  )
  const theirs = new Set(second.map((row) => row.bin))
  const bins = new Set(first.map((row) => row.bin).filter((bin) => theirs.has(bin)))
  const decay = decayFactor((Math.max(...bins) + 1) * binMs - 1, newest, recipe.decayHalfLifeDays)
  const shared = [first, second].map((rows) => rows.filter((row) => bins.has(row.bin)))
  return {
    channel: 'rhythm',
    kind: 'rhythm',
    entityType: null,
    entityKey: null,
    accountsSharing: null,
    weight,
    times: bins.size,
    similarity: Math.min(1, weight / (recipe.rhythm.weight * decay)),
    minutes: recipe.rhythm.binMinutes,
    ...span(shared.flat()),
    provenance: cited(shared[0], shared[1]),
  }
}

type TextRow = FactRow & { text: string }

function textReason(question: EdgeQuestion, of: 'reports' | 'profiles', weight: number): Reason {
  const [first, second] = [question.a, question.b].map((account) =>
    textsOf(question, account, of).map((row) => ({ row, set: shinglesOf(row.text).set })),
  )
  let best = { similarity: -1, rows: [] as TextRow[] }
  for (const x of first) {
    for (const y of second) {
      const similarity = jaccard(x.set, y.set)
      if (similarity > best.similarity) best = { similarity, rows: [x.row, y.row] }
    }
  }
  const [x, y] = best.rows
  return {
    channel: `text:${of}`,
    kind: 'text',
    entityType: null,
    entityKey: null,
    accountsSharing: null,
    weight,
    similarity: Math.min(1, weight / question.recipe.texts.weight),
    ...span(best.rows),
    provenance: x === undefined ? [] : cited([x], [y]),
    ...(x !== undefined && {
      excerpts: [x.text.slice(0, EXCERPT), y.text.slice(0, EXCERPT)] as [string, string],
    }),
  }
}

function textsOf({ ctx, recipe }: EdgeQuestion, account: number, of: 'reports' | 'profiles'): TextRow[] {
  const { window, texts } = recipe
  if (of === 'reports') {
    const inside = window === null ? '' : ` AND f.ts >= ${window.from} AND f.ts < ${window.to}`
    return ctx.db
      .prepare(
        `SELECT f.text, f.ts AS first_seen, f.ts AS last_seen, ${SOURCE_COLUMNS} FROM report f ${READY_JOIN}
         WHERE f.account_id = ?${inside} ORDER BY f.id LIMIT ${MOST_TEXTS}`,
      )
      .all(account) as TextRow[]
  }
  const record = ctx.db
    .prepare(
      `SELECT f.attributes AS text, NULL AS first_seen, NULL AS last_seen, ${SOURCE_COLUMNS}
       FROM account_record f ${READY_JOIN} WHERE f.account_id = ? ORDER BY f.id DESC LIMIT 1`,
    )
    .get(account) as TextRow | undefined
  if (record === undefined) return []
  return profileTexts(record.text, texts.minLength).map((text) => ({ ...record, text }))
}
