import type { Cell, NumberFormat, Output, TableMapping, TimeFormat } from './mapping.ts'
import { KEEPS_ATTRIBUTES, requiredRoles, rolesOf, type TableName } from './roles.ts'

/**
 * What a table's columns are for, column by column, as a person chooses it, and the table mapping that says the same. The
 * first output is what a row is; what accounts share and how they were judged are outputs beside it.
 */
export type ColumnUse =
  | { use: 'role'; role: string }
  /** Accounts share it: a link to an entity of that type. */
  | { use: 'entity'; type: string }
  /** It says malicious or benign of the row's account. */
  | { use: 'label' }
  | { use: 'attribute' }
  | { use: 'none' }

/** The role that names the row's account; null where a row has two (relations). */
export function accountRole(table: TableName): string | null {
  return table === 'relations' ? null : 'account_id'
}

export function mainOutput(mapping: TableMapping): Output | null {
  return mapping.outputs[0] ?? null
}

/** What a column is for. A column may have several uses; the first counts. */
export function useOf(mapping: TableMapping, column: string): ColumnUse {
  const main = mainOutput(mapping)
  if (!main) return { use: 'none' }
  for (const output of mapping.outputs) {
    for (const [role, cell] of Object.entries(output.cells)) {
      if (!('column' in cell) || cell.column !== column) continue
      if (output === main) return { use: 'role', role }
      if (output.to === 'links' && role === 'entity_id') return { use: 'entity', type: typeOf(output) }
      if (output.to === 'labels' && role === 'label') return { use: 'label' }
    }
  }
  const kept = main.attributes === 'rest' || main.attributes.includes(column)
  return { use: kept ? 'attribute' : 'none' }
}

function typeOf(output: Output): string {
  const type = output.cells['entity_type']
  return type && 'value' in type ? type.value : ''
}

/** Uses that columns of a table can have: roles of what a row is, required ones first. */
export function rolesToChoose(mapping: TableMapping): string[] {
  const main = mainOutput(mapping)
  if (!main) return []
  const required = requiredRoles(main.to)
  return [...required, ...Object.keys(rolesOf(main.to)).filter((role) => !required.includes(role))]
}

/** Roles of what a row is that may be the same in every row: neither ids nor times, and no column has them. */
export function rolesForValue(mapping: TableMapping): string[] {
  const main = mainOutput(mapping)
  if (!main) return []
  return rolesToChoose(mapping).filter((role) => {
    const { kind } = rolesOf(main.to)[role]!
    const cell = main.cells[role]
    return kind !== 'id' && kind !== 'time' && (!cell || 'value' in cell)
  })
}

/** Roles without which a row is nothing and that no column has. */
export function rolesMissing(mapping: TableMapping): string[] {
  const main = mainOutput(mapping)
  return main ? requiredRoles(main.to).filter((role) => main.cells[role] === undefined) : []
}

/**
 * The mapping with another use for a column. A role that another column had goes over; what hangs on the row's account
 * (links, labels) follows it. `columns`: all of the table.
 */
export function withUse(
  mapping: TableMapping,
  column: string,
  use: ColumnUse,
  columns: readonly string[],
): TableMapping {
  const cleared = withoutColumn(mapping, column, columns)
  const main = mainOutput(cleared)
  if (!main) return cleared
  const role = accountRole(main.to)
  switch (use.use) {
    case 'role': {
      const cells = { ...main.cells, [use.role]: { column } }
      return followAccount({ ...cleared, outputs: [{ ...main, cells }, ...cleared.outputs.slice(1)] })
    }
    case 'entity':
    case 'label': {
      const account = role === null ? undefined : main.cells[role]
      if (!account) return cleared
      const output: Output =
        use.use === 'entity'
          ? {
              to: 'links',
              cells: { account_id: account, entity_type: { value: use.type }, entity_id: { column } },
              attributes: [],
              optional: true,
            }
          : {
              to: 'labels',
              cells: { account_id: account, label: { column } },
              attributes: [],
              optional: true,
            }
      // What a column says of each is not said of all.
      const others =
        use.use === 'label' ? cleared.outputs.filter((one) => !isListLabel(one)) : cleared.outputs
      return { ...cleared, outputs: [...others, output] }
    }
    case 'attribute':
      return withAttributes(cleared, [...attributesOf(cleared, columns), column], columns)
    case 'none':
      return withAttributes(
        cleared,
        attributesOf(cleared, columns).filter((name) => name !== column),
        columns,
      )
  }
}

