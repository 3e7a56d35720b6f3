import type { Cell, Output, TableMapping } from '../../../common/mapping/mapping.ts'
import { requiredRoles, rolesOf, type TableName } from '../../../common/mapping/roles.ts'
import { guessColumn, guessTime, type ColumnGuess } from './columns.ts'
import { ENTITY_MEANINGS, type EntityMeaning, type Meaning } from './headers.ts'
import { guessLabels } from './labels.ts'

export interface TableSample {
  /** File name without folders. */
  file: string
  /** Name of the table in the file; '' where the file is the table. */
  table: string
  columns: readonly string[]
  /** Sampled records, each as long as `columns`. */
  rows: readonly (readonly string[])[]
}

/** Something about a guess that a person should look at; `column` where it is about one. */
export interface GuessNote {
  code:
    | 'no_zone'
    | 'day_or_month'
    | 'unsure_table'
    | 'unsure_column'
    | 'row_numbers_as_ids'
    | 'label_words'
    | 'no_rows'
  column: string | null
}

export interface TableGuess {
  mapping: TableMapping
  /** What a row is; null: nothing fits, and `mapping.outputs` is empty. */
  kind: TableName | null
  /** How sure that is, 0..1. */
  sure: number
  columns: { name: string; meaning: Meaning | null; sure: number; by: 'name' | 'values' | 'both' | null }[]
  notes: GuessNote[]
}

const FILE_HINTS: readonly [RegExp, TableName][] = [
  [
    /relation|edge|friend|follow|transfer|transaction|payment_?flow|invit(?!e_?code)|关系|好友|转账|邀请|关注|交易/i,
    'relations',
  ],
  [/report|complain|ticket|举报|投诉|工单/i, 'reports'],
  [/label|verdict|ground_?truth|blacklist|标签|黑名单|封禁|封号|判定|处置/i, 'labels'],
  [/event|login|log(?:s|_|\b)|session|activity|登录|登陆|日志|行为|事件/i, 'events'],
  [/link|bind|device|entit|绑定|设备|介质|共用/i, 'links'],
  [/account|user|member|player|customer|profile|node|账号|帐号|账户|用户|会员|客户|玩家/i, 'accounts'],
]
/** What is at least this sure is taken without asking; what is less is noted. */
export const SURE = 0.6

/** Guesses what the records of a table are and how its columns map, from names and a sample of values. */
export function guessTable(sample: TableSample): TableGuess {
  const columns = sample.columns.map((name, at) =>
    guessColumn(
      name,
      sample.rows.map((row) => row[at] ?? ''),
    ),
  )
  const named = `${sample.file} ${sample.table}`
  const hint = hintOf(named)
  const layout = exactLayout(sample, hint)
  const tries = (layout ? [layout] : KINDS).map((kind) =>
    tryKind(kind, named, columns, hint, layout !== null),
  )
  const best = tries.reduce((a, b) => (b.sure > a.sure ? b : a))
  const match = {
    file: patternOf(sample.file),
    columns: [] as string[],
    ...(sample.table !== '' && { table: sample.table }),
  }
  if (best.sure <= 0.2) {
    return {
      mapping: { match, read: {}, outputs: [] },
      kind: null,
      sure: 0,
      columns: columns.map(({ name, meanings }) => describe(name, meanings[0] ?? null)),
      notes: [{ code: 'unsure_table', column: null }],
    }
  }
  match.columns = [...new Set(Object.values(best.taken).map(({ name }) => name))]
  const notes = [...best.notes]
  if (best.sure < SURE) notes.unshift({ code: 'unsure_table', column: null })
  if (sample.rows.length === 0) notes.unshift({ code: 'no_rows', column: null })
  return {
    mapping: { match, read: {}, outputs: best.outputs },
    kind: best.kind,
    sure: Math.min(1, best.sure),
    columns: columns.map((column) => {
      const taken = Object.entries(best.taken).find(([, c]) => c === column)
      const meaning = column.meanings.find((m) => m.meaning === best.meant.get(column)) ?? null
      return taken || meaning
        ? describe(column.name, meaning ?? column.meanings[0] ?? null)
        : describe(column.name, null)
    }),
    notes,
  }
}

function describe(name: string, best: ColumnGuess['meanings'][number] | null): TableGuess['columns'][number] {
  return { name, meaning: best?.meaning ?? null, sure: best?.sure ?? 0, by: best?.by ?? null }
}

