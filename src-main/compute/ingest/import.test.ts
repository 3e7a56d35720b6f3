import Sqlite from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { migrations } from '../../core/db/migrations/index.ts'
import { ROWS_PER_TRANSACTION } from '../store/open.ts'
import { importExport } from './import.ts'
import { checkIntegrity, contentHash, countRows, createWorkspace, writeFiles } from './testing/workspace.ts'
import type { TestWorkspace } from './testing/workspace.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')

let w: TestWorkspace
beforeEach(() => {
  w = createWorkspace(schema)
})
afterEach(() => w.dispose())

const run = (...paths: string[]) => importExport(w.ctx, { paths: paths.map((p) => join(w.root, p)) })
const all = (query: string) => w.db.prepare(query).all()
const put = (files: Record<string, string | Buffer>) => writeFiles(w.root, files)

const WHOLE = {
  'x/accounts.csv':
    'account_id,registered_at,tier,note\n007,2024-01-31T08:00:00+08:00,gold,\n18446744073709551615,,,"say ""hi"""\n',
  'x/relations.csv':
    'src,dst,type,weight,first_seen,last_seen\n007,Ann,friend,2.5,2024-01-01,2024-02-01\nAnn,ann,,,,\n',
  'x/links.csv':
    'account_id,entity_type,entity_id,first_seen,last_seen,count\n007,device,D1,,,\nBob,payment,P1,1700000000,1700000001,7\n',
  'x/events.csv':
    'account_id,ts,kind,context,ip,device,country,city,outcome,agent\n007,2024-02-03 04:05:06,login,web,1.2.3.4,D1,CN,北京,ok,Moz\n007,1700000000123,,,,,,,,\n',
  'x/reports.csv':
    'report_id,account_id,reporter_id,ts,lang,category,text\nr1,007,Eve,2024-03-01T00:00:00Z,zh,scam,"他骗我的钱\n还拉黑我"\nr2,Ann,,,,,free nitro here\n',
  'x/labels.csv': 'account_id,label,source,ts\n007,malicious,trust team,2024-03-02\nZed,benign,,\n',
}