/** The mapping with rows being something else; roles of the same name, and what was kept, stay. Null: left out. */
export function withKind(mapping: TableMapping, kind: TableName | null): TableMapping {
  if (kind === null) return { ...mapping, outputs: [] }
  const main = mainOutput(mapping)
  const had = main?.cells ?? {}
  const cells: Output['cells'] = {}
  const first = had['account_id'] ?? had['src']
  for (const role of Object.keys(rolesOf(kind))) {
    const cell = had[role] ?? (role === 'account_id' || role === 'src' ? first : undefined)
    if (cell) cells[role] = cell
  }
  const keeps = KEEPS_ATTRIBUTES.includes(kind)
  const attributes = keeps ? (main && main.attributes.length > 0 ? main.attributes : 'rest') : []
  const rest =
    kind === 'relations' ? [] : mapping.outputs.slice(1).filter(({ to }) => to !== kind || kind === 'links')
  return followAccount({
    ...mapping,
    outputs: [{ to: kind, cells, attributes, optional: false }, ...rest],
  })
}

/** The mapping with a column's times written so. */
export function withTime(mapping: TableMapping, column: string, time: TimeFormat): TableMapping {
  const plain = time.format === 'auto' && time.zone === undefined
  return mapCells(mapping, (cell, output, role) =>
    'column' in cell && cell.column === column && rolesOf(output.to)[role]?.kind === 'time'
      ? withPart(cell, 'time', plain ? undefined : time)
      : cell,
  )
}

/** The mapping with a column's numbers written so; null: digits and a point alone. */
export function withNumber(mapping: TableMapping, column: string, number: NumberFormat | null): TableMapping {
  return mapCells(mapping, (cell, output, role) => {
    const kind = rolesOf(output.to)[role]?.kind
    return 'column' in cell && cell.column === column && (kind === 'number' || kind === 'count')
      ? withPart(cell, 'number', number ?? undefined)
      : cell
  })
}

/** The mapping with other words for no value; none: only empty cells are empty. */
export function withNulls(mapping: TableMapping, words: readonly string[]): TableMapping {
  const { nulls: _, ...rest } = mapping
  return words.length > 0 ? { ...rest, nulls: [...new Set(words)].slice(0, 40) } : rest
}

/** How every account of a list is labelled, whatever its columns say; null: not at all. */
export function listLabelOf(mapping: TableMapping): string | null {
  const label = mapping.outputs.slice(1).find(isListLabel)?.cells['label']
  return label && 'value' in label ? label.value : null
}

/** The mapping with every account of the list labelled so; null: with no such label. Of lists of accounts only. */
export function withListLabel(mapping: TableMapping, label: string | null): TableMapping {
  const main = mainOutput(mapping)
  const account = main?.to === 'accounts' ? main.cells['account_id'] : undefined
  const others = mapping.outputs.filter((output, i) => i === 0 || !isListLabel(output))
  if (label === null || !account) return { ...mapping, outputs: others }
  const output: Output = {
    to: 'labels',
    cells: { account_id: account, label: { value: label } },
    attributes: [],
    optional: true,
  }
  return { ...mapping, outputs: [...others, output] }
}

function isListLabel({ to, cells }: Output): boolean {
  const label = cells['label']
  return to === 'labels' && label !== undefined && 'value' in label
}

/** The mapping with a role being the same word in every row; '': it is not said. */
export function withValue(mapping: TableMapping, role: string, value: string): TableMapping {
  const main = mainOutput(mapping)
  if (!main) return mapping
  const cells = Object.fromEntries(Object.entries(main.cells).filter(([name]) => name !== role))
  if (value.trim() !== '') cells[role] = { value: value.trim() }
  return { ...mapping, outputs: [{ ...main, cells }, ...mapping.outputs.slice(1)] }
}

