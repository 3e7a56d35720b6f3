/** One small export in every format that import reads, with rows that are wrong in each that can have such rows. */
import { Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { workbook, zipOf } from '../../../src-main/compute/ingest/read/testing/workbook.ts'

export interface Sample {
  /** Below the folder; several where they are one table. */
  files: Record<string, Buffer>
  /** What is named to import, below the folder. */
  path: string
  format: string
  rowsIn: number
  /** Codes of the rows that can't be stored, sorted. */
  problems: string[]
}

/** What the columns mean, in every file; and what graphs are. */
export const MAPPING = {
  shoalMapping: 1,
  name: 'every format',
  tables: [
    {
      match: { columns: ['用户', 'ts'] },
      outputs: [
        {
          to: 'events',
          cells: { account_id: { column: '用户' }, ts: { column: 'ts' }, kind: { value: 'login' } },
          attributes: 'rest',
        },
        {
          to: 'links',
          cells: {
            account_id: { column: '用户' },
            entity_type: { value: 'device' },
            entity_id: { column: 'dev' },
          },
          optional: true,
        },
      ],
    },
    { match: { table: 'nodes' }, outputs: [{ to: 'accounts', cells: { account_id: { column: 'id' } } }] },
    {
      match: { table: 'edges' },
      outputs: [{ to: 'relations', cells: { src: { column: 'source' }, dst: { column: 'target' } } }],
    },
  ],
}

/** Text in an encoding of two bytes a character, which Node only decodes. */
function encoded(text: string, encoding: 'gb18030' | 'big5'): Buffer {
  const decoder = new TextDecoder(encoding)
  const codes = new Map<string, [number, number]>()
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const char = decoder.decode(Uint8Array.of(lead, trail))
      if (char.length === 1 && char !== '\ufffd' && !codes.has(char)) codes.set(char, [lead, trail])
    }
  return Buffer.from([...text].flatMap((char) => (char < '\x80' ? [char.charCodeAt(0)] : codes.get(char)!)))
}

const TS = '2024-01-31T10:00:00Z'
const GOOD = (from: number) =>
  [0, 1, 2, 3].map((i) => [`00${from + i}`, TS, `設備${i % 2}`, '臺北 上海 高雄'])
const HEADER = ['用户', 'ts', 'dev', 'city']

/** Good rows, one with a field too few, one with a time that is none, one without an account, one with a bad quote. */
function csv(from: number, delimiter = ','): string {
  const bad = [
    `u1${delimiter}${TS}`,
    ['u2', 'yesterday', 'd', 'x'].join(delimiter),
    ['', TS, 'd', 'x'].join(delimiter),
    ['u3', TS, 'd', '"a"b'].join(delimiter),
  ]
  const lines = [HEADER, ...GOOD(from)].map((row) => row.join(delimiter))
  return `${[...lines, ...bad].join('\n')}\n`
}
const CSV_PROBLEMS = ['bad_quote', 'bad_time', 'missing_value', 'ragged_row']
const csvSample = (path: string, bytes: Buffer): Sample => ({
  files: { [path]: bytes },
  path,
  format: 'csv',
  rowsIn: 8,
  problems: CSV_PROBLEMS,
})

const object = (row: readonly string[]) =>
  JSON.stringify(Object.fromEntries(HEADER.map((name, i) => [name, row[i]])))
const BAD_OBJECTS = [
  `{"用户":"u1","ts":oops}`,
  object(['u2', 'yesterday', 'd', 'x']),
  object(['', TS, 'd', 'x']),
]
const JSON_PROBLEMS = ['bad_record', 'bad_time', 'missing_value']

function parquet(from: number, bad = true): Buffer {
  const rows = bad
    ? [...GOOD(from), ['a\0b', TS, 'd', 'x'], ['u2', 'yesterday', 'd', 'x'], [null, TS, 'd', 'x']]
    : GOOD(from)
  const columnData = HEADER.map((name, i) => ({
    name,
    data: rows.map((row) => row[i]),
    type: 'STRING' as const,
  }))
  return Buffer.from(parquetWriteBuffer({ columnData }))
}
const TYPED_PROBLEMS = ['bad_time', 'missing_value', 'nul_byte']

function arrow(from: number, format: 'file' | 'stream'): Buffer {
  const rows = [...GOOD(from), ['a\0b', TS, 'd', 'x'], ['u2', 'yesterday', 'd', 'x'], [null, TS, 'd', 'x']]
  const columns = HEADER.map((name, i) => [
    name,
    vectorFromArray(
      rows.map((row) => row[i] ?? null),
      new Utf8(),
    ),
  ])
  return Buffer.from(tableToIPC(new Table(Object.fromEntries(columns)), format))
}

async function xlsx(from: number): Promise<Buffer> {
  const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
  const rows = [
    ...[HEADER, ...GOOD(from), ['u2', 'yesterday', 'd', 'x'], ['', TS, 'd', 'x']].map((row) =>
      row.map(text).join(''),
    ),
    // It cites a text that the workbook does not have.
    `<c t="s"><v>77</v></c>${[TS, 'd', 'x'].map(text).join('')}`,
  ]
  return workbook({
    sheets: { 登录: `<sheetData>${rows.map((row) => `<row>${row}</row>`).join('')}</sheetData>` },
  })
}