describe('a whole export', () => {
  test('lands in the tables as it was, with source and row', async () => {
    put(WHOLE)
    const result = await run('x')
    expect(result).toMatchObject({ rowsIn: 12, rowsStored: 12, problems: 0, accountsAdded: 7, warnings: [] })
    expect(result.bytes).toBe(Object.values(WHOLE).reduce((n, text) => n + Buffer.byteLength(text), 0))
    expect(result.sources.map((s) => s.table)).toEqual([
      'accounts',
      'relations',
      'links',
      'events',
      'reports',
      'labels',
    ])
    expect(all('SELECT id, key, source_id, row FROM account')).toEqual([
      { id: 1, key: '007', source_id: 1, row: 1 },
      { id: 2, key: '18446744073709551615', source_id: 1, row: 2 },
      { id: 3, key: 'Ann', source_id: 2, row: 1 },
      { id: 4, key: 'ann', source_id: 2, row: 2 },
      { id: 5, key: 'Bob', source_id: 3, row: 2 },
      { id: 6, key: 'Eve', source_id: 5, row: 1 },
      { id: 7, key: 'Zed', source_id: 6, row: 2 },
    ])
    expect(all('SELECT account_id, registered_at, tz_offset, attributes, row FROM account_record')).toEqual([
      {
        account_id: 1,
        registered_at: Date.parse('2024-01-31T00:00:00Z'),
        tz_offset: 480,
        attributes: '{"tier":"gold"}',
        row: 1,
      },
      { account_id: 2, registered_at: null, tz_offset: null, attributes: '{"note":"say \\"hi\\""}', row: 2 },
    ])
    expect(
      all(
        `SELECT src_id, dst_id, value AS type, weight, first_seen, last_seen, row
         FROM relation JOIN term ON term.id = type_id ORDER BY row`,
      ),
    ).toEqual([
      {
        src_id: 1,
        dst_id: 3,
        type: 'friend',
        weight: 2.5,
        first_seen: Date.parse('2024-01-01'),
        last_seen: Date.parse('2024-02-01'),
        row: 1,
      },
      { src_id: 3, dst_id: 4, type: 'relation', weight: 1, first_seen: null, last_seen: null, row: 2 },
    ])
    expect(
      all(
        `SELECT a.key AS account, t.value AS type, e.key AS entity, l.first_seen, l.last_seen, l.count
         FROM link l JOIN account a ON a.id = l.account_id JOIN entity e ON e.id = entity_id
         JOIN term t ON t.id = e.type_id ORDER BY l.id`,
      ),
    ).toEqual([
      { account: '007', type: 'device', entity: 'D1', first_seen: null, last_seen: null, count: 1 },
      {
        account: 'Bob',
        type: 'payment',
        entity: 'P1',
        first_seen: 1_700_000_000_000,
        last_seen: 1_700_000_001_000,
        count: 7,
      },
    ])
    expect(
      all(
        `SELECT ts, tz_offset, k.value AS kind, c.value AS context, i.key AS ip, d.key AS device, co.value AS country,
                ci.value AS city, o.value AS outcome, attributes
         FROM event JOIN term k ON k.id = kind_id LEFT JOIN term c ON c.id = context_id
         LEFT JOIN entity i ON i.id = ip_id LEFT JOIN entity d ON d.id = device_id
         LEFT JOIN term co ON co.id = country_id LEFT JOIN term ci ON ci.id = city_id
         LEFT JOIN term o ON o.id = outcome_id ORDER BY event.id`,
      ),
    ).toEqual([
      {
        ts: Date.parse('2024-02-03T04:05:06Z'),
        tz_offset: null,
        kind: 'login',
        context: 'web',
        ip: '1.2.3.4',
        device: 'D1',
        country: 'CN',
        city: '北京',
        outcome: 'ok',
        attributes: '{"agent":"Moz"}',
      },
      {
        ts: 1_700_000_000_123,
        tz_offset: null,
        kind: 'event',
        context: null,
        ip: null,
        device: null,
        country: null,
        city: null,
        outcome: null,
        attributes: null,
      },
    ])
    // The device of a link and of an event is one entity.
    expect(all(`SELECT key FROM entity ORDER BY id`)).toEqual([
      { key: 'D1' },
      { key: 'P1' },
      { key: '1.2.3.4' },
    ])
    expect(all('SELECT key, account_id, reporter_id, lang, category, text FROM report')).toEqual([
      {
        key: 'r1',
        account_id: 1,
        reporter_id: 6,
        lang: 'zh',
        category: 'scam',
        text: '他骗我的钱\n还拉黑我',
      },
      { key: 'r2', account_id: 3, reporter_id: null, lang: null, category: null, text: 'free nitro here' },
    ])
    expect(all(`SELECT rowid FROM report_fts WHERE report_fts MATCH '骗我的'`)).toEqual([{ rowid: 1 }])
    expect(all(`SELECT rowid FROM report_fts WHERE report_fts MATCH 'nitro'`)).toEqual([{ rowid: 2 }])
    expect(all('SELECT account_id, label, label_source, ts FROM label')).toEqual([
      { account_id: 1, label: 'malicious', label_source: 'trust team', ts: Date.parse('2024-03-02') },
      { account_id: 7, label: 'benign', label_source: null, ts: null },
    ])
    const source = w.db.prepare(`SELECT * FROM source WHERE table_name = 'accounts'`).get() as {
      mapping: string
    }
    expect(JSON.parse(source.mapping)).toMatchObject({
      columns: ['account_id', 'registered_at', 'tier', 'note'],
      outputs: [
        {
          to: 'accounts',
          cells: { account_id: { column: 'account_id' }, registered_at: { column: 'registered_at' } },
          attributes: 'rest',
        },
      ],
    })
    expect(source).toMatchObject({
      path: join(w.root, 'x/accounts.csv'),
      entry: null,
      sha256: createHash('sha256').update(WHOLE['x/accounts.csv']).digest('hex'),
      bytes: Buffer.byteLength(WHOLE['x/accounts.csv']),
      encoding: 'utf-8',
      rows_in: 2,
      rows_stored: 2,
      problems: 0,
      status: 'ready',
    })
    expect(all(`SELECT * FROM meta WHERE key = 'import.floor'`)).toEqual([])
    checkIntegrity(w.db)
  })

  test('gives the same content from a folder and from a zip, plain or nested, TSV or CSV', async () => {
    put(WHOLE)
    await run('x')
    const expected = facts()
    for (const nested of ['', 'export/']) {
      const other = createWorkspace(schema)
      try {
        const zip = new ZipFile()
        for (const [name, text] of Object.entries(WHOLE)) {
          const upper = name.slice(2).replace('events.csv', 'Events.TSV')
          zip.addBuffer(
            Buffer.from(upper.endsWith('TSV') ? text.replaceAll(',', '\t') : text),
            nested + upper,
          )
        }
        zip.addBuffer(Buffer.from('junk'), '__MACOSX/._accounts.csv')
        zip.addBuffer(Buffer.from('junk'), `${nested}.DS_Store`)
        zip.end()
        const path = join(other.root, 'export.zip')
        await pipeline(zip.outputStream, createWriteStream(path))
        const result = await importExport(other.ctx, { paths: [path] })
        expect(result.warnings).toEqual([])
        expect(result.sources.map((s) => s.entry)).toContain(`${nested}Events.TSV`)
        expect(facts(other)).toEqual(expected)
        checkIntegrity(other.db)
      } finally {
        other.dispose()
      }
    }
  })

  test('may come in two imports: known accounts, entities and terms are found again', async () => {
    put(WHOLE)
    await run('x/accounts.csv', 'x/relations.csv')
    const rest = await run('x/links.csv', 'x/events.csv', 'x/reports.csv', 'x/labels.csv')
    expect(rest.accountsAdded).toBe(3)
    const other = createWorkspace(schema)
    try {
      await importExport(other.ctx, { paths: [join(w.root, 'x')] })
      expect(facts()).toEqual(facts(other))
    } finally {
      other.dispose()
    }
  })

  function facts(of: TestWorkspace = w): unknown {
    return [
      'account',
      'account_record',
      'entity',
      'relation',
      'link',
      'event',
      'report',
      'label',
      'term',
    ].map((t) => of.db.prepare(`SELECT * FROM ${t} ORDER BY 1`).all())
  }
})

