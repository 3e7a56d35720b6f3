import type { Selection } from '../../common/contract/selection.ts'
import { decodeIds } from '../../common/account-set.ts'
import { isUnset, partWhere, type SelectionPart } from '../../common/selection/where.ts'
import { NO_CODE, NO_ROW, row } from './accounts.ts'
import { add, complement, emptySet, fullSet, intersect, unite, type Bitset } from './bitset.ts'
import { rowsOfCommunities } from './chosen.ts'
import { firstAt } from './events.ts'
import type { Snapshot } from './state.ts'
import { numberOf } from '../../common/selection/where.ts'
import { sharers, usersOf } from './uses.ts'

type Value<K extends SelectionPart> = NonNullable<Selection[K]>
type Maker<K extends SelectionPart> = (value: Value<K>, at: Snapshot) => Promise<Bitset>

/** What a part's answer hangs on besides the facts: decides when a kept one is thrown away. */
const HANGS_ON: { [K in SelectionPart]-?: 'facts' | 'runs' | 'judged' } = {
  communities: 'runs',
  accounts: 'facts',
  time: 'facts',
  registered: 'facts',
  risk: 'runs',
  text: 'facts',
  reportClasses: 'runs',
  verdicts: 'judged',
  labels: 'facts',
  sets: 'facts',
  withoutSets: 'facts',
  entities: 'facts',
  sharing: 'facts',
  attributes: 'facts',
  tags: 'judged',
  anomalies: 'runs',
}

/** Whether a part's answer changes with what analysts say. */
export const isJudged = (part: SelectionPart): boolean => HANGS_ON[part] === 'judged'

/** A part by the statement that the reference uses (common/selection/where.ts): for what no column holds. */
async function bySql<K extends SelectionPart>(key: K, value: Value<K>, at: Snapshot): Promise<Bitset> {
  const accounts = await at.facts.accounts()
  const { sql, params } = partWhere(key, value, 'a.id', {
    runs: at.runIds as never,
    setIds: () => [],
  })
  const found = emptySet(accounts.n)
  const ids = at.db.prepare(`SELECT a.id FROM account a WHERE ${sql}`).pluck()
  for (const id of ids.all(...params) as number[]) {
    const r = row(accounts, id)
    if (r !== NO_ROW) add(found, r)
  }
  return found
}

async function ofIds(ids: Iterable<number>, at: Snapshot): Promise<Bitset> {
  const accounts = await at.facts.accounts()
  const found = emptySet(accounts.n)
  for (const id of ids) {
    const r = row(accounts, id)
    if (r !== NO_ROW) add(found, r)
  }
  return found
}

async function ofSets(ids: readonly number[], at: Snapshot): Promise<Bitset> {
  const accounts = await at.facts.accounts()
  const found = emptySet(accounts.n)
  const read = at.db.prepare('SELECT ids FROM account_set WHERE id = ?').pluck()
  for (const id of ids) {
    const blob = read.get(id) as Buffer | undefined
    if (blob) unite(found, await ofIds(decodeIds(blob), at))
  }
  return found
}

/** Rows whose code (an index into `words`) is one of the wanted words. */
function ofWords(
  rows: Uint32Array | null,
  codes: Uint8Array | Uint16Array,
  words: readonly string[],
  wanted: readonly string[],
  n: number,
): Bitset {
  const found = emptySet(n)
  const is = Uint8Array.from(words, (word) => (wanted.includes(word) ? 1 : 0))
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] !== NO_CODE && is[codes[i]] === 1) add(found, rows === null ? i : rows[i])
  }
  return found
}

const MAKERS: { [K in SelectionPart]-?: Maker<K> } = {
  communities: async (wanted, at) => {
    const found = emptySet((await at.facts.accounts()).n)
    for (const rows of await rowsOfCommunities(at, wanted))
      for (let i = 0; i < rows.length; i++) add(found, rows[i])
    return found
  },
  accounts: ofIds,
  time: async ({ from, to }, at) => {
    const events = await at.facts.events()
    const { n } = await at.facts.accounts()
    const found = emptySet(n)
    const { row: rows } = events
    const end = firstAt(events, to)
    for (let i = firstAt(events, from); i < end; i++) {
      const r = rows[i]
      found[r >>> 5] |= 1 << (r & 31)
    }
    return found
  },
  registered: async ({ from, to }, at) => {
    const { n, registered, otherRow, otherRegistered } = await at.facts.accounts()
    const found = emptySet(n)
    for (let r = 0; r < n; r++) if (registered[r] >= from && registered[r] < to) add(found, r)
    for (let i = 0; i < otherRow.length; i++)
      if (otherRegistered[i] >= from && otherRegistered[i] < to) add(found, otherRow[i])
    return found
  },
  risk: async ({ min, max }, at) => {
    const { score } = await at.runs.columns()
    const found = emptySet(score.length)
    for (let r = 0; r < score.length; r++) if (score[r] >= min && score[r] <= max) add(found, r)
    return found
  },
  text: (value, at) => bySql('text', value, at),
  reportClasses: async (wanted, at) => {
    const { reportRow, reportCode, classes, community } = await at.runs.columns()
    return ofWords(reportRow, reportCode, classes, wanted, community.length)
  },
  verdicts: async (wanted, at) => {
    const { verdict } = await at.judged.columns()
    const found = emptySet((await at.facts.accounts()).n)
    for (const [r, word] of verdict) if ((wanted as string[]).includes(word)) add(found, r)
    return found
  },
  labels: async (wanted, at) => {
    const { labelRow, labelCode, labels, n } = await at.facts.accounts()
    return ofWords(labelRow, labelCode, labels, wanted, n)
  },
  sets: ofSets,
  withoutSets: async (ids, at) => complement(await ofSets(ids, at), (await at.facts.accounts()).n),
  entities: async (ids, at) => usersOf(await at.facts.uses(), ids, (await at.facts.accounts()).n),
  sharing: async (wanted, at) =>
    sharers(await at.facts.uses(), wanted, (await at.facts.accounts()).n, at.pace),
  attributes: async (wanted, at) => {
    const { n } = await at.facts.accounts()
    const found = fullSet(n)
    for (const one of wanted) intersect(found, await ofAttribute(one, at))
    return found
  },
  tags: async (wanted, at) => {
    const { tags } = await at.judged.columns()
    const found = emptySet((await at.facts.accounts()).n)
    for (const name of wanted) for (const r of tags.get(name) ?? []) add(found, r)
    return found
  },
  anomalies: (ids, at) => ofAnomalies(ids, at),
}

