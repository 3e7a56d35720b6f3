import type { Output } from '../../../common/mapping/mapping.ts'
import type { TableName } from '../../../common/mapping/roles.ts'
import { signWords, type ColumnGuess } from './columns.ts'
import { canonicalHeader, type Meaning } from './headers.ts'
import { guessLabels } from './labels.ts'
import { entityColumns, outputsOf } from './outputs.ts'
import type { GuessNote } from './table.ts'

/**
 * Whether rows have ids of their own beside who they are of, and say when or what was written: reviews and posts, of which
 * a sample may hold no two by one account.
 */
function haveIds(columns: readonly ColumnGuess[], account: ColumnGuess): boolean {
  const means = ({ meanings }: ColumnGuess, meaning: Meaning, sure = 0.5) =>
    meanings.some((m) => m.meaning === meaning && m.sure >= sure)
  const numbered = columns.some((column) => {
    const { distinct, filled } = column.profile
    const name = canonicalHeader(column.name)
    return (
      column !== account &&
      distinct >= 0.98 &&
      filled >= 0.98 &&
      /(?:id|no|number|编号|单号|流水号)$/.test(name) &&
      !column.meanings.some(
        ({ meaning, sure }) => sure >= 0.5 && meaning !== 'row_id' && meaning !== 'report_id',
      )
    )
  })
  const dated = columns.some((column) => means(column, 'time') && !means(column, 'registered_at'))
  return numbered && dated && columns.some((column) => means(column, 'text') || means(column, 'weight'))
}

/** Whether a table says for sure which two accounts each row is between. */
function ends(columns: readonly ColumnGuess[]): boolean {
  const said = (meaning: Meaning) =>
    columns.some(({ meanings }) => meanings[0]?.meaning === meaning && meanings[0].sure >= 0.6)
  return said('from_account') && said('to_account')
}

const CAME_TO =
  /^(?:success(?:ful)?|succeeded|failed|failure|fail|ok|error|allow(?:ed)?|den(?:y|ied)|block(?:ed)?|成功|失败)$/i

/** Whether a column's values may fill a role that they are checked for, or that says little of them. */
function mayFill(role: string, column: ColumnGuess): boolean {
  const { share, least, filled, top } = column.profile
  if (filled === 0) return true
  if (role === 'weight') return least > 0
  // What an action came to is not what it was.
  if (role === 'kind') return !top.every(({ value }) => CAME_TO.test(value))
  if (role === 'outcome' && column.meanings[0]?.meaning === 'event_kind')
    return top.every(({ value }) => CAME_TO.test(value))
  if (role === 'count') return least >= 1 && share.integer >= 0.98
  if (role !== 'type') return true
  // Gephi's edges are of the type Undirected; 0 and 1 are no kinds of relation, -1 and 1 are.
  if (top.every(({ value }) => /^(?:un)?directed$|^mutual$/i.test(value))) return false
  return share.decimal < 0.5 || signWords(column) !== null
}

export const KINDS: readonly TableName[] = ['reports', 'relations', 'events', 'links', 'labels', 'accounts']

export interface Attempt {
  kind: TableName
  /** Names of the file and of the table in it. */
  named: string
  sure: number
  outputs: Output[]
  /** Role -> column. */
  taken: Record<string, ColumnGuess>
  meant: Map<ColumnGuess, Meaning>
  notes: GuessNote[]
}

/** Roles of each table with the meanings that may fill them, best first. */
const FILLED_BY: Record<TableName, Record<string, readonly Meaning[]>> = {
  accounts: { account_id: ['account'], registered_at: ['registered_at'] },
  relations: {
    src: ['from_account', 'account'],
    dst: ['to_account'],
    type: ['relation_type', 'event_kind', 'category'],
    weight: ['weight', 'count'],
    first_seen: ['first_seen', 'time'],
    last_seen: ['last_seen'],
  },
  links: {
    account_id: ['account'],
    entity_type: ['entity_type', 'relation_type'],
    entity_id: ['entity_id'],
    first_seen: ['first_seen', 'time'],
    last_seen: ['last_seen'],
    count: ['count'],
  },
  events: {
    account_id: ['account', 'from_account'],
    ts: ['time'],
    kind: ['event_kind', 'relation_type'],
    context: ['context'],
    ip: ['ip'],
    device: ['device'],
    country: ['country'],
    city: ['city'],
    outcome: ['outcome', 'event_kind'],
  },
  reports: {
    report_id: ['report_id'],
    account_id: ['reported', 'to_account', 'account'],
    reporter_id: ['reporter', 'from_account'],
    ts: ['time', 'registered_at'],
    lang: ['lang'],
    category: ['category', 'relation_type'],
    text: ['text'],
  },
  labels: {
    account_id: ['account'],
    label: ['label', 'category'],
    source: ['label_source'],
    ts: ['time', 'registered_at'],
  },
}

