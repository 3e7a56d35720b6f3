import { createHash } from 'node:crypto'
import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import { CsvTokenizer } from './read/csv.ts'
import { MAX_FIELDS } from './read/row.ts'
import { EncodingProbe, Transcoder, UndecodableBytes, type EncodingVerdict } from './read/encoding.ts'
import type { InputFile } from './files.ts'
import { columnNames, knownColumns, layoutMapping } from './layout.ts'
import type { Identity, TableMapping } from '../../common/mapping/mapping.ts'
import { bindTable, type BoundTable } from './plan/compile.ts'

/** What is known of a file before any of it is stored. */
export interface Inspected {
  file: InputFile
  sha256: string
  /** Uncompressed bytes, counted. */
  bytes: number
  encoding: EncodingVerdict
  /** The byte that separates fields. */
  delimiter: number
  columns: string[]
  mapping: TableMapping
  bound: BoundTable
}

/** The header must end within this. */
const HEADER_BYTES = 256 * 1024
/** Ids are kept as they are. */
const VERBATIM: Identity = { account: [], entity: {}, region: 'CN' }
const DELIMITERS = [',', ';', '\t', '|'].map((char) => char.charCodeAt(0))

/**
 * Reads a file once from end to end without storing anything: its hash, encoding, delimiter and columns, and
 * whether it can be read at all. A second reading costs little beside storing the rows, and buys that a bad
 * encoding at the end, a cut-off archive or a missing column stops the import before it wrote anything.
 *
 * `onBytes` hears of bytes as they are read. Throws ShoalError import_missing_column, import_encoding,
 * import_archive, import_unreadable, cancelled.
 */
export async function inspectFile(
  file: InputFile,
  pace: Pace,
  onBytes: (bytes: number) => void,
): Promise<Inspected> {
  const hash = createHash('sha256')
  const probe = new EncodingProbe()
  const head: Buffer[] = []
  let bytes = 0
  for await (const chunk of file.read()) {
    hash.update(chunk)
    probe.push(chunk)
    if (bytes < HEADER_BYTES) head.push(Buffer.from(chunk))
    bytes += chunk.length
    onBytes(chunk.length)
    await pace.checkpoint()
  }
  if (bytes === 0) {
    throw new ShoalError('import_unreadable', `${file.label} is empty: not even a header line.`, {
      file: file.label,
      table: file.table,
    })
  }
  const verdict = probe.finish()
  if (!('encoding' in verdict)) {
    throw encodingError(
      file,
      `byte ${verdict.position} (0x${verdict.byte.toString(16).padStart(2, '0')}) is not valid UTF-8, and the ` +
        'text looks like no other encoding that Shoal reads',
      verdict.position,
    )
  }
  if (verdict.encoding !== 'utf-8') await decodeAll(file, verdict, pace)
  const start = headText(Buffer.concat(head), verdict)
  const { delimiter, header } = readHeader(file, start, bytes <= HEADER_BYTES)
  const columns = columnNames(header)
  const mapping = layoutMapping(file.table, columns, file.label)
  return {
    file,
    sha256: hash.digest('hex'),
    bytes,
    encoding: verdict,
    delimiter,
    columns,
    mapping,
    bound: bindTable(mapping, columns, VERBATIM, file.label),
  }
}

/** Reads the file once more to make sure that every byte fits its encoding. */
async function decodeAll(file: InputFile, verdict: EncodingVerdict, pace: Pace): Promise<void> {
  const transcoder = new Transcoder(verdict)
  try {
    for await (const chunk of file.read()) {
      transcoder.push(chunk)
      await pace.checkpoint()
    }
    transcoder.end()
  } catch (error) {
    if (!(error instanceof UndecodableBytes)) throw error
    throw encodingError(
      file,
      `it looks like ${verdict.encoding}, but bytes ${error.from} to ${error.to} don't fit that`,
      error.from,
    )
  }
}

function encodingError(file: InputFile, why: string, position: number): ShoalError {
  return new ShoalError(
    'import_encoding',
    `${file.label} has an encoding that can't be read: ${why}. Save it as UTF-8 (Shoal also reads UTF-16 with a ` +
      'byte-order mark, GB18030/GBK and Big5). Nothing was imported.',
    { file: file.label, table: file.table, position },
  )
}

function headText(head: Buffer, verdict: EncodingVerdict): Buffer {
  // A character may be cut in two at the end, which `end` would complain about: it isn't called.
  return new Transcoder(verdict).push(head.subarray(0, HEADER_BYTES))
}

/** The first record, by the delimiter that makes most sense of it. */
function readHeader(file: InputFile, start: Buffer, whole: boolean): { delimiter: number; header: string[] } {
  let best: { delimiter: number; header: string[]; known: number } | null = null
  let complete = false
  for (const delimiter of DELIMITERS) {
    const header = firstRecord(start, delimiter, whole)
    if (header === null) continue
    complete = true
    if (header.length === 0) continue
    const known = knownColumns(file.table, header)
    if (best === null || known > best.known || (known === best.known && header.length > best.header.length)) {
      best = { delimiter, header, known }
    }
  }
  if (best !== null && best.header.length <= MAX_FIELDS) return best
  const why = !complete
    ? `its header line does not end within ${HEADER_BYTES / 1024} KiB`
    : best === null
      ? 'its header line has broken quotes'
      : `it has more than ${MAX_FIELDS} columns`
  throw new ShoalError('import_unreadable', `${file.label} can't be read: ${why}.`, {
    file: file.label,
    table: file.table,
  })
}

/** The first record's fields; [] if its quoting is broken, null if it doesn't end here. */
function firstRecord(start: Buffer, delimiter: number, whole: boolean): string[] | null {
  const first: { header: string[] | null } = { header: null }
  const tokenizer = new CsvTokenizer({
    delimiter,
    onRow: (row) => {
      if (first.header !== null) return
      const header: string[] = (first.header = [])
      if (row.problem !== null && row.problem !== 'nul_byte') return
      for (let i = 0; i < Math.min(row.count, MAX_FIELDS); i++) header.push(row.text(i))
      if (row.count > MAX_FIELDS) header.push('')
    },
  })
  for (let at = 0; at < start.length && first.header === null; at += 4096) {
    tokenizer.push(start.subarray(at, at + 4096))
  }
  if (first.header === null && whole) tokenizer.end()
  return first.header
}
