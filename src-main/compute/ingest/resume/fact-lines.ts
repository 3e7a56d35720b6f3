/** How the facts of a table are read as they were stated: with keys and words in place of ids. */
export interface FactLines {
  table: FactTable
  /** (source, row, cells …) of the ids above the first parameter up to the second, by id. */
  page: string
  /** The same of one source, by row. */
  sorted: string
}

export type FactTable =
  'account_record' | 'relation' | 'link' | 'event' | 'report' | 'label' | 'import_problem'

const READ: Record<FactTable, { cells: string; joins: string }> = {
  account_record: {
    cells: 'a.key, f.registered_at, f.tz_offset, f.attributes',
    joins: 'JOIN account a ON a.id = f.account_id',
  },
  relation: {
    cells: 'a.key, b.key, t.value, f.weight, f.first_seen, f.last_seen',
    joins: `JOIN account a ON a.id = f.src_id JOIN account b ON b.id = f.dst_id JOIN term t ON t.id = f.type_id`,
  },
  link: {
    cells: 'a.key, t.value, e.key, f.first_seen, f.last_seen, f.count',
    joins: `JOIN account a ON a.id = f.account_id JOIN entity e ON e.id = f.entity_id JOIN term t ON t.id = e.type_id`,
  },
  event: {
    cells: `a.key, f.ts, f.tz_offset, kind.value, context.value, ip.key, device.key, country.value, city.value, outcome.value,
            f.attributes`,
    joins: `JOIN account a ON a.id = f.account_id JOIN term kind ON kind.id = f.kind_id
            LEFT JOIN term context ON context.id = f.context_id LEFT JOIN entity ip ON ip.id = f.ip_id
            LEFT JOIN entity device ON device.id = f.device_id LEFT JOIN term country ON country.id = f.country_id
            LEFT JOIN term city ON city.id = f.city_id LEFT JOIN term outcome ON outcome.id = f.outcome_id`,
  },
  report: {
    cells: 'f.key, a.key, b.key, f.ts, f.tz_offset, f.lang, f.category, f.text',
    joins: 'JOIN account a ON a.id = f.account_id LEFT JOIN account b ON b.id = f.reporter_id',
  },
  label: {
    cells: 'a.key, f.label, f.label_source, f.ts',
    joins: 'JOIN account a ON a.id = f.account_id',
  },
  // Without its message: words may be better in a later version, what is wrong stays.
  import_problem: { cells: 'f.column_name, f.code, f.raw', joins: '' },
}

/** Every table that holds what files said, in the order in which it is hashed. */
export const FACT_LINES: readonly FactLines[] = (Object.keys(READ) as FactTable[]).map((table) => {
  const { cells, joins } = READ[table]
  // CROSS JOIN keeps SQLite from beginning with the smaller table: facts are read once, in the order of their ids.
  const from = `SELECT f.source_id, f.row, ${cells} FROM ${table} f ${joins.replaceAll(/(?<!LEFT )JOIN/g, 'CROSS JOIN')}`
  return {
    table,
    page: `${from} WHERE f.id > ? AND f.id <= ? ORDER BY f.id`,
    sorted: `${from} WHERE f.source_id = ? ORDER BY f.row, f.id`,
  }
})