function hintOf(name: string): TableName | null {
  return FILE_HINTS.find(([pattern]) => pattern.test(name))?.[1] ?? null
}

/** `logins-2024-03-01.csv` becomes `logins-*.csv`, so that tomorrow's export is known again. */
function patternOf(file: string): string {
  const pattern = file
    .replace(/\.gz$/i, '')
    .replaceAll(/\d[\d\-_.年月日T]*\d|\d/g, (run, at: number, all: string) =>
      // An ending such as .json5 or the number of a version stays; dates and counters go.
      at + run.length < all.length - 5 || run.length >= 4 ? '*' : run,
    )
  return pattern.replaceAll(/\*+/g, '*')
}

/** The table whose own column names the header has: the export layout is no guess. */
function exactLayout({ columns, file }: TableSample, hint: TableName | null): TableName | null {
  const names = new Set(columns.map((name) => name.trim().toLowerCase()))
  const fits = KINDS.filter((kind) => requiredRoles(kind).every((role) => names.has(role)))
  const base = file.replace(/\.[^.]*$/, '').toLowerCase()
  return (
    fits.find((kind) => kind === base) ??
    (fits.length > 0 && hint !== null && fits.includes(hint) ? hint : null)
  )
}

const KINDS: readonly TableName[] = ['reports', 'relations', 'events', 'links', 'labels', 'accounts']

