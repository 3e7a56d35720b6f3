import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Mapping, Output } from '../../common/mapping/mapping.ts'
import { migrations } from '../../core/db/migrations/index.ts'
import { importExport } from './import.ts'
import { checkIntegrity, createWorkspace, writeFiles } from './testing/workspace.ts'
import type { TestWorkspace } from './testing/workspace.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')
let w: TestWorkspace
beforeEach(() => {
  w = createWorkspace(schema)
})
afterEach(() => {
  checkIntegrity(w.db)
  w.dispose()
})

const put = (files: Record<string, string | Buffer>) => writeFiles(w.root, files)
const run = (paths: string[], given?: Mapping) =>
  importExport(w.ctx, { paths: paths.map((path) => join(w.root, path)), given })
const all = (query: string) => w.db.prepare(query).raw().all()
const mapping = (outputs: Partial<Output>[], more: Partial<Mapping> = {}): Mapping => ({
  shoalMapping: 1,
  name: 'test',
  tables: [
    {
      match: { file: '*', columns: [] },
      read: {},
      outputs: outputs.map((output) => ({ attributes: [], optional: false, ...output }) as Output),
    },
  ],
  identity: { account: [], entity: {}, region: 'CN' },
  ...more,
})
const column = (name: string) => ({ column: name })

describe('without a mapping', () => {
  test('a Chinese list of members becomes accounts, what they share, and labels', async () => {
    const rows = Array.from(
      { length: 30 },
      (_, i) =>
        `00${100 + i},小${i},2024年3月${1 + (i % 28)}日 09:30,1380000${1000 + i},36.1.2.${i % 9},${i % 4 ? '否' : '是'}`,
    )
    put({ '会员.csv': `会员编号,昵称,注册时间,手机号,注册IP,是否封禁\n${rows.join('\n')}\n` })
    const result = await run(['会员.csv'])
    expect(result).toMatchObject({ rowsIn: 30, rowsStored: 30, problems: 0, accountsAdded: 30 })
    expect(result.sources[0]).toMatchObject({
      table: 'accounts',
      format: 'csv',
      facts: { accounts: 30, links: 60, labels: 30 },
    })
    expect(result.warnings.map(({ code }) => code)).toEqual(['guessed_mapping'])
    expect(all('SELECT key FROM account LIMIT 2')).toEqual([['00100'], ['00101']])
    // Nine in the morning in China.
    expect(all('SELECT registered_at, tz_offset, attributes FROM account_record LIMIT 1')).toEqual([
      [Date.parse('2024-03-01T09:30:00+08:00'), 480, '{"昵称":"小0"}'],
    ])
    expect(all(`SELECT t.value, count(*) FROM entity e JOIN term t ON t.id = e.type_id GROUP BY 1`)).toEqual([
      ['ip', 9],
      ['phone', 30],
    ])
    expect(all('SELECT label, count(*) FROM label GROUP BY 1')).toEqual([
      ['benign', 22],
      ['malicious', 8],
    ])
    expect(all('SELECT table_name, rows FROM ready_fact ORDER BY 1')).toEqual([
      ['accounts', 30],
      ['labels', 30],
      ['links', 60],
    ])
  })

  test('logins alone, packed, are enough', async () => {
    const lines = Array.from(
      { length: 40 },
      (_, i) => `u${i % 6},2024-03-01 10:${10 + i}:00,10.0.0.${i % 5},ok`,
    )
    put({ 'logins.csv.gz': gzipSync(`user_id,login_time,ip,result\n${lines.join('\n')}\n`) })
    const result = await run(['logins.csv.gz'])
    expect(result).toMatchObject({ rowsIn: 40, rowsStored: 40, accountsAdded: 6 })
    expect(all('SELECT count(*), count(DISTINCT ip_id) FROM event')).toEqual([[40, 5]])
    // The same content is the same file, however it is packed.
    put({ 'logins.csv': `user_id,login_time,ip,result\n${lines.join('\n')}\n` })
    expect((await run(['logins.csv'])).sources[0]!.status).toBe('duplicate')
  })

  test('a damaged .gz is refused', async () => {
    const packed = gzipSync(
      Buffer.from(`user_id,login_time,ip\n${'u1,2024-03-01 10:00:00,10.0.0.1\n'.repeat(9999)}`),
    )
    put({ 'logins.csv.gz': packed.subarray(0, packed.length / 2) })
    await expect(run(['logins.csv.gz'])).rejects.toMatchObject({ code: 'import_archive' })
    put({ 'bomb.csv.gz': gzipSync(Buffer.alloc(40 << 20, 'a')) })
    await expect(run(['bomb.csv.gz'])).rejects.toMatchObject({
      code: 'import_archive',
      message: expect.stringContaining('bomb') as string,
    })
  })
})

