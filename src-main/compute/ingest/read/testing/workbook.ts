import yazl from 'yazl'

/** A ZIP file of these parts. */
export async function zipOf(parts: Record<string, string | Buffer>): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const [name, content] of Object.entries(parts)) {
    zip.addBuffer(Buffer.from(content as string), name, { mtime: new Date(0) })
  }
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream as unknown as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export interface BookParts {
  /** The sheets' XML inside <worksheet>, by name. */
  sheets: Record<string, string>
  /** What is inside <sst>. */
  strings?: string
  /** What is inside <styleSheet>. */
  styles?: string
  /** Attributes of <workbookPr>. */
  properties?: string
}

/** A workbook as Excel and WPS lay it out. */
export function workbook({ sheets, strings, styles, properties }: BookParts): Promise<Buffer> {
  const names = Object.keys(sheets)
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const kind = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
  const rels = (list: [string, string, string][]) =>
    `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list
      .map(([id, type, target]) => `<Relationship Id="${id}" Type="${kind}/${type}" Target="${target}"/>`)
      .join('')}</Relationships>`
  return zipOf({
    '[Content_Types].xml': `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    '_rels/.rels': rels([['rId1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${kind}"><workbookPr ${properties ?? ''}/><sheets>${names
      .map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': rels([
      ...names.map((_, i): [string, string, string] => [
        `rId${i + 1}`,
        'worksheet',
        `worksheets/sheet${i + 1}.xml`,
      ]),
      ['rS', 'sharedStrings', 'sharedStrings.xml'],
      ['rT', 'styles', '/xl/styles.xml'],
    ]),
    ...Object.fromEntries(
      names.map((name, i) => [
        `xl/worksheets/sheet${i + 1}.xml`,
        `${head}<worksheet xmlns="${main}">${sheets[name]}</worksheet>`,
      ]),
    ),
    'xl/sharedStrings.xml': `${head}<sst xmlns="${main}">${strings ?? ''}</sst>`,
    'xl/styles.xml': `${head}<styleSheet xmlns="${main}">${styles ?? ''}</styleSheet>`,
  })
}
