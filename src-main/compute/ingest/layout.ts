/**
 * The export layout: files whose names and columns are Shoal's own need no mapping. docs/export-layout.md describes it
 * for people.
 */
import { ShoalError } from '../../common/errors.ts'
import type { TableMapping } from '../../common/mapping/mapping.ts'
import {
  KEEPS_ATTRIBUTES,
  requiredRoles,
  rolesOf,
  TABLES,
  type TableName,
} from '../../common/mapping/roles.ts'

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

/** `events` for 'Events.CSV', 'a/events.tsv' or 'events.parquet'; null for any other name. */
export function tableOf(fileName: string): TableName | null {
  const base = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1)
  const match = /^([a-z]+)\.[a-z]+$/i.exec(base)
  const name = match?.[1].toLowerCase()
  return TABLES.find((table) => table === name) ?? null
}

/** How a header's cell is compared: ` Account-ID ` is `account_id`. */
function canonical(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
}

/**
 * The mapping of a table of the layout with these columns.
 * Throws ShoalError import_missing_column (a required column isn't there), import_unreadable (a name twice).
 */
export function layoutMapping(table: TableName, columns: readonly string[], file: string): TableMapping {
  const roles = rolesOf(table)
  const cells = new Map<string, { column: string }>()
  for (const column of columns) {
    // The reader calls the second 'ts' 'ts (2)'. Of further columns both are kept; of a role nobody can say which counts.
    const role = canonical(column.replace(/ \(\d+\)$/, ''))
    const known = Object.hasOwn(roles, role)
    if (known && cells.has(role)) {
      throw new ShoalError(
        'import_unreadable',
        `${file}: the column "${role}" is there twice. Rename or remove one of them.`,
        { file, table, column: role, found: [...columns] },
      )
    }
    if (known) cells.set(role, { column })
  }
  const missing = requiredRoles(table).filter((role) => !cells.has(role))
  if (missing.length > 0) throw missingColumns(table, missing, columns, file)
  return {
    match: { file: `${table}.*`, columns: [] },
    read: {},
    outputs: [
      {
        to: table,
        cells: Object.fromEntries(cells),
        attributes: KEEPS_ATTRIBUTES.includes(table) ? 'rest' : [],
        optional: false,
      },
    ],
  }
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
      : `The first line of ${table}.csv must name ${requiredRoles(table).join(', ')}.`
  return new ShoalError(
    'import_missing_column',
    `${file}: the column ${names} is missing. Columns found: ${found}. ${hint} Nothing was imported.`,
    { file, table, missing: [...missing], found: header.slice(0, 200), hint },
  )
}

function clip(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}
