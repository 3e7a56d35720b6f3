/**
 * The export layout: which files there are, which columns they have, what an absent column means.
 * docs/export-layout.md describes the same for people; where the two differ, this file is right.
 */
import { ShoalError } from '../../common/errors.ts'

/** In the order of import: who exists comes first, so that `account` rows cite the accounts file. */
export const TABLES = ['accounts', 'relations', 'links', 'events', 'reports', 'labels'] as const
export type TableName = (typeof TABLES)[number]

interface TableLayout {
  required: readonly string[]
  optional: readonly string[]
  /** True where columns that Shoal doesn't know are kept as attributes; elsewhere they are ignored. */
  attributes: boolean
}

export const LAYOUT: Record<TableName, TableLayout> = {
  accounts: { required: ['account_id'], optional: ['registered_at'], attributes: true },
  relations: {
    required: ['src', 'dst'],
    optional: ['type', 'weight', 'first_seen', 'last_seen'],
    attributes: false,
  },
  links: {
    required: ['account_id', 'entity_type', 'entity_id'],
    optional: ['first_seen', 'last_seen', 'count'],
    attributes: false,
  },
  events: {
    required: ['account_id', 'ts'],
    optional: ['kind', 'context', 'ip', 'device', 'country', 'city', 'outcome'],
    attributes: true,
  },
  reports: {
    required: ['report_id', 'account_id', 'text'],
    optional: ['reporter_id', 'ts', 'lang', 'category'],
    attributes: false,
  },
  labels: { required: ['account_id', 'label'], optional: ['source', 'ts'], attributes: false },
}

/** What stands for an absent column or an empty cell. */
export const DEFAULTS = { relationType: 'relation', weight: 1, eventKind: 'event', count: 1 } as const

/** Names that exports use for our columns; only for the hint in an error, never taken silently. */
const LOOKALIKES: Record<string, readonly string[]> = {
  account_id: ['id', 'user', 'user_id', 'userid', 'uid', 'account', 'accountid', 'member_id', 'player_id'],
  src: ['source', 'from', 'src_id', 'source_id', 'from_id', 'user1', 'account_a'],
  dst: ['target', 'to', 'dst_id', 'target_id', 'to_id', 'user2', 'account_b', 'destination'],
  entity_type: ['type', 'kind', 'entity_kind'],
  entity_id: ['entity', 'value', 'id', 'key'],
  ts: ['time', 'timestamp', 'date', 'datetime', 'created_at', 'event_time'],
  report_id: ['id', 'report', 'complaint_id', 'ticket_id'],
  text: ['message', 'content', 'body', 'comment', 'description'],
  label: ['class', 'target', 'verdict', 'y'],
}

/** `events` for 'Events.CSV' or 'a/events.tsv'; null for any other name. */
export function tableOf(fileName: string): TableName | null {
  const base = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1)
  const match = /^([a-z]+)\.(?:csv|tsv)$/i.exec(base)
  const name = match?.[1].toLowerCase()
  return TABLES.find((table) => table === name) ?? null
}

/** Dotfiles, and what macOS adds to archives. */
export function isHidden(name: string): boolean {
  return name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX')
}

/** Where a table's columns are in one file. */
export interface ColumnPlan {
  table: TableName
  /** Number of columns in the header. */
  width: number
  /** Position of each column of the layout; -1 where the file doesn't have it. */
  at: Record<string, number>
  /** Further columns that become attributes, in file order. */
  attributes: { at: number; name: string }[]
  /** Further columns of a table that keeps no attributes. */
  ignored: string[]
  /** Column as in the file -> its role, for `source.mapping`. */
  mapping: Record<string, string>
}

/** How a header's cell is compared: ` Account-ID ` is `account_id`. */
function canonical(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
}

/** How many of the table's own columns the header has; what a delimiter is judged by. */
export function knownColumns(table: TableName, header: readonly string[]): number {
  const known = [...LAYOUT[table].required, ...LAYOUT[table].optional]
  return new Set(header.map(canonical).filter((name) => known.includes(name))).size
}

/**
 * Finds the table's columns in a header.
 * Throws ShoalError import_missing_column (a required column isn't there), import_unreadable (a name twice).
 */
export function planColumns(table: TableName, header: readonly string[], file: string): ColumnPlan {
  const layout = LAYOUT[table]
  const known = [...layout.required, ...layout.optional]
  const plan: ColumnPlan = {
    table,
    width: header.length,
    at: Object.fromEntries(known.map((name) => [name, -1])),
    attributes: [],
    ignored: [],
    // Without a prototype: a column may be called "constructor" or "__proto__".
    mapping: Object.create(null) as Record<string, string>,
  }
  header.forEach((cell, at) => {
    const name = cell.trim() === '' ? `column_${at + 1}` : cell.trim()
    const role = canonical(cell)
    if (name in plan.mapping || (known.includes(role) && plan.at[role] >= 0)) {
      throw new ShoalError(
        'import_unreadable',
        `${file}: the column "${name}" is there twice. Rename or remove one of them.`,
        { file, table, column: name, found: [...header] },
      )
    }
    if (known.includes(role)) {
      plan.at[role] = at
      plan.mapping[name] = role
    } else if (layout.attributes) {
      plan.attributes.push({ at, name })
      plan.mapping[name] = 'attribute'
    } else {
      plan.ignored.push(name)
      plan.mapping[name] = 'ignored'
    }
  })
  const missing = layout.required.filter((name) => plan.at[name] < 0)
  if (missing.length > 0) throw missingColumns(table, missing, header, file)
  return plan
}

function missingColumns(
  table: TableName,
  missing: readonly string[],
  header: readonly string[],
  file: string,
): ShoalError {
  const hints = missing.flatMap((name) => {
    const like = header.find((cell) => LOOKALIKES[name]?.includes(canonical(cell)))
    return like === undefined ? [] : [`rename "${like.trim()}" to "${name}"`]
  })
  const names = missing.map((name) => `"${name}"`).join(', ')
  const found = header.length === 0 ? 'none' : clip(header.map((cell) => cell.trim()).join(', '))
  const hint =
    hints.length > 0
      ? `Perhaps ${hints.join(' and ')}.`
      : `The first line of ${table}.csv must name ${LAYOUT[table].required.join(', ')}.`
  return new ShoalError(
    'import_missing_column',
    `${file}: the column ${names} is missing. Columns found: ${found}. ${hint} Nothing was imported.`,
    { file, table, missing: [...missing], found: header.slice(0, 200), hint },
  )
}

function clip(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}
