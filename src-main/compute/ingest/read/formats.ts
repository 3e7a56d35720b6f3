import { arrowReader } from './arrow.ts'
import { csvReader } from './csv-reader.ts'
import { EncodingProbe, Transcoder } from './encoding.ts'
import { gexfReader } from './gexf.ts'
import { gmlReader } from './gml.ts'
import { graphmlReader } from './graphml.ts'
import { jsonLinesReader } from './json-lines.ts'
import { jsonReader } from './json.ts'
import { parquetReader } from './parquet.ts'
import type { FormatId, Reader } from './reader.ts'
import { unreadable } from './trouble.ts'
import { isOldExcel, xlsxReader } from './xlsx.ts'

/** Every reader, in the order in which bytes are asked for what they are. */
export const READERS: readonly Reader[] = [
  parquetReader,
  arrowReader,
  xlsxReader,
  graphmlReader,
  gexfReader,
  gmlReader,
  jsonLinesReader,
  jsonReader,
  csvReader,
]

const BINARY: readonly FormatId[] = ['parquet', 'arrow', 'xlsx']
const GRAPHS: readonly FormatId[] = ['graphml', 'gexf', 'gml']

export function readerOf(format: FormatId): Reader {
  return READERS.find((reader) => reader.format === format)!
}

/** All endings that import knows, for pickers of files: without a dot, lower case. */
export const ENDINGS: readonly string[] = READERS.flatMap((reader) => reader.endings)

/** What formatOf looks at, bytes from the start of a file. */
export const SNIFF_BYTES = 64 * 1024

/**
 * The format of a file, by its first bytes and, where those leave it open, by the ending of its name ('.gz' is passed
 * over). `head`: the first SNIFF_BYTES, unpacked; `name`: for the ending and for the message. Throws ShoalError
 * import_unreadable for what is no format that Shoal reads, with what to do.
 */
