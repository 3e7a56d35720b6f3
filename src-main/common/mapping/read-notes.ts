/**
 * What a person should know of how a file was read. Readers state a code and figures; the window puts them into the
 * person's words, and the command line says the English sentence that comes with them.
 */
const SAY = {
  // Text
  guessed_encoding: ({ encoding }: { encoding: string }) =>
    `It is not UTF-8 and was read as ${encoding}. Check the names and texts.`,
  replaced_characters: ({ count, encoding }: { count: number; encoding: string }) =>
    `${count} characters don't fit the encoding ${encoding} and were replaced by \ufffd: it may be the wrong one.`,
  header_row: ({ row }: { row: number }) => `The header is row ${row}; what stands above it was skipped.`,
  comments: ({ count }: { count: number }) =>
    `${count} comment ${count === 1 ? 'line' : 'lines'} above the first row ${count === 1 ? 'was' : 'were'} skipped.`,
  header_width: ({ names, width }: { names: number; width: number }) =>
    `The header names ${names} columns, most rows have ${width}.`,
  // JSON
  many_lists: ({ most, count }: { most: number; count: number }) =>
    `It has more than ${most} lists of records; ${count} records of the others were not read.`,
  broken_from: ({ why }: { why: string; byte: number }) => `Read up to here only: ${why}.`,
  plain_lists: ({ names }: { names: string }) => `Lists of plain values are no tables: ${names}.`,
  key_twice: ({ count }: { count: number }) => `${count} records have a key twice; the last value was taken.`,
  // Workbooks
  hidden_sheet: () => 'The sheet is hidden.',
  formulas: ({ columns, of, count }: InColumns) =>
    `${plural(of)} ${columns}: ${count} cells are formulas; their stored results were read.`,
  formulas_without_result: ({ columns, of, count }: InColumns) =>
    `${plural(of)} ${columns}: ${count} formulas have no stored result and are empty. Open the file in Excel and save it again to have them.`,
  error_cells: ({ columns, of, count }: InColumns) =>
    `${plural(of)} ${columns}: ${count} cells hold errors such as #N/A and are empty.`,
  rounded_numbers: ({ columns, of, count }: InColumns) =>
    `${plural(of)} ${columns}: ${count} numbers have more than 15 digits; Excel had rounded them before the file was saved. Ids among them are wrong.`,
  leap_days: ({ columns, of, count }: InColumns) =>
    `${plural(of)} ${columns}: ${count} dates are 1900-02-29, a day that only Excel knows.`,
  merged_areas: ({ count }: { count: number }) =>
    `${count} merged areas: the first cell of each holds its value, the others are empty.`,
  hidden_rows: ({ count }: { count: number }) => `${count} hidden rows were read too.`,
  hidden_columns: ({ count }: { count: number }) => `${count} hidden columns were read too.`,
  cells_beyond: ({ count, column }: { count: number; column: string }) =>
    `${count} cells lie beyond column ${column} and were not read.`,
  // Data sets: one table in many files
  parts_without_column: ({
    column,
    count,
    of,
    file,
  }: {
    column: string
    count: number
    of: number
    file: string
  }) => `${count} of ${of} files have no column '${column}', so it is empty there; the first is ${file}.`,
  parts_empty: ({ count, of }: { count: number; of: number }) => `${count} of ${of} files are empty.`,
  parts_looked_at: ({ count, of }: { count: number; of: number }) =>
    `Columns were found out from ${count} of ${of} files; import reads all.`,
  column_and_folder: ({ column }: { column: string }) =>
    `'${column}' is a column of the files and a folder's name; the file's value counts.`,
  delta_log: () =>
    'It is a Delta table: files of older versions may lie among its files, and import reads all. Export the current version to be sure.',
}

interface InColumns {
  /** Names in quotes, with commas between. */
  columns: string
  /** How many columns there are. */
  of: number
  /** Cells in them. */
  count: number
}

export type ReadNoteCode = keyof typeof SAY

export interface ReadNote {
  code: ReadNoteCode
  params: Record<string, string | number>
  /** The same in English. */
  text: string
}

type ParamsOf<C extends ReadNoteCode> =
  Parameters<(typeof SAY)[C]> extends [infer P] ? P : Record<string, never>

export function readNote<C extends ReadNoteCode>(code: C, params: ParamsOf<C>): ReadNote {
  const say = SAY[code] as (params: unknown) => string
  return { code, params: { ...(params as ReadNote['params']) }, text: say(params) }
}

function plural(columns: number): string {
  return columns === 1 ? 'Column' : 'Columns'
}
