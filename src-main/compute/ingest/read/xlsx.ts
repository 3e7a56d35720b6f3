import type { Pace } from '../../../common/pace.ts'
import { HEADER_ROWS, uniqueName } from './header.ts'
import type { ByteSource, ReadOptions, Reader, RowBatch, TableInfo } from './reader.ts'
import { settle } from './text-source.ts'
import { asUnreadable, unreadable } from './trouble.ts'
import { readPart, readWorkbook, type Workbook } from './xlsx-book.ts'
import { RowSink } from './xlsx-rows.ts'
import { SharedStrings, SheetScanner } from './xlsx-sheet.ts'
import { Survey } from './xlsx-survey.ts'
import { openPackage, type Package } from './xlsx-zip.ts'
import { XmlBytes } from './xml-bytes.ts'

/**
 * Excel workbooks: every sheet that holds something is a table. Dates are ISO 8601 in local time, numbers as Excel shows
 * them, formulas their stored result. Throws for what is encrypted, and for Excel's older formats.
 */
export const xlsxReader: Reader = {
  format: 'xlsx',
  endings: ['xlsx', 'xlsm', 'xltx', 'xltm'],
  sniff: (head) =>
    head.length > 4 &&
    head.readUInt32LE(0) === 0x04034b50 &&
    (head.includes('xl/workbook') || head.includes('[Content_Types].xml') || head.includes('xl/worksheets/')),

  async tables(source, options, depth, pace, onBytes) {
    await refuseOldFormats(source)
    return withBook(source, pace, async (zip, book) => {
      onBytes?.(0)
      const tables: TableInfo[] = []
      const names = new Set<string>()
      for (const sheet of book.sheets) {
        const survey = new Survey(book, depth === 'head' ? HEADER_ROWS : Infinity)
        await readPart(
          zip,
          sheet.part,
          new SheetScanner(survey),
          pace,
          Infinity,
          onBytes,
          () => survey.enough,
        )
        if (survey.rows === 0) continue
        const strings = new SharedStrings(survey.cited())
        if (book.strings !== null && survey.cited().size > 0) {
          const last = Math.max(...survey.cited())
          await readPart(zip, book.strings, strings, pace, Infinity, undefined, () => strings.count > last)
        }
        tables.push(survey.describe(source, sheet, uniqueName(sheet.name, names), strings, options, depth))
      }
      if (tables.length === 0) throw unreadable(source, 'none of its sheets holds anything')
      return tables
    })
  },

  rows: (source, table, options, pace) => sheetRows(source, table, settle(table.found, options), pace),
}

async function withBook<T>(
  source: ByteSource,
  pace: Pace,
  use: (zip: Package, book: Workbook) => Promise<T>,
): Promise<T> {
  const zip = await openPackage(source)
  try {
    return await use(zip, await readWorkbook(zip, pace))
  } catch (error) {
    throw asUnreadable(error, source, 'Open it in Excel or WPS and save it again as .xlsx or CSV.')
  } finally {
    zip.close()
  }
}

/** Encrypted workbooks and .xls are compound files of OLE, not ZIP files. */
async function refuseOldFormats(source: ByteSource): Promise<void> {
  const head = await source.readAt(0, 8)
  if (head.length < 8 || head.readUInt32LE(0) !== 0xe011cfd0) return
  const inside = await source.readAt(0, 1024 * 1024)
  const encrypted = inside.includes(Buffer.from('EncryptedPackage', 'utf16le'))
  throw encrypted
    ? unreadable(
        source,
        'it is encrypted with a password',
        'Open it, remove the password and save it as .xlsx or CSV.',
      )
    : unreadable(source, "it has Excel's older format (.xls)", 'Save it as .xlsx or CSV and import that.')
}

/** Excel's older formats begin so; they get a clear error instead of a guess. */
export function isOldExcel(head: Buffer): boolean {
  return head.length >= 8 && head.readUInt32LE(0) === 0xe011cfd0 && head.readUInt32LE(4) === 0xe11ab1a1
}

async function* sheetRows(
  source: ByteSource,
  table: TableInfo,
  how: ReadOptions,
  pace: Pace,
): AsyncGenerator<RowBatch> {
  const zip = await openPackage(source)
  try {
    const book = await readWorkbook(zip, pace)
    const names = new Set<string>()
    const sheet = await sheetCalled(zip, book, table.name, names, pace)
    if (sheet === null) throw unreadable(source, `it has no sheet '${table.name}'`)
    const strings = new SharedStrings()
    let packed = 0
    if (book.strings !== null) {
      await readPart(zip, book.strings, strings, pace, Infinity, (bytes) => (packed += bytes))
    }
    const sink = new RowSink(book, strings, table.columns.length, how.headerRow ?? 1)
    const xml = new XmlBytes(new SheetScanner(sink))
    for await (const { chunk, packed: bytes } of zip.stream(sheet)) {
      yield {
        bytes: packed + bytes,
        each(onRow) {
          sink.give = onRow
          try {
            xml.push(chunk)
          } catch (error) {
            throw asUnreadable(error, source)
          }
        },
      }
      packed = 0
      await pace.checkpoint()
    }
    xml.end()
  } catch (error) {
    throw asUnreadable(error, source)
  } finally {
    zip.close()
  }
}

/** The part of a sheet by its table's name: names are made unique among those sheets that hold something. */
async function sheetCalled(
  zip: Package,
  book: Workbook,
  name: string,
  names: Set<string>,
  pace: Pace,
): Promise<string | null> {
  const exact = book.sheets.filter((sheet) => sheet.name === name)
  if (exact.length === 1) return exact[0].part
  for (const sheet of book.sheets) {
    const survey = new Survey(book, 1)
    await readPart(zip, sheet.part, new SheetScanner(survey), pace, Infinity, undefined, () => survey.enough)
    if (survey.rows > 0 && uniqueName(sheet.name, names) === name) return sheet.part
  }
  return null
}