export function formatOf(name: string, head: Buffer): FormatId {
  const ending = endingOf(name)
  const named = READERS.find((reader) => reader.endings.includes(ending))?.format ?? null
  for (const format of BINARY) if (readerOf(format).sniff(head)) return format
  // Its reader says what to do with older workbooks.
  if (isOldExcel(head)) return 'xlsx'
  if (head.length === 0) throw unreadable({ label: name }, 'it is empty')
  const foreign = FOREIGN.find(([mark]) => head.subarray(0, mark.length).equals(mark))
  if (foreign !== undefined) {
    // Shared strings may stand before all that tells a workbook from other ZIP files.
    if (named === 'xlsx' && foreign[1] === ZIP) return 'xlsx'
    throw unknown(name, `it is ${foreign[1]}`)
  }
  if (named !== null && BINARY.includes(named)) {
    throw unknown(name, `it is called .${ending}, but its content is something else or damaged`)
  }
  const text = asText(head)
  if (text === null) throw unknown(name, 'it is neither text nor a format that Shoal knows')
  for (const format of GRAPHS) if (readerOf(format).sniff(text)) return format
  // A table's first cell may look like the start of anything.
  const sureCsv = ['csv', 'tsv', 'tab', 'psv'].includes(ending)
  const start = text.toString('latin1', 0, 1024).trimStart()
  if (/^<(?:\?xml|!DOCTYPE|html|[a-z]+[\s>:])/i.test(start) && !sureCsv) {
    throw unknown(name, 'it is XML or HTML, but neither GraphML nor GEXF')
  }
  if (jsonReader.sniff(text)) {
    if (named === 'json-lines' || (jsonLinesReader.sniff(text) && (!sureCsv || SURE_JSON.test(start))))
      return 'json-lines'
    if (!sureCsv || SURE_JSON.test(start)) return 'json'
  }
  const other = OTHER_TEXTS.find(({ begins }) => begins.test(start))
  if (other !== undefined && !sureCsv) throw unreadable({ label: name }, other.why, other.fix)
  // A table that is called .json; in JSON something begins with a bracket.
  if ((named === 'json' || named === 'json-lines') && !/^\s*[[{]/m.test(text.toString('latin1'))) return 'csv'
  return named ?? 'csv'
}

/** The beginning of an object, which no cell of a table has without quotes around it. */
const SURE_JSON = /^(?:\[\s*)?\{\s*"(?:[^"\\]|\\.)*"\s*:/

const OTHER_TEXTS: { begins: RegExp; why: string; fix: string }[] = [
  {
    begins:
      /^(?:--[^\n]*\n|\/\*[^]*?\*\/;?|\s)*(?:INSERT\s+INTO|CREATE\s+(?:TABLE|DATABASE|SCHEMA)|DROP\s+TABLE|LOCK\s+TABLES|BEGIN\s+TRANSACTION|PRAGMA\s)/i,
    why: 'it is an SQL dump',
    fix: 'Load it into its database and export the tables as CSV.',
  },
  {
    begins: /^\*vertices\s/i,
    why: 'it is a Pajek network',
    fix: 'Open it in Gephi and save it as GraphML or GEXF.',
  },
  {
    begins: /^window\.YTD\./,
    why: 'it is JavaScript of a Twitter archive',
    fix: 'Remove what stands before the first [ and save it as .json.',
  },
]

const ZIP = 'a ZIP file'
const FOREIGN: [Buffer, string][] = [
  [Buffer.from('PK\x03\x04', 'latin1'), ZIP],
  [Buffer.from('PK\x05\x06', 'latin1'), 'an empty ZIP file'],
  [Buffer.from('\x1f\x8b', 'latin1'), 'compressed by gzip twice'],
  [Buffer.from('%PDF', 'latin1'), 'a PDF'],
  [Buffer.from('SQLite format 3\0', 'latin1'), 'an SQLite database'],
  [Buffer.from('\x89PNG', 'latin1'), 'a picture'],
  [Buffer.from('\xff\xd8\xff', 'latin1'), 'a picture'],
  [Buffer.from('7z\xbc\xaf', 'latin1'), 'a 7-Zip archive'],
  [Buffer.from('Rar!', 'latin1'), 'a RAR archive'],
  [Buffer.from('\x28\xb5\x2f\xfd', 'latin1'), 'compressed by Zstandard'],
  [Buffer.from('BZh', 'latin1'), 'compressed by bzip2'],
  [Buffer.from('Obj\x01', 'latin1'), 'Avro'],
  [Buffer.from('ORC', 'latin1'), 'ORC'],
]

function unknown(name: string, why: string): Error {
  return unreadable(
    { label: name },
    why,
    'Shoal reads CSV and TSV, JSON, JSON lines, Excel (.xlsx), Parquet, Arrow and Feather, GraphML, GEXF and GML, also ' +
      'packed as .gz or .zip. Export it as one of these.',
  )
}

/** 'csv' of 'a/Users.CSV.gz'; '' where there is none. */
function endingOf(name: string): string {
  const base = name.split(/[\\/]/).at(-1)!.toLowerCase()
  return /\.([a-z0-9]+)(?:\.(?:gz|crdownload|part|bak))?$/.exec(base)?.[1] ?? ''
}

/** The head in UTF-8, or as it is where its encoding does not show; null for what is no text. */
function asText(head: Buffer): Buffer | null {
  const probe = new EncodingProbe({ western: true })
  probe.push(head.subarray(0, head.length - (head.length >= SNIFF_BYTES ? 4 : 0)))
  const verdict = probe.finish()
  if ('encoding' in verdict && verdict.encoding !== 'utf-8') {
    try {
      return new Transcoder(verdict, { lenient: true }).push(head)
    } catch {
      return head
    }
  }
  const body = 'bom' in verdict ? head.subarray(verdict.bom) : head
  let controls = 0
  for (const byte of body) {
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c && byte !== 0x1e)
      controls++
  }
  // Separators of Hive's exports are control characters, and NULs get into logs; a binary has a quarter of them.
  return controls > body.length * 0.3 ? null : body
}