describe('wrong rows', () => {
  test('are listed with file, row, column, reason and raw text; the rest is stored', async () => {
    put({
      'accounts.csv':
        'account_id,registered_at\nu1,2024-01-01\n,2024-01-01\nu2,soon\nu3,1985-01-01\nu4\nu5,,x\n',
      'relations.csv':
        'src,dst,weight,first_seen,last_seen\nu1,u2,0,,\nu1,,1,,\nu1,u2,heavy,,\nu1,u2,1,2024-02-02,2024-01-01\nu1,u9,3,2024-02-02T10:00:00Z,2024-02-02\n',
      'links.csv':
        'account_id,entity_type,entity_id,count\nu1,,D,1\nu1,device,,1\nu1,device,D,1.5\nu1,device,D,0\nu1,device,D,3\n',
      'events.csv': 'account_id,ts\nu1,\nghost,never\nu1,"2024-01-01"x\nu1,2024-01-01\nu1,20\0\nu1,"2024',
      'reports.csv': 'report_id,account_id,text\nr1,u1,hello\nr1,u1,again\nr2,u1,\nr3,ghost2,\n',
      'labels.csv': 'account_id,label\nu1,\nu1,benign\n',
    })
    const result = await run('.')
    expect(result).toMatchObject({ rowsIn: 28, rowsStored: 6, problems: 22 })
    for (const s of result.sources) expect(s.rowsIn).toBe(s.rowsStored + s.problems)
    const listed = all(
      `SELECT table_name || ' ' || p.row || ' ' || coalesce(column_name, '-') || ' ' || code AS p
       FROM import_problem p JOIN source s ON s.id = source_id ORDER BY p.id`,
    ).map((r) => (r as { p: string }).p)
    expect(listed).toEqual([
      'accounts 2 account_id missing_value',
      'accounts 3 registered_at bad_time',
      'accounts 4 registered_at bad_time',
      'accounts 5 - ragged_row',
      'accounts 6 - ragged_row',
      'relations 1 weight bad_number',
      'relations 2 dst missing_value',
      'relations 3 weight bad_number',
      'relations 4 last_seen bad_range',
      'links 1 entity_type missing_value',
      'links 2 entity_id missing_value',
      'links 3 count bad_number',
      'links 4 count bad_number',
      'events 1 ts missing_value',
      'events 2 ts bad_time',
      'events 3 - bad_quote',
      'events 5 - nul_byte',
      'events 6 - unterminated_quote',
      'reports 2 report_id duplicate_report',
      'reports 3 text missing_value',
      'reports 4 text missing_value',
      'labels 1 label missing_value',
    ])
    expect(all(`SELECT message, raw FROM import_problem WHERE code = 'bad_time' LIMIT 1`)).toEqual([
      {
        message:
          'registered_at is "soon", which is no time Shoal reads. Write it like 2024-01-31T12:34:56Z, or as epoch seconds.',
        raw: 'u2,soon',
      },
    ])
    // Rejected rows leave no account behind.
    expect(all(`SELECT key FROM account ORDER BY id`)).toEqual([{ key: 'u1' }, { key: 'u9' }])
    expect(countRows(w.db).import_problem).toBe(22)
    checkIntegrity(w.db)
  })

  test('a report that an earlier import stored is known, another of its id is a problem', async () => {
    put({
      'accounts.csv': 'account_id\nu1\n',
      'reports.csv': 'report_id,account_id,text\nr1,u1,hello\n',
      'later/reports.csv': 'report_id,account_id,text\nr2,u1,new\nr1,u1,hello\n',
      'other/reports.csv': 'report_id,account_id,text\nr3,u1,newer\nr1,u1,hello again\n',
    })
    await run('accounts.csv', 'reports.csv')
    expect(await run('later')).toMatchObject({ rowsIn: 2, rowsStored: 2, problems: 0, rowsKnown: 1 })
    expect(await run('other')).toMatchObject({ rowsIn: 2, rowsStored: 1, problems: 1, rowsKnown: 0 })
    expect(w.db.prepare('SELECT key FROM report ORDER BY key').pluck().all()).toEqual(['r1', 'r2', 'r3'])
  })
})