async function ofAttribute(wanted: Value<'attributes'>[number], at: Snapshot): Promise<Bitset> {
  const column = (await at.facts.attributes()).get(wanted.name)
  const { n } = await at.facts.accounts()
  const found = emptySet(n)
  if (!column) return found
  const { values, min = -Infinity, max = Infinity } = wanted
  const ranged = wanted.min !== undefined || wanted.max !== undefined
  // Numbers are held as numbers; which way they were written only the files know.
  if (column.kind === 'text' || (column.kind === 'number' && values)) return bySql('attributes', [wanted], at)
  if (column.kind === 'number') {
    const { values: numbers } = column
    for (let r = 0; r < n; r++) if (numbers[r] >= min && numbers[r] <= max) add(found, r)
    return found
  }
  const words = column.words.filter((word) => {
    if (!values && !ranged) return true
    if (values?.includes(word)) return true
    const number = ranged ? numberOf(word) : null
    return number !== null && number >= min && number <= max
  })
  return ofWords(null, column.codes, column.words, words, n)
}

interface AnomalyRow {
  id: number
  run: number | null
  series: string
  kind: string
  key: string
  from: number
  to: number
}

/** Accounts that acted in the windows, with the anomalies' groups. */
async function ofAnomalies(ids: readonly number[], at: Snapshot): Promise<Bitset> {
  const accounts = await at.facts.accounts()
  const found = emptySet(accounts.n)
  const read = at.db.prepare(
    `SELECT a.id, r.parent_run_id AS run, a.series, a.group_kind AS kind, a.group_key AS key,
            a.window_start AS "from", a.window_end AS "to"
     FROM anomaly a JOIN run r ON r.id = a.run_id WHERE a.id = ?`,
  )
  for (const id of ids) {
    const anomaly = read.get(id) as AnomalyRow | undefined
    if (anomaly) unite(found, await ofAnomaly(anomaly, at))
  }
  return found
}

async function ofAnomaly(anomaly: AnomalyRow, at: Snapshot): Promise<Bitset> {
  const { kind, key, from, to } = anomaly
  // Of another partition than the one shown: its members are in the database only.
  if (kind === 'community' && anomaly.run !== at.runIds.communities)
    return bySql('anomalies', [anomaly.id], at)
  const { n, registered, otherRow, otherRegistered } = await at.facts.accounts()
  const found = emptySet(n)
  const events = await at.facts.events()
  const { community } = await at.runs.columns()
  const values = kind === 'context' ? events.context : kind === 'country' ? events.country : null
  const value = (kind === 'context' ? events.contexts : events.countries).indexOf(key)
  const group = kind === 'community' ? Number.parseInt(key, 10) || 0 : -1
  if (values !== null && value < 0) return found
  const end = firstAt(events, to)
  for (let i = firstAt(events, from); i < end; i++) {
    const r = events.row[i]
    if (values !== null && values[i] !== value) continue
    if (group >= 0 && community[r] !== group) continue
    add(found, r)
  }
  if (anomaly.series === 'registrations' && values === null) {
    const put = (r: number, time: number) => {
      if (time >= from && time < to && (group < 0 || community[r] === group)) add(found, r)
    }
    for (let r = 0; r < n; r++) put(r, registered[r])
    for (let i = 0; i < otherRow.length; i++) put(otherRow[i], otherRegistered[i])
  }
  return found
}

function partOf<K extends SelectionPart>(key: K, value: Value<K>, at: Snapshot): Promise<Bitset> {
  return at[HANGS_ON[key]].masks.get(`${key} ${JSON.stringify(value)}`, () =>
    (MAKERS[key] as Maker<K>)(value, at),
  )
}

/** One anomaly's accounts, kept as the part of a selection that names it alone. */
export const accountsOfAnomaly = (id: number, at: Snapshot): Promise<Bitset> => partOf('anomalies', [id], at)

/**
 * The selection as rows, without the parts in `except`; null where that is everybody. The caller must not change it. Each
 * part is made once and kept, so that changing one part of a selection costs that part.
 */
export async function maskOf(
  at: Snapshot,
  selection: Selection,
  except: readonly string[] = [],
): Promise<Bitset | null> {
  const keys = (Object.keys(HANGS_ON) as SelectionPart[]).filter(
    (key) => !isUnset(selection, key) && !except.includes(key),
  )
  if (keys.length === 0) return null
  const masks: Bitset[] = []
  for (const key of keys) masks.push(await partOf<SelectionPart>(key, selection[key]!, at))
  if (masks.length === 1) return masks[0]
  const joined = masks[0].slice()
  for (const mask of masks.slice(1)) intersect(joined, mask)
  return joined
}
