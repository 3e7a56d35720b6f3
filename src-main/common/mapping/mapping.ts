import { z } from 'zod'
import { KEEPS_ATTRIBUTES, requiredRoles, rolesOf, TABLES } from './roles.ts'

/**
 * A mapping says how the tables of an export become accounts, relations, links, events, reports and labels. It is JSON:
 * saved in the workspace, exported to a file, given to `shoal import --mapping`, kept with every source it read.
 */

/** Where a time's zone is, for times that state none: an IANA name or an offset such as '+08:00'. */
const zone = z.string().min(1).max(64)

/**
 * How a column writes times. `auto`: ISO 8601, dates with slashes or 年月日, epoch seconds, milliseconds or microseconds
 * told apart by size. `day-first`, `month-first`: 31/01/2024, 01/31/2024. `excel`: days since 1899-12-30.
 */
export const TIME_FORMATS = [
  'auto',
  'epoch-s',
  'epoch-ms',
  'epoch-us',
  'iso',
  'day-first',
  'month-first',
  'excel',
] as const
export const timeFormat = z.strictObject({
  format: z.enum(TIME_FORMATS).default('auto'),
  zone: zone.optional(),
})
export type TimeFormat = z.infer<typeof timeFormat>

/**
 * How a column writes numbers that are more than digits and a point. `point`: 1,234.50; `comma`: 1.234,50 and 1 234,50.
 * Currency signs before or behind are passed over in both.
 */
export const NUMBER_FORMATS = ['point', 'comma'] as const
export type NumberFormat = (typeof NUMBER_FORMATS)[number]

/** Where a role's value comes from: a column, the same value in every row, or the row's place in the file. */
const cell = z.union([
  z.strictObject({
    column: z.string().min(1).max(1000),
    /** Of a time role. Absent: auto, UTC. */
    time: timeFormat.optional(),
    /** Of a number or count role. Absent: digits and a point, nothing else. */
    number: z.enum(NUMBER_FORMATS).optional(),
    /** What words of the column mean: {"1": "malicious", "是": "malicious"}. Words that are not named stay. */
    words: z.record(z.string().max(1000), z.string().max(1000)).optional(),
  }),
  z.strictObject({ value: z.string().min(1).max(1000) }),
  /** File and row, for reports that have no id of their own. */
  z.strictObject({ row: z.literal(true) }),
])
export type Cell = z.infer<typeof cell>

/** How ids are made comparable. In that order; none unless asked for: ids are kept verbatim. */
export const IDENTITY_RULES = ['trim', 'lower', 'phone', 'ip'] as const
const identity = z.strictObject({
  /** Of account ids, wherever they stand. */
  account: z.array(z.enum(IDENTITY_RULES)).max(4).default([]),
  /** Of entity ids, by entity type; '*': every other type. */
  entity: z.record(z.string().max(200), z.array(z.enum(IDENTITY_RULES)).max(4)).default({}),
  /** Country of phone numbers without a country code (ISO 3166-1 alpha-2), for `phone` (E.164). */
  region: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('CN'),
})
export type Identity = z.infer<typeof identity>

const output = z
  .strictObject({
    to: z.enum(TABLES),
    /** Role -> where its value comes from. */
    cells: z.record(z.string(), cell),
    /** Columns kept as attributes; 'rest': all that no output of this table uses. Accounts and events only. */
    attributes: z.union([z.literal('rest'), z.array(z.string().max(1000)).max(4096)]).default([]),
    /**
     * True: a row whose required cells are empty here makes nothing here, and that is no problem (a login without a
     * device). At least one output of a table is not optional.
     */
    optional: z.boolean().default(false),
  })
  .superRefine((value, check) => {
    const roles = rolesOf(value.to)
    const fault = (message: string, ...path: string[]) => check.addIssue({ code: 'custom', message, path })
    for (const [name, source] of Object.entries(value.cells)) {
      const role = Object.hasOwn(roles, name) ? roles[name] : undefined
      if (!role)
        fault(`${value.to} have no role ${name}; they have ${Object.keys(roles).join(', ')}.`, 'cells', name)
      else if ('column' in source && source.time && role.kind !== 'time')
        fault(`${name} is no time.`, 'cells', name, 'time')
      else if ('column' in source && source.number && role.kind !== 'number' && role.kind !== 'count')
        fault(`${name} is no number.`, 'cells', name, 'number')
      else if ('row' in source && name !== 'report_id')
        fault(`Only report_id can be the row's number.`, 'cells', name)
      else if ('value' in source && (role.kind === 'id' || role.kind === 'time'))
        fault(`${name} can't be the same in every row.`, 'cells', name)
    }
    for (const name of requiredRoles(value.to))
      if (!Object.hasOwn(value.cells, name)) fault(`${value.to} need ${name}.`, 'cells', name)
    if (value.attributes.length > 0 && !KEEPS_ATTRIBUTES.includes(value.to))
      fault(`${value.to} keep no attributes.`, 'attributes')
  })