describe('files', () => {
  test('the same file again is recorded as a duplicate and stores nothing', async () => {
    put(WHOLE)
    await run('x')
    const before = countRows(w.db)
    const again = await run('x', 'x/events.csv')
    expect(again).toMatchObject({ rowsIn: 0, rowsStored: 0, problems: 0, bytes: 0, accountsAdded: 0 })
    expect(again.sources.map((s) => [s.table, s.status])).toEqual([
      ['accounts', 'duplicate'],
      ['relations', 'duplicate'],
      ['links', 'duplicate'],
      ['events', 'duplicate'],
      ['reports', 'duplicate'],
      ['labels', 'duplicate'],
    ])
    expect(again.warnings.map((x) => x.code)).toEqual(Array(6).fill('duplicate_file'))
    expect(countRows(w.db)).toEqual({ ...before, source: before.source + 6 })
  })

  test('two copies in one import count once', async () => {
    put({ 'a/accounts.csv': 'account_id\nu1\n', 'b/accounts.csv': 'account_id\nu1\n' })
    const result = await run('a', 'b')
    expect(result.sources.map((s) => s.status)).toEqual(['ready', 'duplicate'])
    expect(result.rowsStored).toBe(1)
  })

  test('unknown names and columns are ignored with a warning', async () => {
    put({
      'x/accounts.csv': 'account_id\nu1\n',
      'x/splits.csv': 'account_id,split\nu1,train\n',
      'x/deep/labels.csv': 'Account ID,Label,by whom\nu1,benign,me\n',
      'x/deep/deeper/events.csv': 'account_id,ts\nu1,2024-01-01\n',
      'x/old.shoal/relations.csv': 'src,dst\na,b\n',
      'x/.hidden/relations.csv': 'src,dst\na,b\n',
    })
    const result = await run('x')
    expect(result.sources.map((s) => s.table)).toEqual(['accounts', 'events', 'labels'])
    expect(result.ignored).toEqual([join(w.root, 'x/splits.csv')])
    expect(result.warnings.map((x) => x.code)).toEqual(['ignored_file', 'ignored_columns'])
    expect(result.warnings[1].message).toContain('by whom')
  })

  test('separators and line ends are found out', async () => {
    put({
      'a/accounts.csv': '\ufeffaccount_id;note\r\nu1;"a;b"\r\nu2;c,d\r\n',
      'b/relations.csv': 'src|dst|type\ru1|u2|x,y\r',
    })
    await run('a', 'b')
    expect(all('SELECT attributes FROM account_record')).toEqual([
      { attributes: '{"note":"a;b"}' },
      { attributes: '{"note":"c,d"}' },
    ])
    expect(all(`SELECT value FROM term WHERE domain = 'relation_type' ORDER BY id`)).toEqual([
      { value: 'x,y' },
    ])
  })

  test('UTF-16 and GBK are read, and a guess is told', async () => {
    const utf16 = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from('account_id,city\nu1,上海\n', 'utf16le'),
    ])
    // account_id,label\nu1,骗子\nu2,这个人不是\n
    const gbk = Buffer.from(
      '6163636f756e745f69642c6c6162656c0a75312ccda8b5c00a75322cd5e2b8f6c8cbb2bbcac70a',
      'hex',
    )
    put({ 'x/accounts.csv': utf16, 'x/labels.csv': gbk })
    const result = await run('x')
    expect(result.sources.map((s) => s.encoding)).toEqual(['utf-16le', 'gb18030'])
    expect(result.sources[0].sha256).toBe(createHash('sha256').update(utf16).digest('hex'))
    expect(result.warnings.map((x) => x.code)).toEqual(['reading'])
    expect(all('SELECT attributes FROM account_record')).toEqual([{ attributes: '{"city":"上海"}' }])
    expect(all('SELECT label FROM label WHERE row = 2')).toEqual([{ label: '这个人不是' }])
  })
})