interface Attempt {
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
  accounts: { account_id: ['account'], registered_at: ['registered_at', 'time', 'first_seen'] },
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
    outcome: ['outcome'],
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

function tryKind(
  kind: TableName,
  named: string,
  columns: readonly ColumnGuess[],
  hint: TableName | null,
  exact: boolean,
): Attempt {
  const attempt: Attempt = { kind, named, sure: 0, outputs: [], taken: {}, meant: new Map(), notes: [] }
  for (const [role, meanings] of Object.entries(FILLED_BY[kind])) {
    const same = columns.find(({ name }) => name.trim().toLowerCase() === role)
    const column = exact && same ? same : bestFor(meanings, columns, attempt.meant)
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
  const unique = account ? account.profile.distinct >= 0.98 && account.profile.filled >= 0.98 : false
  let sure = 0
  switch (kind) {
    case 'reports':
      if (has('text') && has('account_id')) {
        sure = Math.min(sureness('text'), sureness('account_id'))
        if (!has('report_id') && !has('reporter_id') && hint !== 'reports') sure *= 0.5
      }
      break
    case 'relations':
      if (has('src') && has('dst')) sure = Math.min(sureness('src'), sureness('dst')) * 0.95
      break
    case 'events':
      if (has('account_id') && has('ts')) {
        const more = ['kind', 'ip', 'device', 'outcome', 'context'].filter(has).length
        sure = Math.min(sureness('account_id'), sureness('ts')) * (more > 0 ? 0.95 : 0.8)
        // One row for each account is more likely a list of accounts.
        if (unique && rows >= 10 && !has('kind') && !has('outcome')) sure *= 0.55
        if (columns.some((c) => c.meanings[0]?.meaning === 'registered_at') && unique) sure *= 0.6
      }
      break
    case 'links':
      if (has('account_id') && has('entity_type') && has('entity_id'))
        sure = Math.min(sureness('entity_id'), sureness('account_id'))
      else if (account && !unique) {
        const entities = entityColumns(columns, attempt)
        if (entities.length > 0)
          sure = sureness('account_id') * (columns.length - entities.length <= 4 ? 0.85 : 0.5)
      }
      break
    case 'labels':
      if (account && has('label')) {
        const words = guessLabels(taken['label']!.profile.top, taken['label']!.profile.filled)
        sure =
          Math.min(sureness('account_id'), sureness('label')) *
          (columns.length <= 4 ? 1 : 0.4) *
          (words ? 1 : 0.7)
      }
      break
    case 'accounts':
      if (account) sure = sureness('account_id') * (unique || rows === 0 ? 0.9 : 0.45)
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
  meanings: readonly Meaning[],
  columns: readonly ColumnGuess[],
  taken: ReadonlyMap<ColumnGuess, Meaning>,
): ColumnGuess | null {
  for (const meaning of meanings) {
    let best: { column: ColumnGuess; sure: number } | null = null
    for (const column of columns) {
      if (taken.has(column)) continue
      const found = column.meanings.find((m) => m.meaning === meaning)
      // A column that is rather something else leaves this place to nobody.
      if (!found || found.sure < 0.3 || found.sure < (column.meanings[0]?.sure ?? 0) - 0.25) continue
      if (!best || found.sure > best.sure) best = { column, sure: found.sure }
    }
    if (best) return best.column
  }
  return null
}

function entityColumns(
  columns: readonly ColumnGuess[],
  { meant }: Attempt,
): { column: ColumnGuess; type: EntityMeaning }[] {
  return columns.flatMap((column) => {
    const best = column.meanings[0]
    if (meant.has(column) || !best || best.sure < 0.5) return []
    const type = ENTITY_MEANINGS.find((meaning) => meaning === best.meaning)
    return type ? [{ column, type }] : []
  })
}

function outputsOf(attempt: Attempt, columns: readonly ColumnGuess[], exact: boolean): Output[] {
  const { kind, taken, notes } = attempt
  const roles = rolesOf(kind)
  const cells: Record<string, Cell> = {}
  for (const [role, column] of Object.entries(taken))
    cells[role] = cellOf(column, roles[role]!.kind === 'time', notes)
  const outputs: Output[] = []
  const account = (kind === 'reports' || kind === 'relations' ? null : taken['account_id']) ?? null
  const keeps = kind === 'accounts' || kind === 'events'
  const main: Output = { to: kind, cells, attributes: keeps ? 'rest' : [], optional: false }
  const complete = requiredRoles(kind).every((role) => cells[role] !== undefined)
  if (complete) outputs.push(main)
  else if (kind === 'reports') {
    cells['report_id'] = { row: true }
    notes.push({ code: 'row_numbers_as_ids', column: null })
    outputs.push(main)
  }
  if (kind === 'labels' && taken['label']) {
    const label = taken['label']
    const words = guessLabels(label.profile.top, label.profile.filled)
    if (words && Object.keys(words).length > 0) {
      main.cells['label'] = { column: label.name, words }
      notes.push({ code: 'label_words', column: label.name })
    }
  }
  if (kind === 'events' && !exact && cells['kind'] === undefined) {
    const event = eventOf(`${attempt.named} ${columns.map(({ name }) => name).join(' ')}`)
    if (event !== null) main.cells['kind'] = { value: event }
  }
  if (exact || account === null) return outputs
  // What accounts share becomes links, wherever it stands; what says malicious or benign becomes labels.
  const id: Cell = { column: account.name }
  const when = timesOf(kind, cells)
  for (const { column, type } of entityColumns(columns, attempt)) {
    attempt.meant.set(column, type)
    outputs.push({
      to: 'links',
      cells: { account_id: id, entity_type: { value: type }, entity_id: { column: column.name }, ...when },
      attributes: [],
      optional: kind !== 'links' || outputs.length > 0,
    })
  }
  if (kind === 'accounts') {
    for (const column of columns) {
      if (column.meanings[0]?.meaning !== 'label' || attempt.meant.has(column)) continue
      const words = guessLabels(column.profile.top, column.profile.filled)
      if (!words) continue
      attempt.meant.set(column, 'label')
      notes.push({ code: 'label_words', column: column.name })
      outputs.push({
        to: 'labels',
        cells: { account_id: id, label: { column: column.name, words } },
        attributes: [],
        optional: true,
      })
      break
    }
  }
  return outputs
}

/** What a log is of, where its name or its columns' names say so. */
function eventOf(names: string): string | null {
  const login = /log[-_ ]?[io]n|sign[-_ ]?in|登录|登陆|登入/i.test(names)
  const register = /regist|sign[-_ ]?up|注册|註冊/i.test(names)
  return login === register ? null : login ? 'login' : 'register'
}

/** When a link that a row of that kind tells of was seen. */
function timesOf(kind: TableName, cells: Record<string, Cell>): Record<string, Cell> {
  if (kind === 'events' && cells['ts']) return { first_seen: cells['ts'], last_seen: cells['ts'] }
  if (kind !== 'links') return {}
  return Object.fromEntries(
    Object.entries(cells).filter(([role]) => ['first_seen', 'last_seen', 'count'].includes(role)),
  )
}

function cellOf(column: ColumnGuess, time: boolean, notes: GuessNote[]): Cell {
  if (!time) return { column: column.name }
  const guess = guessTime(column)
  if (guess.doubt) notes.push({ code: guess.doubt, column: column.name })
  return guess.time.format === 'auto' && guess.time.zone === undefined
    ? { column: column.name }
    : { column: column.name, time: guess.time }
}