/** The mapping with a word of a column meaning something else; null: itself. */
export function withWord(
  mapping: TableMapping,
  column: string,
  word: string,
  meaning: string | null,
): TableMapping {
  return mapCells(mapping, (cell, output, role) => {
    if (!('column' in cell) || cell.column !== column || rolesOf(output.to)[role]?.kind !== 'word')
      return cell
    const words = Object.fromEntries(Object.entries(cell.words ?? {}).filter(([name]) => name !== word))
    if (meaning !== null && meaning !== word) words[word] = meaning
    return withPart(cell, 'words', Object.keys(words).length > 0 ? words : undefined)
  })
}

/** The cell of a column in the output that gives it its use. */
export function cellOf(mapping: TableMapping, column: string): Extract<Cell, { column: string }> | null {
  const use = useOf(mapping, column)
  const main = mainOutput(mapping)
  const cell =
    use.use === 'role'
      ? main?.cells[use.role]
      : use.use === 'label'
        ? mapping.outputs.find(({ to, cells }) => {
            const label = cells['label']
            return to === 'labels' && label && 'column' in label && label.column === column
          })?.cells['label']
        : undefined
  return cell && 'column' in cell ? cell : null
}

type ColumnCell = Extract<Cell, { column: string }>

function withPart<K extends 'time' | 'words' | 'number'>(
  cell: ColumnCell,
  key: K,
  value: ColumnCell[K],
): ColumnCell {
  const { [key]: _, ...rest } = cell
  return (value === undefined ? rest : { ...rest, [key]: value }) as ColumnCell
}

function mapCells(
  mapping: TableMapping,
  change: (cell: Cell, output: Output, role: string) => Cell,
): TableMapping {
  return {
    ...mapping,
    outputs: mapping.outputs.map((output) => ({
      ...output,
      cells: Object.fromEntries(
        Object.entries(output.cells).map(([role, cell]) => [role, change(cell, output, role)]),
      ),
    })),
  }
}

/** Links and labels beside the main output are of its account. */
function followAccount(mapping: TableMapping): TableMapping {
  const main = mainOutput(mapping)
  const role = main && accountRole(main.to)
  const account = role ? main.cells[role] : undefined
  if (!main) return mapping
  const rest = mapping.outputs.slice(1)
  return {
    ...mapping,
    outputs: [
      main,
      ...(account
        ? rest.map((output) => ({ ...output, cells: { ...output.cells, account_id: account } }))
        : []),
    ],
  }
}

function withoutColumn(mapping: TableMapping, column: string, columns: readonly string[]): TableMapping {
  const main = mainOutput(mapping)
  if (!main) return mapping
  const names = (cell: Cell | undefined) => cell !== undefined && 'column' in cell && cell.column === column
  const cells = Object.fromEntries(Object.entries(main.cells).filter(([, cell]) => !names(cell)))
  const rest = mapping.outputs
    .slice(1)
    .filter(
      ({ to, cells: c }) => !(to === 'links' ? names(c['entity_id']) : to === 'labels' && names(c['label'])),
    )
  const attributes =
    main.attributes === 'rest'
      ? 'rest'
      : main.attributes.filter((name) => name !== column && columns.includes(name))
  return { ...mapping, outputs: [{ ...main, cells, attributes }, ...rest] }
}

/** Columns kept as attributes, by name. */
function attributesOf(mapping: TableMapping, columns: readonly string[]): string[] {
  return columns.filter((name) => useOf(mapping, name).use === 'attribute')
}

function withAttributes(
  mapping: TableMapping,
  kept: readonly string[],
  columns: readonly string[],
): TableMapping {
  const main = mainOutput(mapping)
  if (!main || !KEEPS_ATTRIBUTES.includes(main.to)) return mapping
  const free = columns.filter((name) => {
    const { use } = useOf(mapping, name)
    return use === 'attribute' || use === 'none'
  })
  const all = free.every((name) => kept.includes(name))
  const attributes = all ? ('rest' as const) : free.filter((name) => kept.includes(name))
  return { ...mapping, outputs: [{ ...main, attributes }, ...mapping.outputs.slice(1)] }
}