/** What a table would be as one kind, and how sure that is. */
export function tryKind(
  kind: TableName,
  named: string,
  columns: readonly ColumnGuess[],
  hint: TableName | null,
  exact: boolean,
): Attempt {
  const attempt: Attempt = { kind, named, sure: 0, outputs: [], taken: {}, meant: new Map(), notes: [] }
  for (const [role, meanings] of Object.entries(FILLED_BY[kind])) {
    const same = columns.find(({ name }) => name.trim().toLowerCase() === role)
    const column = exact && same ? same : bestFor(role, meanings, columns, attempt.meant)
    if (!column) continue
    attempt.taken[role] = column
    attempt.meant.set(
      column,
      column.meanings.find((m) => meanings.includes(m.meaning))?.meaning ?? meanings[0]!,
    )
  }
  const { taken } = attempt
  const has = (role: string) => taken[role] !== undefined
  const sureness = (role: string) => (exact ? 1 : (sureOf(taken[role], FILLED_BY[kind][role]!) ?? 0))
  const account = taken['account_id']
  const rows = columns[0]?.profile.cells ?? 0
  const unique = account ? account.profile.distinct >= 0.98 && account.profile.filled >= 0.95 : false
  const acts = account ? haveIds(columns, account) : false
  let sure = 0
  switch (kind) {
    case 'reports':
      if (has('text') && has('account_id')) {
        sure = Math.min(sureness('text'), sureness('account_id'))
        const meant = attempt.meant.get(taken['reporter_id']!)
        // What somebody wrote is no complaint about who wrote it.
        const about = attempt.meant.get(account!) === 'reported' || meant === 'reporter'
        if (!has('report_id') && !about && hint !== 'reports') sure *= 0.5
        // … nor is what one sent to another.
        if (!about && meant === 'from_account') sure *= 0.5
      }
      break
    case 'relations':
      if (has('src') && has('dst')) sure = Math.min(sureness('src'), sureness('dst')) * 0.95
      break
    case 'events':
      if (has('account_id') && has('ts')) {
        const written = columns.some((c) => c.meanings[0]?.meaning === 'text') ? 1 : 0
        const more = ['kind', 'ip', 'device', 'outcome', 'context'].filter(has).length + written
        sure = Math.min(sureness('account_id'), sureness('ts')) * (more > 0 ? 0.95 : 0.8)
        if (account!.profile.top.length === 1 && rows >= 20) sure *= 0.4
        // What a row must have and many lack makes many rows nothing.
        if (rows > 0 && Math.min(account!.profile.filled, taken['ts']!.profile.filled) < 0.75) sure *= 0.6
        // One row for each account is more likely a list of accounts.
        if (unique && rows >= 10 && !has('kind') && !has('outcome') && !acts) sure *= 0.55
        if (columns.some((c) => c.meanings[0]?.meaning === 'registered_at') && unique && !acts) sure *= 0.6
      }
      break
    case 'links':
      if (has('account_id') && has('entity_type') && has('entity_id'))
        sure = Math.min(sureness('entity_id'), sureness('account_id'))
      else if (account && !unique) {
        const entities = entityColumns(columns, attempt)
        // Rows with a moment of their own are acts, which keep more than that a thing was shared.
        const dated = attempt.meant.get(taken['first_seen']!) === 'time' && !has('last_seen')
        if (entities.length > 0 && dated && hint !== 'links') sure = 0.3
        else if (entities.length > 0)
          sure = sureness('account_id') * (columns.length - entities.length <= 4 ? 0.85 : 0.5)
      }
      break
    case 'labels':
      if (account && has('label')) {
        const words = guessLabels(taken['label']!.profile.top, taken['label']!.profile.filled)
        // An id of each row beside its label is of what was judged, whatever it is called.
        const id =
          unique && columns.length <= 3 ? Math.max(sureness('account_id'), 0.65) : sureness('account_id')
        sure = Math.min(id, sureness('label')) * (columns.length <= 4 ? 1 : 0.4) * (words ? 1 : 0.7)
      }
      break
    case 'accounts':
      if (account) sure = sureness('account_id') * ((unique && !acts) || rows === 0 ? 0.9 : 0.45)
      // Who it was between is no list of who there is.
      if (ends(columns)) sure *= 0.5
  }
  if (hint !== null && sure > 0) sure = hint === kind ? Math.min(1, sure * 1.15 + 0.1) : sure * 0.85
  attempt.sure = exact ? 1 : sure
  if (attempt.sure > 0) attempt.outputs = outputsOf(attempt, columns, exact)
  return attempt
}

function sureOf(column: ColumnGuess | undefined, meanings: readonly Meaning[]): number | null {
  if (!column) return null
  return column.meanings.find((m) => meanings.includes(m.meaning))?.sure ?? null
}

function bestFor(
  role: string,
  meanings: readonly Meaning[],
  columns: readonly ColumnGuess[],
  taken: ReadonlyMap<ColumnGuess, Meaning>,
): ColumnGuess | null {
  for (const meaning of meanings) {
    let best: { column: ColumnGuess; sure: number } | null = null
    for (const column of columns) {
      if (taken.has(column) || !mayFill(role, column)) continue
      const found = column.meanings.find((m) => m.meaning === meaning)
      // A column that is rather something else leaves this place to nobody.
      if (!found || found.sure < 0.3 || found.sure < (column.meanings[0]?.sure ?? 0) - 0.25) continue
      if (!best || found.sure > best.sure) best = { column, sure: found.sure }
    }
    if (best) return best.column
  }
  return null
}