describe('with a mapping', () => {
  test('a record becomes several facts or none: what is wrong in one output rejects all', async () => {
    put({
      'log.csv': 'who,at,dev,phone\na,2024-01-01,D1,1\nb,2024-01-02,,2\nc,never,D3,3\n,2024-01-04,D4,4\n',
    })
    const result = await run(
      ['log.csv'],
      mapping([
        { to: 'events', cells: { account_id: column('who'), ts: column('at'), kind: { value: 'login' } } },
        {
          to: 'links',
          cells: { account_id: column('who'), entity_type: { value: 'device' }, entity_id: column('dev') },
          optional: true,
        },
      ]),
    )
    expect(result).toMatchObject({ rowsIn: 4, rowsStored: 2, problems: 2, accountsAdded: 2 })
    expect(result.sources[0]!.facts).toEqual({ events: 2, links: 1 })
    expect(all('SELECT key FROM account')).toEqual([['a'], ['b']])
    expect(all('SELECT key FROM entity')).toEqual([['D1']])
    // Problems speak of the file's columns.
    expect(all('SELECT row, column_name, code FROM import_problem')).toEqual([
      [3, 'at', 'bad_time'],
      [4, 'who', 'missing_value'],
    ])
    expect(result.warnings).toMatchObject([{ code: 'ignored_columns' }])
  })

  test('ids are verbatim, or made comparable where that is asked for', async () => {
    const file = 'id,phone,address\n" Ab1 ",138 0000 1234,2001:DB8::0:1\nab1,+8613800001234,2001:db8::1\n'
    const outputs: Partial<Output>[] = [
      { to: 'accounts', cells: { account_id: column('id') } },
      {
        to: 'links',
        cells: { account_id: column('id'), entity_type: { value: 'phone' }, entity_id: column('phone') },
      },
      {
        to: 'links',
        cells: { account_id: column('id'), entity_type: { value: 'ip' }, entity_id: column('address') },
      },
    ]
    put({ 'a.csv': file })
    await run(['a.csv'], mapping(outputs))
    expect(all('SELECT key FROM account')).toEqual([[' Ab1 '], ['ab1']])
    expect(all('SELECT count(*) FROM entity')).toEqual([[4]])
    w.dispose()
    w = createWorkspace(schema)
    put({ 'a.csv': file })
    const identity = {
      account: ['trim' as const, 'lower' as const],
      entity: { phone: ['phone' as const], ip: ['ip' as const] },
      region: 'CN',
    }
    await run(['a.csv'], mapping(outputs, { identity }))
    expect(all('SELECT key FROM account')).toEqual([['ab1']])
    expect(all('SELECT key FROM entity ORDER BY 1')).toEqual([['+8613800001234'], ['2001:db8::1']])
    expect(all('SELECT count(*) FROM account_record')).toEqual([[2]])
  })

  test('an entity type that differs from row to row has its own rules', async () => {
    put({ 'l.csv': 'acc,kind,thing\na,PHONE,138 0000 1234\na,device,138 0000 1234\n' })
    await run(
      ['l.csv'],
      mapping(
        [
          {
            to: 'links',
            cells: {
              entity_id: column('thing'),
              account_id: column('acc'),
              entity_type: { column: 'kind', words: { PHONE: 'phone' } },
            },
          },
        ],
        { identity: { account: [], entity: { phone: ['phone'] }, region: 'CN' } },
      ),
    )
    expect(all('SELECT key FROM entity')).toEqual([['+8613800001234'], ['138 0000 1234']])
  })

  test('complaints without ids are numbered, times stand in their zone, words are renamed', async () => {
    put({ 'c.csv': 'on,by,when,what,kind\na,b,03/04/2024 10:00,"他骗我",1\na,c,04/04/2024 10:00,spam,2\n' })
    await run(
      ['c.csv'],
      mapping([
        {
          to: 'reports',
          cells: {
            report_id: { row: true },
            account_id: column('on'),
            reporter_id: column('by'),
            ts: { column: 'when', time: { format: 'day-first', zone: 'Asia/Shanghai' } },
            text: column('what'),
            category: { column: 'kind', words: { 1: 'fraud' } },
          },
        },
      ]),
    )
    const sha = (all('SELECT sha256 FROM source') as string[][])[0]![0]!.slice(0, 12)
    expect(all('SELECT key, ts, tz_offset, category, text FROM report')).toEqual([
      [`${sha}-1`, Date.parse('2024-04-03T10:00:00+08:00'), 480, 'fraud', '他骗我'],
      [`${sha}-2`, Date.parse('2024-04-04T10:00:00+08:00'), 480, '2', 'spam'],
    ])
  })

  test('only what it names is imported; a column that is not there is named', async () => {
    put({ 'x/a.csv': 'id\n1\n', 'x/b.csv': 'id\n2\n' })
    const only = mapping([{ to: 'accounts', cells: { account_id: column('id') } }])
    only.tables[0]!.match.file = 'B*.csv'
    const result = await run(['x'], only)
    expect(result).toMatchObject({ rowsIn: 1, rowsStored: 1, ignored: [join(w.root, 'x/a.csv')] })
    expect(all('SELECT key FROM account')).toEqual([['2']])
    put({ 'c.csv': 'name\n3\n' })
    await expect(
      run(['c.csv'], mapping([{ to: 'accounts', cells: { account_id: column('id') } }])),
    ).rejects.toMatchObject({
      code: 'import_missing_column',
      details: { missing: ['id'], found: ['name'] },
    })
  })
})

test('what is no table, or says nothing of itself, is left out where something else can be imported', async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `u${i},n${i}`).join('\n')
  put({
    'x/users.csv': `user_id,name\n${rows}\n`,
    'x/read me.txt': 'Exported on Monday.',
    'x/misc.csv': 'foo,bar\n1,z\n2,z\n',
    'x/settings.json': '{"a": 1}',
  })
  const result = await run(['x'])
  expect(result.sources.map(({ path }) => path)).toEqual([join(w.root, 'x/users.csv')])
  expect(result.warnings.filter(({ code }) => code === 'ignored_table')).toHaveLength(3)
})
