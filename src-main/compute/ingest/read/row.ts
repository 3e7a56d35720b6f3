/** Why a record can't be used; its cells are then undefined. */
export type RowProblem =
  | 'bad_quote'
  | 'unterminated_quote'
  | 'row_too_long'
  | 'nul_byte'
  /** A JSON line, an element of a graph file or a sheet's row that is broken in itself while the next one is not. */
  | 'bad_record'

/**
 * One record as a reader hands it out: its cells as UTF-8 bytes, so that ids are looked up and times are parsed without
 * making strings. It belongs to the reader and holds the record during the callback only.
 */
export interface Row {
  /** The bytes that `starts` and `ends` point into. */
  readonly bytes: Buffer
  /** Cells of the record; may pass MAX_FIELDS, beyond which cells are counted and not kept. */
  readonly count: number
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** 1 where the cell holds doubled quotes that `text` undoes. */
  readonly escaped: Uint8Array
  readonly problem: RowProblem | null
  /** What is wrong, where the format has more to say than `problem`; English, with the fix. */
  readonly complaint?: string | null
  /** Cell i as text. */
  text(i: number): string
  /**
   * The record as it was in the file (CSV and JSON lines: verbatim), at most `most` characters: RAW_CHARS where nothing
   * is said.
   */
  raw(most?: number): string
}

/** Cells beyond this are counted but not kept: no table is that wide. */
export const MAX_FIELDS = 4096
/** What a problem keeps of a record, in characters. */
export const RAW_CHARS = 2_000
/** Longest record, in bytes. */
export const MAX_ROW_BYTES = 16 * 1024 * 1024
