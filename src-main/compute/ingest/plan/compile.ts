import { ShoalError } from '../../../common/errors.ts'
import type { Cell, Identity, Output, TableMapping } from '../../../common/mapping/mapping.ts'
import { KEEPS_ATTRIBUTES, rolesOf, type TableName } from '../../../common/mapping/roles.ts'
import { CellRow } from '../read/cell-row.ts'
import type { Row } from '../read/row.ts'
import { TimeParser } from '../time/parse.ts'
import { entityRules, normalize } from './identity.ts'
import { isNull, nullWords, PickedRow, type NullWords } from './nulls.ts'
import { plainNumber } from './number.ts'
import type { IdentityTally } from './tally.ts'

/** An output of a table mapping, bound to the columns of one table: what a writer needs. */
export interface BoundOutput {
  to: TableName
  /** Makes of a record the row whose cells are the roles; `rowNumber` is 1-based. The row is valid until the next call. */
  pick(source: Row, rowNumber: number): Row
  /** Where each role is in what `pick` gives; -1 where the mapping has none. */
  at: Record<string, number>
  /** What a role is called in the file, for problems. */
  names: Record<string, string>
  times: Record<string, TimeParser>
  /** Columns of the source that are kept as attributes. */
  attributes: { at: number; name: string }[]
  /** Roles without which an optional output makes nothing; null: it is not optional. */
  skipWithout: string[] | null
}

export interface BoundTable {
  outputs: BoundOutput[]
  /** Columns that nothing uses. */
  ignored: string[]
}

/**
 * Binds a mapping to the columns of a table; `tally` hears of ids that rules are applied to. Throws ShoalError import_missing_column (a column that the mapping names
 * isn't there), invalid_input (a time zone that is none).
 */
export function bindTable(
  { outputs, nulls }: TableMapping,
  columns: readonly string[],
  identity: Identity,
  { label: file, sha256 }: { label: string; sha256: string },
  tally: IdentityTally | null = null,
): BoundTable {
  const position = new Map(columns.map((name, at) => [name, at]))
  const used = new Set<string>()
  for (const { cells, attributes } of outputs) {
    for (const cell of Object.values(cells)) if ('column' in cell) used.add(cell.column)
    if (attributes !== 'rest') for (const name of attributes) used.add(name)
  }
  const missing = [...used].filter((name) => !position.has(name))
  if (missing.length > 0) {
    throw new ShoalError(
      'import_missing_column',
      `${file}: the mapping names ${missing.map((name) => `"${name}"`).join(', ')}, which the file does not have. ` +
        `Its columns: ${clip(columns.join(', '))}. Choose another mapping, or change this one.`,
      { file, missing, found: columns.slice(0, 200) },
    )
  }
  const rest = columns.filter((name) => !used.has(name))
  const none = nulls ? nullWords(nulls) : null
  const keepsRest = outputs.some(({ attributes }) => attributes === 'rest')
  return {
    outputs: outputs.map((output) => {
      const names = output.attributes === 'rest' ? rest : output.attributes
      const attributes = KEEPS_ATTRIBUTES.includes(output.to)
        ? names.map((name) => ({ name, at: position.get(name)! }))
        : []
      return { ...bindCells(output, position, identity, sha256.slice(0, 12), tally, none), attributes }
    }),
    ignored: keepsRest ? [] : rest,
  }
}

function bindCells(
  { to, cells, optional }: Output,
  position: ReadonlyMap<string, number>,
  identity: Identity,
  fileId: string,
  tally: IdentityTally | null,
  nulls: NullWords | null,
): Omit<BoundOutput, 'attributes'> {
  const roles = rolesOf(to)
  // In the order of the table's roles: an entity's type is made before the entity.
  const ordered = Object.keys(roles).flatMap((role) => (cells[role] ? [{ role, cell: cells[role] }] : []))
  const names: Record<string, string> = {}
  const times: Record<string, TimeParser> = {}
  for (const { role, cell } of ordered) {
    if ('column' in cell) names[role] = cell.column
    if ('column' in cell && cell.time) times[role] = new TimeParser(cell.time)
  }
  const needed = ordered
    .filter(({ role, cell }) => roles[role]!.required && 'column' in cell)
    .map(({ role }) => role)
  const common = { to, names, times, skipWithout: optional ? needed : null }
  const at = Object.fromEntries(Object.keys(roles).map((role) => [role, -1]))
  const changes = ordered.map(({ role }) => changesOf(to, role, cells, identity, tally))
  if (ordered.every(({ cell }, i) => 'column' in cell && changes[i]!.length === 0)) {
    const from = ordered.flatMap(({ cell }) => ('column' in cell ? position.get(cell.column)! : []))
    // Nothing to change: the record itself is the row, which costs nothing.
    if (nulls === null) {
      for (const [i, { role }] of ordered.entries()) at[role] = from[i]!
      return { ...common, at, pick: (source) => source }
    }
    const picked = new PickedRow(from, nulls)
    for (const [i, { role }] of ordered.entries()) at[role] = i
    return { ...common, at, pick: (source) => picked.of(source) }
  }
  const row = new CellRow()
  const makers = ordered.map(({ role, cell }, i) => {
    at[role] = i
    return makerOf(cell, changes[i]!, position, fileId, nulls)
  })
  const typeAt = at['entity_type'] ?? -1
  return {
    ...common,
    at,
    pick(source, rowNumber) {
      row.begin(makers.length, (most) => source.raw(most))
      for (let i = 0; i < makers.length; i++)
        row.set(i, makers[i]!(source, rowNumber, typeAt >= 0 && i > typeAt ? row.text(typeAt) : ''))
      return row
    },
  }
}

/** `type`: the entity type that the row has, '' where it has none. */
type Change = (value: string, type: string) => string
type Maker = (source: Row, rowNumber: number, type: string) => string

function makerOf(
  cell: Cell,
  changes: readonly Change[],
  position: ReadonlyMap<string, number>,
  fileId: string,
  nulls: NullWords | null,
): Maker {
  if ('row' in cell) return (_source, rowNumber) => `${fileId}-${rowNumber}`
  if ('value' in cell) return () => cell.value
  const from = position.get(cell.column)!
  return (source, _rowNumber, type) => {
    if (nulls !== null && isNull(nulls, source.bytes, source.starts[from], source.ends[from])) return ''
    let value = source.text(from)
    if (value !== '') for (const change of changes) value = change(value, type)
    return value
  }
}

/** What happens to a role's values on the way: words are renamed, ids made comparable. */
function changesOf(
  to: TableName,
  role: string,
  cells: Output['cells'],
  identity: Identity,
  tally: IdentityTally | null,
): Change[] {
  const cell = cells[role]!
  const { kind } = rolesOf(to)[role]!
  const changes: Change[] = []
  if ('column' in cell && cell.words) {
    const words = new Map(Object.entries(cell.words))
    changes.push((value) => words.get(value.trim()) ?? value)
  }
  if ('column' in cell && cell.number) {
    const { number } = cell
    changes.push((value) => plainNumber(value, number))
  }
  if (kind === 'id' && role !== 'report_id' && identity.account.length > 0)
    changes.push((value) => {
      const made = normalize(value, identity.account, identity.region)
      tally?.account(value, made)
      return made
    })
  if (kind === 'entity' && Object.keys(identity.entity).length > 0)
    changes.push((value, type) => {
      const kind = to === 'events' ? role : type
      const rules = entityRules(identity, kind)
      if (rules.length === 0) return value
      const made = normalize(value, rules, identity.region)
      tally?.entity(kind, value, made)
      return made
    })
  return changes
}

function clip(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}
