import type { Pace } from '../../../common/pace.ts'
import type { Package } from './xlsx-zip.ts'
import { formatKind, type FormatKind } from './xlsx-values.ts'
import { XmlBytes, attribute, decodeXml, type XmlHandler } from './xml-bytes.ts'

/** What of a workbook's small parts is needed to read its sheets. */
export interface Workbook {
  sheets: { name: string; part: string; hidden: boolean }[]
  from1904: boolean
  /** Kind of number format by cell style. */
  kinds: FormatKind[]
  /** Part with the shared texts; null where there are none. */
  strings: string | null
}

/** Parts this small are read whole; larger ones are no directory of a workbook. */
const MAX_SMALL = 64 * 1024 * 1024

/** Reads a workbook's directory: its sheets in order, styles and date system. Throws Error where it is no workbook. */
export async function readWorkbook(zip: Package, pace: Pace): Promise<Workbook> {
  const names = zip.names()
  const root = await relations(zip, '', '_rels/.rels', pace)
  const book =
    root.find((one) => one.type.endsWith('/officedocument'))?.part ??
    names.find((name) => name === 'xl/workbook.xml') ??
    null
  if (book === null || !names.includes(book)) {
    if (names.includes('xl/workbook.bin') || book?.endsWith('.bin')) throw new Error(BINARY)
    throw new Error('it is a ZIP file, but no Excel workbook')
  }
  if (book.endsWith('.bin')) throw new Error(BINARY)
  const folder = book.slice(0, book.lastIndexOf('/') + 1)
  const parts = await relations(zip, folder, `${folder}_rels/${book.slice(folder.length)}.rels`, pace)
  const byId = new Map(parts.map((one) => [one.id, one]))
  const result: Workbook = { sheets: [], from1904: false, kinds: [], strings: null }
  await readElements(zip, book, pace, (name, get) => {
    if (name === 'workbookPr') result.from1904 = /^(?:1|true)$/.test(get('date1904') ?? '')
    else if (name === 'sheet') {
      const target = byId.get(get('r:id') ?? get('id') ?? '')
      if (target === undefined || !target.type.endsWith('/worksheet')) return
      result.sheets.push({
        name: get('name') ?? `Sheet${result.sheets.length + 1}`,
        part: target.part,
        hidden: /hidden/i.test(get('state') ?? ''),
      })
    }
  })
  const find = (type: string) => parts.find((one) => one.type.endsWith(type))?.part ?? null
  result.strings = find('/sharedstrings')
  const styles = find('/styles')
  if (styles !== null) result.kinds = await readStyles(zip, styles, pace)
  return result
}

const BINARY = 'it is a binary workbook (.xlsb). Save it as .xlsx or CSV and import that'

async function readStyles(zip: Package, part: string, pace: Pace): Promise<FormatKind[]> {
  const codes = new Map<number, string>()
  const ids: number[] = []
  let inCells = false
  await readElements(
    zip,
    part,
    pace,
    (name, get) => {
      if (name === 'numFmt') codes.set(Number(get('numFmtId')), get('formatCode') ?? '')
      else if (name === 'cellXfs') inCells = true
      else if (name === 'xf' && inCells) ids.push(Number(get('numFmtId') ?? 0))
    },
    (name) => {
      if (name === 'cellXfs') inCells = false
    },
  )
  return ids.map((id) => formatKind(id, codes.get(id)))
}

interface Relation {
  id: string
  /** Lower case, as the two versions of the standard name it differently but end alike. */
  type: string
  part: string
}

async function relations(zip: Package, folder: string, part: string, pace: Pace): Promise<Relation[]> {
  const found: Relation[] = []
  await readElements(zip, part, pace, (name, get) => {
    if (name !== 'Relationship' || /^external$/i.test(get('TargetMode') ?? '')) return
    const target = get('Target') ?? ''
    found.push({
      id: get('Id') ?? '',
      type: (get('Type') ?? '').toLowerCase(),
      part: resolvePart(folder, target),
    })
  })
  return found
}

/** A part's name from what a relation says; '..' never leaves the package, which is no folder of the disk anyway. */
function resolvePart(folder: string, target: string): string {
  const path: string[] = []
  for (const step of (target.startsWith('/') ? target : folder + target).split('/')) {
    if (step === '..') path.pop()
    else if (step !== '' && step !== '.') path.push(step)
  }
  return path.join('/').toLowerCase()
}

type Get = (attribute: string) => string | null

async function readElements(
  zip: Package,
  part: string,
  pace: Pace,
  open: (name: string, get: Get) => void,
  close: (name: string) => void = () => {},
): Promise<void> {
  const at = new Int32Array(2)
  const handler: XmlHandler = {
    open(bytes, from, to, end) {
      open(bytes.toString('latin1', from, to), (name) =>
        attribute(bytes, to, end, name, at) ? decodeXml(bytes.toString('utf8', at[0], at[1])) : null,
      )
    },
    close: (bytes, from, to) => close(bytes.toString('latin1', from, to)),
    text: () => {},
  }
  await readPart(zip, part, handler, pace, MAX_SMALL)
}

/** Hands a part's XML to `handler`; one that is not there has none. `until`: stop when it says so. */
export async function readPart(
  zip: Package,
  part: string,
  handler: XmlHandler,
  pace: Pace,
  limit = Infinity,
  onPacked: (bytes: number) => void = () => {},
  until: () => boolean = () => false,
): Promise<void> {
  let xml: XmlBytes | null = null
  let size = 0
  for await (const { chunk, packed } of zip.stream(part)) {
    xml ??= new XmlBytes(handler)
    size += chunk.length
    if (size > limit) throw new Error(`its part ${part} is larger than ${limit} bytes`)
    xml.push(chunk)
    onPacked(packed)
    await pace.checkpoint()
    if (until()) return
  }
  xml?.end()
}