const graph = (path: string, text: string, problems: string[]): Sample => ({
  files: { [path]: Buffer.from(text) },
  path,
  format: path.split('.').at(-1)!,
  rowsIn: 5 + problems.length,
  problems,
})

/** By what they are. Ids differ between them, so that all can be imported into one workspace. */
export async function everyFormat(): Promise<Record<string, Sample>> {
  return {
    'CSV, UTF-8': csvSample('utf8.csv', Buffer.from(csv(100))),
    'CSV, GB18030': csvSample(
      'gb18030.csv',
      encoded(csv(110).replaceAll('設備', '设备').replaceAll('臺', '台'), 'gb18030'),
    ),
    'CSV, Big5': csvSample(
      'big5.csv',
      encoded(
        csv(120).replaceAll('用户', '用戶').replaceAll('上海', '臺中、高雄、新竹的會員帳號與電話'),
        'big5',
      ),
    ),
    'CSV, UTF-16 with a mark': csvSample('utf16.csv', Buffer.from(`\ufeff${csv(130)}`, 'utf16le')),
    'CSV with semicolons': csvSample('semicolons.csv', Buffer.from(csv(140, ';'))),
    TSV: csvSample('tabs.tsv', Buffer.from(csv(150, '\t'))),
    'CSV, gzip': csvSample('packed.csv.gz', gzipSync(csv(160))),
    'CSV in a ZIP': csvSample('packed.zip', await zipOf({ 'data/inside.csv': csv(170) })),
    JSON: {
      files: { 'list.json': Buffer.from(`[\n${[...GOOD(200).map(object), ...BAD_OBJECTS].join(',\n')}\n]`) },
      path: 'list.json',
      format: 'json',
      rowsIn: 7,
      problems: JSON_PROBLEMS,
    },
    'JSON lines': {
      files: { 'lines.jsonl': Buffer.from([...GOOD(210).map(object), ...BAD_OBJECTS, ''].join('\n')) },
      path: 'lines.jsonl',
      format: 'json-lines',
      rowsIn: 7,
      problems: JSON_PROBLEMS,
    },
    'JSON lines, gzip': {
      files: { 'more.jsonl.gz': gzipSync([...GOOD(220).map(object), ...BAD_OBJECTS, ''].join('\n')) },
      path: 'more.jsonl.gz',
      format: 'json-lines',
      rowsIn: 7,
      problems: JSON_PROBLEMS,
    },
    Excel: {
      files: { 'book.xlsx': await xlsx(300) },
      path: 'book.xlsx',
      format: 'xlsx',
      rowsIn: 7,
      problems: ['bad_record', 'bad_time', 'missing_value'],
    },
    Parquet: {
      files: { 'one.parquet': parquet(400) },
      path: 'one.parquet',
      format: 'parquet',
      rowsIn: 7,
      problems: TYPED_PROBLEMS,
    },
    'Parquet in partitions': {
      files: {
        'set/dt=2024-01-30/part-00000.parquet': parquet(410, false),
        'set/dt=2024-01-31/part-00000.parquet': parquet(420),
        'set/_SUCCESS': Buffer.alloc(0),
      },
      path: 'set',
      format: 'parquet',
      rowsIn: 11,
      problems: TYPED_PROBLEMS,
    },
    'CSV in partitions': {
      files: {
        'csvs/dt=2024-01-30/part-00000.csv': Buffer.from(csv(430)),
        'csvs/dt=2024-01-31/part-00000.csv': Buffer.from(csv(440)),
      },
      path: 'csvs',
      format: 'csv',
      rowsIn: 16,
      problems: [...CSV_PROBLEMS, ...CSV_PROBLEMS].toSorted(),
    },
    Arrow: {
      files: { 'stream.arrows': arrow(500, 'stream') },
      path: 'stream.arrows',
      format: 'arrow',
      rowsIn: 7,
      problems: TYPED_PROBLEMS,
    },
    Feather: {
      files: { 'file.feather': arrow(510, 'file') },
      path: 'file.feather',
      format: 'arrow',
      rowsIn: 7,
      problems: TYPED_PROBLEMS,
    },
    GraphML: graph(
      'g.graphml',
      `<graphml><graph edgedefault="undirected"><node id="600"/><node id="601"/><node id="602"/><node/>
       <edge source="600" target="601"/><edge source="601" target="602"/><edge source="600"/></graph></graphml>`,
      ['bad_record', 'bad_record'],
    ),
    GEXF: graph(
      'g.gexf',
      `<gexf version="1.3"><graph><nodes><node id="610"/><node id="611"/><node id="612"/><node label="x"/></nodes>
       <edges><edge source="610" target="611"/><edge source="611" target="612"/><edge target="610"/></edges></graph></gexf>`,
      ['bad_record', 'bad_record'],
    ),
    GML: graph(
      'g.gml',
      `graph [ node [ id 620 ] node [ id 621 ] node [ id 622 ] node [ label "x" ]
       edge [ source 620 target 621 ] edge [ source 621 target 622 ] edge [ source 620 ] ]`,
      ['bad_record', 'bad_record'],
    ),
  }
}

export function putSample(folder: string, { files }: Sample): void {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
}
