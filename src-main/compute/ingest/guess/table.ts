import type { TableMapping } from '../../../common/mapping/mapping.ts'
import { requiredRoles, type TableName } from '../../../common/mapping/roles.ts'
import { guessColumn, type ColumnGuess } from './columns.ts'
import { canonicalHeader, meaningsOf, type Meaning } from './headers.ts'
import { isHeaderless, nameByValues } from './headerless.ts'
import { KINDS, tryKind } from './kinds.ts'
import { nullsOf } from './nulls.ts'
import { findPair } from './pairs.ts'

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
    | 'label_by_name'
    | 'masked'
    | 'spaces_around_ids'
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
  /** True where nearly all ids have white space around them, as exports put it there against Excel. */
  spaced: boolean
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
  const countries = sample.columns.flatMap((name, at) =>
    meaningsOf(name)[0]?.meaning === 'country' ? [at] : [],
  )
  const { words: nulls, blank } = nullsOf(sample.rows, countries)
  const columns = sample.columns.map((name, at) =>
    guessColumn(
      name,
      sample.rows.map((row) => {
        const cell = row[at] ?? ''
        return blank(cell) ? '' : cell
      }),
    ),
  )
  const named = `${sample.file} ${sample.table}`
  const hint = hintOf(named)
  const layout = exactLayout(sample, hint)
  if (isHeaderless(sample.columns)) {
    const accounts = hint === 'accounts' || hint === 'labels'
    nameByValues(columns, sample.rows, { relations: hint === 'relations', accounts })
  } else if (!layout) {
    addPair(columns)
    preferWhoActs(columns)
    takeAddresses(columns)
  }
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
      mapping: { match, read: {}, nulls, outputs: [] },
      kind: null,
      sure: 0,
      columns: columns.map(({ name, meanings }) => describe(name, meanings[0] ?? null)),
      notes: [{ code: 'unsure_table', column: null }],
      spaced: false,
    }
  }
  match.columns = [...new Set(Object.values(best.taken).map(({ name }) => name))]
  const notes = [...best.notes]
  if (best.sure < SURE) notes.unshift({ code: 'unsure_table', column: null })
  for (const { name, profile } of columns)
    if (profile.share.masked >= 0.5) notes.push({ code: 'masked', column: name })
  const ids = idColumns(best.taken)
  for (const { name, profile } of ids)
    if (profile.spaced >= 0.2) notes.push({ code: 'spaces_around_ids', column: name })
  if (sample.rows.length === 0) notes.unshift({ code: 'no_rows', column: null })
  return {
    mapping: { match, read: {}, nulls, outputs: best.outputs },
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
    spaced: ids.length > 0 && ids.every(({ profile }) => profile.spaced >= 0.8),
  }
}

/** Two columns that only differ in being the one and the other end are who it was between. */
function addPair(columns: readonly ColumnGuess[]): void {
  const said = (meaning: Meaning) =>
    columns.some(({ meanings }) => meanings.some((m) => m.meaning === meaning && m.sure >= 0.6))
  if (said('from_account') && said('to_account')) return
  const pair = findPair(columns)
  if (!pair) return
  const add = (column: ColumnGuess, meaning: Meaning) => {
    const meanings = column.meanings.filter((m) => m.meaning !== meaning && m.meaning !== 'account')
    column.meanings = [{ meaning, sure: pair.sure, by: 'name' as const }, ...meanings].sort(
      (a, b) => b.sure - a.sure,
    )
  }
  add(pair.from, 'from_account')
  add(pair.to, 'to_account')
}

/** Where each row has an id of its own and somebody who comes again, the id is the row's and not an account's. */
function preferWhoActs(columns: readonly ColumnGuess[]): void {
  const accounts = columns.filter(({ meanings }) =>
    meanings.some(({ meaning, sure }) => meaning === 'account' && sure >= 0.55),
  )
  const acting = columns.filter(({ meanings }) =>
    meanings.some(({ meaning, sure }) => meaning === 'from_account' && sure >= 0.75),
  )
  const comesAgain = [...accounts, ...acting].some(
    ({ profile }) => profile.distinct < 0.9 && profile.filled >= 0.5,
  )
  const dated = columns.some(({ meanings }) => meanings.some(({ meaning }) => meaning === 'time'))
  if (!comesAgain || !dated) return
  for (const column of accounts) {
    const { distinct, cells } = column.profile
    if (!/^(?:id|oid|uuid|guid|key)$/.test(canonicalHeader(column.name.replace(/\.\$\w+$/, '')))) continue
    if (distinct < 0.98 || cells < 10) continue
    column.meanings = column.meanings.filter(({ meaning }) => meaning !== 'account')
  }
}

/** Where nothing else says who it is of, an account is known by its email address, or its phone number. */
function takeAddresses(columns: readonly ColumnGuess[]): void {
  const people = new Set<Meaning>(['account', 'from_account', 'to_account', 'reported', 'reporter'])
  if (
    columns.some(({ meanings }) => meanings.some(({ meaning, sure }) => people.has(meaning) && sure >= 0.4))
  )
    return
  for (const meaning of ['email', 'phone'] as const) {
    const column = columns.find(
      ({ meanings: [best], profile }) =>
        best?.meaning === meaning && best.sure >= 0.6 && profile.filled >= 0.9 && profile.share.masked < 0.1,
    )
    if (!column) continue
    column.meanings = [{ meaning: 'account', sure: 0.7, by: 'values' }, ...column.meanings.slice(1)]
    return
  }
}

function idColumns(taken: Record<string, ColumnGuess>): ColumnGuess[] {
  return Object.entries(taken).flatMap(([role, column]) =>
    ['account_id', 'src', 'dst', 'reporter_id'].includes(role) ? [column] : [],
  )
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