test('progress goes over all files, names them, and ends at the end', async () => {
  put(WHOLE)
  const { bytes, rowsIn } = await run('x')
  const phases = [...new Set(w.progress.map((p) => p.phase))]
  expect(phases).toEqual([
    'import.check',
    ...['accounts', 'relations', 'links', 'events', 'reports', 'labels'].map((t) => `import.${t}`),
    'import.publish',
  ])
  const stored = w.progress.filter((p) => !/check|publish/.test(p.phase))
  expect(stored.every((p, i) => i === 0 || p.done >= stored[i - 1].done)).toBe(true)
  expect(stored.at(-1)).toEqual({
    phase: 'import.labels',
    done: bytes,
    total: bytes,
    unit: 'bytes',
    detail: join(w.root, 'x/labels.csv'),
    rows: rowsIn,
    file: { number: 6, of: 6 },
  })
})

test('no transaction passes its row limit, and nothing shows before the end', async () => {
  const rows = ROWS_PER_TRANSACTION * 2 + 10
  const lines = ['src,dst']
  for (let i = 0; i < rows; i++) lines.push(`u${i % 99},v${i % 101}`)
  put({ 'relations.csv': lines.join('\n') })
  // A second connection sees what is committed: asked from inside the inserts, it tells how much is not.
  const other = new Sqlite(w.db.name, { readonly: true })
  const committed = other.prepare(`SELECT count(*) FROM relation`).pluck()
  let uncommitted = 0
  w.db.function('watch', (row: number) => {
    if (row % 5_000 === 0) uncommitted = Math.max(uncommitted, row - (committed.get() as number))
    return null
  })
  w.db.exec('CREATE TEMP TRIGGER watch AFTER INSERT ON relation BEGIN SELECT watch(NEW.row); END')
  const visible: number[] = []
  const stored: number[] = []
  const count = w.db.prepare(`SELECT count(*) FROM relation`).pluck()
  const ready = w.db.prepare(`SELECT count(*) FROM ready_source`).pluck()
  const ctx = {
    ...w.ctx,
    checkpoint: async () => {
      stored.push(count.get() as number)
      visible.push(ready.get() as number)
      expect(w.db.inTransaction).toBe(false)
    },
  }
  await importExport(ctx, { paths: [w.root] })
  other.close()
  expect(uncommitted).toBe(ROWS_PER_TRANSACTION)
  expect(stored.at(-1)).toBe(rows)
  // Shown when all is stored; the search index is brought up behind that.
  expect(visible.lastIndexOf(0)).toBeGreaterThanOrEqual(stored.indexOf(rows))
  expect(visible.toSorted((a, b) => a - b)).toEqual(visible)
  expect(ready.get()).toBe(1)
  expect(w.db.pragma('foreign_keys', { simple: true })).toBe(1)
})

test('the same export always gives the same rows and ids', async () => {
  put(WHOLE)
  await run('x')
  const other = createWorkspace(schema)
  try {
    await importExport(other.ctx, { paths: [join(w.root, 'x')] })
    expect(contentHash(other.db)).toBe(contentHash(w.db))
  } finally {
    other.dispose()
  }
})