export type Output = z.infer<typeof output>

/** How a file is read where that can't be left to be found out. */
export const readSchema = z.strictObject({
  encoding: z.string().max(40).optional(),
  delimiter: z.string().length(1).optional(),
  quote: z.string().max(1).optional(),
  /** 1-based row of the header; 0: none, columns are called A, B, C … */
  headerRow: z.number().int().min(0).max(1000).optional(),
})

const tableMapping = z
  .strictObject({
    /** Which tables it is for; the first that fits takes a table. */
    match: z.strictObject({
      /** File name with * and ?, without folders, case ignored; `.gz` is left out. */
      file: z.string().min(1).max(400).default('*'),
      /** Sheet, JSON path, 'nodes' or 'edges', with * and ?; absent: any. */
      table: z.string().max(400).optional(),
      /** Columns that must all be there. */
      columns: z.array(z.string().max(1000)).max(4096).default([]),
    }),
    read: readSchema.default({}),
    /**
     * Words that stand for no value (NULL, \\N, -): a cell that is one of them, or white space alone, is empty for every
     * output. Attributes stay as they are. Absent: only empty cells are empty.
     */
    nulls: z.array(z.string().min(1).max(40)).max(40).optional(),
    /** None: the table is left out, and import says so. */
    outputs: z.array(output).max(50),
  })
  .superRefine(({ outputs }, check) => {
    if (outputs.length > 0 && outputs.every(({ optional }) => optional))
      check.addIssue({
        code: 'custom',
        message: 'At least one output must not be optional.',
        path: ['outputs'],
      })
    if (outputs.filter(({ attributes }) => attributes === 'rest').length > 1)
      check.addIssue({ code: 'custom', message: 'Only one output can keep the rest.', path: ['outputs'] })
  })
export type TableMapping = z.infer<typeof tableMapping>

export const mappingSchema = z.strictObject({
  shoalMapping: z.literal(1),
  name: z.string().min(1).max(120),
  tables: z.array(tableMapping).min(1).max(200),
  identity: identity.default({ account: [], entity: {}, region: 'CN' }),
})
export type Mapping = z.infer<typeof mappingSchema>

/** `Login*.csv` as a test of file or table names: * is any run of characters, ? any one; case is ignored. */
export function nameMatches(pattern: string, name: string): boolean {
  const p = [...pattern.toLowerCase()]
  const n = [...name.toLowerCase()]
  let star = -1
  let resume = 0
  let i = 0
  let j = 0
  // Greedy with one place to go back to, so that many stars cost no more than pattern times name.
  while (j < n.length) {
    if (i < p.length && p[i] === '*') {
      star = i++
      resume = j
    } else if (i < p.length && (p[i] === '?' || p[i] === n[j])) {
      i++
      j++
    } else if (star >= 0) {
      i = star + 1
      j = ++resume
    } else return false
  }
  while (p[i] === '*') i++
  return i === p.length
}

/** The first table mapping that fits a table of a file; null: none does. */
export function mappingFor(
  mapping: Mapping,
  table: { file: string; table: string; columns: readonly string[] },
): TableMapping | null {
  const columns = new Set(table.columns)
  const file = table.file.replace(/\.gz$/i, '')
  return (
    mapping.tables.find(
      ({ match }) =>
        nameMatches(match.file, file) &&
        (match.table === undefined || nameMatches(match.table, table.table)) &&
        match.columns.every((name) => columns.has(name)),
    ) ?? null
  )
}

/** Columns that a table's outputs name, in order of first mention. */
export function columnsUsed({ outputs }: TableMapping): string[] {
  const used = new Set<string>()
  for (const { cells, attributes } of outputs) {
    for (const source of Object.values(cells)) if ('column' in source) used.add(source.column)
    if (attributes !== 'rest') for (const name of attributes) used.add(name)
  }
  return [...used]
}
