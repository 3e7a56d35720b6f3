import { describe, expect, it } from 'vitest'
import { mappingSchema, type Cell, type Output } from '../../../common/mapping/mapping.ts'
import { guessTable, type TableGuess } from './table.ts'

function guess(file: string, header: string[], rows: string[][], table = ''): TableGuess {
  const found = guessTable({ file, table, columns: header, rows })
  // Whatever is guessed is a mapping that import takes.
  const mapping = { shoalMapping: 1, name: 'guess', tables: [found.mapping] }
  expect(mappingSchema.safeParse(mapping).error?.issues ?? []).toEqual([])
  return found
}
const many = (n: number, row: (i: number) => string[]) => Array.from({ length: n }, (_, i) => row(i))
const columnOf = (cell: Cell | undefined) => (cell && 'column' in cell ? cell.column : cell)
const roles = (output: Output | undefined) =>
  Object.fromEntries(Object.entries(output?.cells ?? {}).map(([role, cell]) => [role, columnOf(cell)]))
const links = (found: TableGuess) =>
  found.mapping.outputs
    .filter((o) => o.to === 'links')
    .map(({ cells }) => [cells['entity_type'], columnOf(cells['entity_id'])])

describe('guessing what a table is', () => {
  it('takes the export layout as it is', () => {
    const found = guess(
      'events.csv',
      ['account_id', 'ts', 'kind', 'ip', 'note'],
      many(30, (i) => [`a${i}`, '2024-01-31T00:00:00Z', 'login', '10.0.0.1', 'x']),
    )
    expect(found).toMatchObject({ kind: 'events', sure: 1, notes: [] })
    expect(roles(found.mapping.outputs[0])).toEqual({
      account_id: 'account_id',
      ts: 'ts',
      kind: 'kind',
      ip: 'ip',
    })
    expect(found.mapping.outputs).toHaveLength(1)
    expect(found.mapping.outputs[0]!.attributes).toBe('rest')
  })

  it('knows an account by the words that data platforms have for it', () => {
    for (const name of [
      '用户唯一标识（平台内部编号，勿外传）',
      '会员标识',
      '客户唯一ID',
      '玩家编码',
      '账号主键',
      '帳號標識',
    ])
      expect(
        roles(
          guess(
            '导出.xlsx',
            [name, '昵称'],
            many(30, (i) => [`00${i}`, `n${i}`]),
          ).mapping.outputs[0],
        ),
        name,
      ).toEqual({
        account_id: name,
      })
  })

  it('knows a label by what is asked: 是否被封禁, 是否已拉黑', () => {
    for (const name of ['是否被封禁', '是否已拉黑', '是否封号处理', '是否异常用户']) {
      const found = guess(
        '会员.xlsx',
        ['会员编号', '昵称', name],
        many(30, (i) => [`00${i}`, `n${i}`, i % 9 ? '否' : '是']),
      )
      const label = found.mapping.outputs.find(({ to }) => to === 'labels')
      expect(label?.cells['label'], name).toMatchObject({
        column: name,
        words: { 是: 'malicious', 否: 'benign' },
      })
    }
  })

  it('reads a Chinese login log, its clock in Beijing', () => {
    const found = guess(
      '登录日志_20240301.csv',
      ['用户ID', '登录时间', '登录IP', '设备号', '登录方式', '登录结果', '城市'],
      many(60, (i) => [
        `${100200300400500 + (i % 20)}`,
        `2024/3/1 ${8 + (i % 10)}:0${i % 10}:00`,
        `10.1.${i}.9`,
        `D-${i % 7}`,
        '密码',
        i % 5 ? '成功' : '失败',
        '深圳',
      ]),
    )
    expect(found.kind).toBe('events')
    expect(found.sure).toBeGreaterThan(0.8)
    expect(roles(found.mapping.outputs[0])).toEqual({
      account_id: '用户ID',
      ts: '登录时间',
      ip: '登录IP',
      device: '设备号',
      context: '登录方式',
      outcome: '登录结果',
      city: '城市',
      kind: { value: 'login' },
    })
    expect(found.mapping.outputs[0]!.cells['ts']).toMatchObject({
      time: { format: 'auto', zone: 'Asia/Shanghai' },
    })
    expect(found.notes).toContainEqual({ code: 'no_zone', column: '登录时间' })
    expect(found.mapping.match.file).toBe('登录日志_*.csv')
  })

  it('reads a list of accounts with what they share and what was judged', () => {
    const found = guess(
      'export.xlsx',
      ['会员编号', '昵称', '注册时间', '手机号', '注册IP', '绑定银行卡', '是否封禁'],
      many(50, (i) => [
        `00${i + 100}`,
        `小${i}`,
        `4535${i % 10}.5`,
        `138000${10000 + i}`,
        `36.1.2.${i % 9}`,
        `6222${i % 11}`,
        i % 4 ? '否' : '是',
      ]),
      '会员',
    )
    expect(found.kind).toBe('accounts')
    expect(roles(found.mapping.outputs[0])).toEqual({ account_id: '会员编号', registered_at: '注册时间' })
    expect(found.mapping.outputs[0]!.cells['registered_at']).toMatchObject({ time: { format: 'excel' } })
    expect(links(found)).toEqual([
      [{ value: 'phone' }, '手机号'],
      [{ value: 'ip' }, '注册IP'],
      [{ value: 'payment' }, '绑定银行卡'],
    ])
    const label = found.mapping.outputs.find(({ to }) => to === 'labels')!
    expect(label.cells['label']).toEqual({ column: '是否封禁', words: { 是: 'malicious', 否: 'benign' } })
    expect(label.optional).toBe(true)
  })

  it('reads complaints, by line number where they have none', () => {
    const found = guess(
      '投诉明细.csv',
      ['投诉人', '被投诉账号', '投诉时间', '投诉类型', '投诉内容'],
      many(30, (i) => [
        `r${i}`,
        `a${i % 6}`,
        '2024-02-03 10:00:00',
        '诈骗',
        `对方以刷单为由骗我转账${i}元，请尽快处理`,
      ]),
    )
    expect(found.kind).toBe('reports')
    expect(roles(found.mapping.outputs[0])).toMatchObject({
      report_id: { row: true },
      reporter_id: '投诉人',
      account_id: '被投诉账号',
      category: '投诉类型',
      text: '投诉内容',
    })
    expect(found.notes).toContainEqual({ code: 'row_numbers_as_ids', column: null })
  })

  it('reads transfers as relations, with their amounts as weights', () => {
    const found = guess(
      'transfers.tsv',
      ['tx_id', 'payer', 'payee', 'amount', 'paid_at'],
      many(30, (i) => [`t${i}`, `a${i % 9}`, `b${i % 8}`, `${i}.50`, `17093${10000 + i}`]),
    )
    expect(found.kind).toBe('relations')
    expect(roles(found.mapping.outputs[0])).toMatchObject({
      src: 'payer',
      dst: 'payee',
      weight: 'amount',
      first_seen: 'paid_at',
    })
  })

  it('reads an edge list from a graph file', () => {
    const found = guess(
      'g.graphml',
      ['source', 'target', 'weight'],
      many(20, (i) => [`n${i}`, `n${i + 1}`, '1']),
      'edges',
    )
    expect(found.kind).toBe('relations')
    expect(roles(found.mapping.outputs[0])).toMatchObject({ src: 'source', dst: 'target', weight: 'weight' })
    const nodes = guess(
      'g.graphml',
      ['id', 'label', 'size'],
      many(20, (i) => [`n${i}`, `Name ${i}`, '3']),
      'nodes',
    )
    expect(nodes.kind).toBe('accounts')
    expect(roles(nodes.mapping.outputs[0])).toEqual({ account_id: 'id' })
  })

  it('reads bindings without a type column as links', () => {
    const found = guess(
      'device_bind.csv',
      ['uid', 'device_id', 'first_time', 'last_time'],
      many(40, (i) => [`u${i % 15}`, `d${i % 9}`, '2024-01-01', '2024-01-02']),
    )
    expect(found.kind).toBe('links')
    expect(links(found)).toEqual([[{ value: 'device' }, 'device_id']])
    expect(found.mapping.outputs[0]!.optional).toBe(false)
    expect(roles(found.mapping.outputs[0])).toMatchObject({
      first_seen: 'first_time',
      last_seen: 'last_time',
    })
  })

  it('reads a list of labels', () => {
    const found = guess(
      'ground_truth.csv',
      ['user_id', 'is_fraud'],
      many(40, (i) => [`u${i}`, `${i % 3 === 0 ? 1 : 0}`]),
    )
    expect(found.kind).toBe('labels')
    expect(found.mapping.outputs[0]!.cells['label']).toEqual({
      column: 'is_fraud',
      words: { 0: 'benign', 1: 'malicious' },
    })
  })

  it('says when a date can be read two ways, and when it cannot', () => {
    const rows = (day: number) => many(30, (i) => [`u${i % 9}`, `0${1 + (i % 9)}/${day}/2024 10:00`, 'login'])
    const either = guess('log.csv', ['user', 'event time', 'action'], rows(11))
    expect(either.notes).toContainEqual({ code: 'day_or_month', column: 'event time' })
    const american = guess('log.csv', ['user', 'event time', 'action'], rows(25))
    expect(american.mapping.outputs[0]!.cells['ts']).toMatchObject({ time: { format: 'month-first' } })
    expect(american.notes).not.toContainEqual({ code: 'day_or_month', column: 'event time' })
  })

  it('takes the zone that a header states', () => {
    const found = guess(
      'log.csv',
      ['user', 'login time (UTC+8)', 'ip'],
      many(30, (i) => [`u${i % 9}`, '2024-01-01 10:00:00', '10.0.0.1']),
    )
    expect(found.mapping.outputs[0]!.cells['ts']).toMatchObject({ time: { zone: '+08:00' } })
    expect(found.notes).toEqual([])
  })

  it('says so when it cannot tell', () => {
    const found = guess(
      'x.csv',
      ['foo', 'bar'],
      many(20, (i) => [`${i}`, 'z']),
    )
    expect(found).toMatchObject({ kind: null, sure: 0 })
    expect(found.mapping.outputs).toEqual([])
  })

  it('is not misled by names that values contradict', () => {
    const found = guess(
      'events.csv',
      ['account', 'time', 'ip'],
      many(30, (i) => [`a${i % 5}`, '2024-01-01T00:00:00Z', `note ${i}`]),
    )
    expect(roles(found.mapping.outputs[0])).toEqual({ account_id: 'account', ts: 'time' })
  })
})
