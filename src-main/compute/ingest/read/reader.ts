import type { ReadNote } from '../../../common/mapping/read-notes.ts'
import type { Pace } from '../../../common/pace.ts'
import type { Row } from './row.ts'

/** Formats that import reads. A .gz or .zip of them is no format of its own: whoever finds files unpacks it. */
export const FORMATS = [
  'csv',
  'json-lines',
  'json',
  'xlsx',
  'parquet',
  'arrow',
  'graphml',
  'gexf',
  'gml',
] as const
export type FormatId = (typeof FORMATS)[number]

/** Where bytes come from: a file, an archive's entry, what a .gz unpacks to. */
export interface ByteSource {
  /** For messages: the path, or 'archive.zip › data/part-0.parquet'. */
  readonly label: string
  /** Size of what `read` gives, bytes; null where it is not known before reading (.gz). */
  readonly bytes: number | null
  /** All bytes from the start, in buffers that belong to the caller once given. May be called several times. */
  read(): AsyncIterable<Buffer>
  /**
   * As `read`, in buffers of about `wanted()` bytes, each of which is overwritten once the next one is asked for: so that
   * reading costs no memory anew, and goes on meanwhile. Absent where that is not to be had.
   */
  readReusing?(wanted: () => number): AsyncIterable<Buffer>
  /**
   * `length` bytes from `offset`, fewer only at the end: for formats that keep their directory at the end. Plain files
   * read in place; a member of an archive is unpacked to a temporary file once, which `close` of the source removes.
   */
  readAt(offset: number, length: number): Promise<Buffer>
  /** Total size for `readAt`, bytes. */
  size(): Promise<number>
}

/** What a person may overrule about how a file is read. All are optional; absent or undefined: found out. */
export interface ReadOptions {
  /**
   * Of text formats: a label of the WHATWG Encoding Standard that Shoal reads (ENCODINGS). Bytes that do not fit an
   * encoding that was asked for become U+FFFD and are counted in a note; one that was found out fits, or reading fails.
   */
  encoding?: string
  /** Set by `tables` in `found`, JSON: the tables of the document, where more than its lists are some. */
  records?: string[]
  /** Set by `tables` in `found`: bytes that do not fit `encoding` become U+FFFD. */
  lenient?: boolean
  /** CSV: the character between fields; ASCII. */
  delimiter?: string
  /** CSV: the character around fields, ASCII; '' for none. */
  quote?: string
  /**
   * Sheets, CSV: 1-based row of the header; 0: there is none, columns are called A, B, C … Rows above it are skipped.
   * A sheet's rows are numbered as Excel does; a CSV's rows are its records, empty lines not counted.
   */
  headerRow?: number
  /** Set by `tables` in `found`, CSV without a header: records at the beginning that are comments (# or %) and skipped. */
  comments?: number
}

/** One table of a file: a CSV as a whole, a sheet, an array in a JSON document, a graph's nodes or edges. */
export interface TableInfo {
  /**
   * How it is read: what was asked for and, where nothing was, what was found out. `rows` goes by this, so that a file
   * is not looked at twice; options given to `rows` win over it. Plain data, to be shown, saved and handed back.
   */
  found: ReadOptions
  /** Unique in the file; '' where the file is the table. A sheet's name, a JSON path, 'nodes', 'edges'. */
  name: string
  /** In file order. Names are unique: the second 'id' is called 'id (2)', an empty one 'column_3'. */
  columns: ColumnInfo[]
  /** Records, where known without reading them; else null. */
  rows: number | null
  /** What a person should know of how it was read. */
  notes: ReadNote[]
}

export interface ColumnInfo {
  name: string
  /** What the file itself declares the column to be; null where it says nothing, as CSV. */
  declared: 'text' | 'number' | 'boolean' | 'time' | 'date' | 'json' | null
}

/** Records to be handed out together, without an await between. */
export interface RowBatch {
  /** Bytes of the source that were read for it: what progress counts. Sums up to about the source's size. */
  bytes: number
  /** Hands out the batch's records, in order. May be called once. */
  each(onRow: (row: Row) => void): void
}

/**
 * Reads one format. Cells are text, as verbatim as the format allows: a JSON number is its literal (64-bit ids keep
 * every digit), null and absent are empty, true is `true`, nested objects become columns `a.b`, arrays and anything
 * deeper than MAX_NESTING their JSON text; a date or time that the format types is ISO 8601 (`2024-01-31`,
 * `2024-01-31T12:34:56.789`, with `Z` or an offset where the format states one and without where it does not).
 * The memory a reader takes is bounded whatever the file's size (one row group, one record, one sheet's strings).
 *
 * Errors: what is wrong with one record is a Row with `problem`; reading goes on behind it. What makes the file
 * unreadable throws ShoalError import_unreadable (message: file, place, what to do), import_encoding, cancelled.
 */
export interface Reader {
  readonly format: FormatId
  /** True where `rows` keeps nothing of a buffer when it asks for the next one: it may be overwritten then. */
  readonly copies?: boolean
  /** File name endings without the dot, lower case: what `formatOf` looks at when the bytes do not tell. */
  readonly endings: readonly string[]
  /** True where the first bytes (up to 64 KiB) can only be this format, or, for text formats, look like it. */
  sniff(head: Buffer): boolean
  /**
   * The tables of a file. `depth` 'head': from as little as the format allows, for a preview (columns may be missing in
   * formats without a schema; `rows` of such a table leaves out the cells of columns it does not have); 'all': the
   * whole file is read and checked, columns are complete. `onBytes` hears of bytes as they are read.
   */
  tables(
    source: ByteSource,
    options: ReadOptions,
    depth: 'head' | 'all',
    pace: Pace,
    onBytes?: (bytes: number) => void,
  ): Promise<TableInfo[]>
  /**
   * A table's records from its first: cells in the order of `table.columns`. A record with `problem` counts as one; so
   * does one without columns. `each` of every batch must be called, in order, before the next batch is asked for.
   */
  rows(source: ByteSource, table: TableInfo, options: ReadOptions, pace: Pace): AsyncIterable<RowBatch>
}

/** Levels of nested objects that become columns. */
export const MAX_NESTING = 4
