/** Tables as platforms, tools and public sets hand them out: nobody prepared them for Shoal. */
import { describe, expect, it, test } from 'vitest'
import { mappingSchema, type Cell, type Output } from '../../../common/mapping/mapping.ts'
import { guessTable, SURE, type TableGuess } from './table.ts'

function guess(file: string, header: string, row: (i: number) => string[], n = 60): TableGuess {
  const columns = header.split('|')
  const found = guessTable({ file, table: '', columns, rows: Array.from({ length: n }, (_, i) => row(i)) })
  const mapping = { shoalMapping: 1, name: 'guess', tables: [found.mapping] }
  expect(mappingSchema.safeParse(mapping).error?.issues ?? []).toEqual([])
  return found
}
const columnOf = (cell: Cell) => ('column' in cell ? cell.column : 'value' in cell ? `=${cell.value}` : '#')
const roles = (output: Output | undefined) =>
  Object.fromEntries(Object.entries(output?.cells ?? {}).map(([role, cell]) => [role, columnOf(cell)]))
const main = (found: TableGuess) => roles(found.mapping.outputs[0])
const outputs = (found: TableGuess) => found.mapping.outputs.map(({ to }) => to)
const isoOf = (i: number) => new Date(1_700_000_000_000 + i * 3_600_000).toISOString()

describe('who a row is of', () => {
  it('takes who acts where each row has an id of its own', () => {
    const found = guess('tweets.csv', 'id|text|user_id|created_at', (i) => [
      `59393239266391${2449 + i}`,
      `RT @someone: please check my new site number ${i} and win`,
      `3321289${i % 7}`,
      'Fri May 01 00:18:11 +0000 2015',
    ])
    expect(found.kind).toBe('events')
    expect(main(found)).toEqual({ account_id: 'user_id', ts: 'created_at', kind: '=post' })
  })

  it('reads a list of users by its id and not by a name', () => {
    const found = guess('users.csv', 'id|name|screen_name|created_at|updated', (i) => [
      `${33 + i}`,
      `Name ${i}`,
      `user_${i}`,
      'Tue Mar 17 20:24:25 +0000 2009',
      '2016-03-15 15:53:47',
    ])
    expect(main(found)).toEqual({ account_id: 'id', registered_at: 'created_at' })
  })

  it('looks into nested names, past what MongoDB and Elasticsearch put around them', () => {
    const mongo = guess('users.json', '_id.$oid|userId.$numberLong|createdAt.$date|banned', (i) => [
      `fedbd435d298639397e9${1000 + i}`,
      `${9_007_199_254_740_000 + i}`,
      isoOf(i),
      `${i % 9 === 0}`,
    ])
    expect(main(mongo)).toEqual({ account_id: 'userId.$numberLong', registered_at: 'createdAt.$date' })
    const elastic = guess(
      'dump.jsonl',
      '_id|_source.@timestamp|_source.user.id|_source.source.ip|_source.event.action',
      (i) => [`x${i}`, isoOf(i), `u${i % 9}`, `10.0.0.${i}`, 'login'],
    )
    expect(main(elastic)).toEqual({
      account_id: '_source.user.id',
      ts: '_source.@timestamp',
      ip: '_source.source.ip',
      kind: '_source.event.action',
    })
  })

  it('does not take what all rows have in common for the account', () => {
    const found = guess(
      'trail.json',
      'userIdentity.accountId|userIdentity.userName|eventTime|sourceIPAddress',
      (i) => ['123456789012', `alice${i % 9}`, isoOf(i), `10.0.0.${i}`],
    )
    expect(main(found)).toMatchObject({ account_id: 'userIdentity.userName', ts: 'eventTime' })
    const nobody = guess('Security.csv', 'Level|Date and Time|Source|Event ID', (i) => [
      'Information',
      `2/${1 + (i % 28)}/2024 2:40:34 AM`,
      'Microsoft-Windows-Security-Auditing',
      '4624',
    ])
    expect(nobody.sure).toBeLessThan(SURE)
  })

  it('takes nobody and nothing shared from lists, objects and hidden values', () => {
    const found = guess('train.json', 'ID|tweet|neighbor.follower|phone|label', (i) => [
      `${1000 + i}`,
      `["some text of a tweet that is long enough ${i}"]`,
      `["${i}"]`,
      `138****${1000 + (i % 5)}`,
      `${i % 2}`,
    ])
    expect(outputs(found)).toEqual(['accounts', 'labels'])
    expect(main(found)).toEqual({ account_id: 'ID' })
    expect(found.notes).toContainEqual({ code: 'masked', column: 'phone' })
  })

  it('does not take a model for a device that accounts share', () => {
    const found = guess('登录.csv', '用户ID|登录时间|登录设备', (i) => [
      `${1000 + (i % 9)}`,
      '2024年3月5日 14:03:22',
      ['iPhone13', 'HUAWEI Mate 60', 'Windows 10'][i % 3]!,
    ])
    expect(main(found)).toEqual({ account_id: '用户ID', ts: '登录时间', kind: '=login' })
    expect(outputs(found)).toEqual(['events'])
  })

  it('says of white space around ids, and drops it only where nearly all have it', () => {
    const of = (end: (i: number) => string) =>
      guess('流水.csv', '交易卡号|交易对手账卡号|交易时间', (i) => [
        `62220210010000${i % 60}${end(i)}`,
        `62170033200000${i % 40}${end(i)}`,
        `2024030${1 + (i % 9)}120300`,
      ])
    expect(of(() => '\t')).toMatchObject({ spaced: true, kind: 'relations' })
    expect(of(() => '\t').notes).toContainEqual({ code: 'spaces_around_ids', column: '交易卡号' })
    expect(of((i) => (i % 3 ? '' : ' ')).spaced).toBe(false)
    expect(of((i) => (i % 3 ? '' : ' ')).notes).toContainEqual({
      code: 'spaces_around_ids',
      column: '交易卡号',
    })
    expect(of(() => '').notes).not.toContainEqual({ code: 'spaces_around_ids', column: '交易卡号' })
  })
})

describe('what a row is', () => {
  it('is a review where rows have ids of their own, though nobody wrote two in the sample', () => {
    const found = guess('review.json', 'review_id|user_id|stars|text|date', (i) => [
      `KU_O5udG6zpxOg-VcAEod${i}`,
      `mh_-eMZ6K5RLWhZyISBh${i}`,
      '5.0',
      `If you decide to eat here, be aware it takes about ${i} hours`,
      '2018-07-07 22:09:11',
    ])
    expect(found.kind).toBe('events')
    expect(main(found)).toEqual({ account_id: 'user_id', ts: 'date', kind: '=review' })
    const tweets = guess('tweets.csv', 'tweetid|userid|account_creation_date|tweet_text|tweet_time', (i) => [
      `8775195${1000 + i}`,
      `x${i}`,
      '2014-05-20',
      `RT @someone: what somebody wrote about it, number ${i}`,
      '2016-07-18 18:18',
    ])
    expect(main(tweets)).toEqual({ account_id: 'userid', ts: 'tweet_time', kind: '=post' })
    const users = guess('user.json', 'user_id|name|yelping_since', (i) => [
      `q${i}`,
      'W',
      '2007-01-25 16:47:26',
    ])
    expect(main(users)).toEqual({ account_id: 'user_id', registered_at: 'yelping_since' })
  })

  it('is no report where one wrote to another', () => {
    const found = guess('聊天记录.csv', '消息ID|发送者|接收者|消息类型|消息内容|发送时间', (i) => [
      `m${i}`,
      `wxid_${i % 9}`,
      `wxid_${i % 7}`,
      '文本',
      '你好，这个项目稳赚不赔，要不要一起投资',
      '2024-03-01 12:00:00',
    ])
    expect(found.kind).toBe('relations')
    expect(main(found)).toMatchObject({ src: '发送者', dst: '接收者', first_seen: '发送时间' })
  })

  it('is an account by its address where nothing else names it, and not where something does', () => {
    const customer = (header: string) =>
      guess('csv.csv', header, (i) => [`a${i}@b.com`, `Bob ${i}`, `10.0.0.${i}`, '2023-01-31 10:00:00'])
    expect(main(customer('Email|Name|IP|Joined'))).toEqual({ account_id: 'Email', registered_at: 'Joined' })
    expect(main(customer('Email|Username|IP|Joined'))).toEqual({
      account_id: 'Username',
      registered_at: 'Joined',
    })
  })

  it('takes what an action came to for its outcome', () => {
    const found = guess('export.csv', '_time|user|src_ip|action', (i) => [
      isoOf(i),
      `u${i % 9}`,
      `10.0.0.${i}`,
      i % 4 ? 'success' : 'failure',
    ])
    expect(main(found)).toEqual({ account_id: 'user', ts: '_time', ip: 'src_ip', outcome: 'action' })
  })

  it('shares a card by its fingerprint, and no device', () => {
    const found = guess('payments.csv', 'Customer ID|Created date (UTC)|Card Fingerprint', (i) => [
      `cus_${i % 9}`,
      '2023-02-03 04:57',
      `x8cb${1000 + i}`,
    ])
    expect(main(found)).toEqual({ account_id: 'Customer ID', ts: 'Created date (UTC)' })
    expect(found.mapping.outputs[1]!.cells['entity_type']).toEqual({ value: 'payment' })
  })
})

describe('between whom', () => {
  test.each([
    ['txId1|txId2', 'txId1', 'txId2'],
    ['node_1|node_2', 'node_1', 'node_2'],
    ['step|nameOrig|oldbalanceOrg|nameDest|oldbalanceDest', 'nameOrig', 'nameDest'],
    ['SOURCE_SUBREDDIT|TARGET_SUBREDDIT', 'SOURCE_SUBREDDIT', 'TARGET_SUBREDDIT'],
    ['calling_number|called_number|duration', 'calling_number', 'called_number'],
    ['FromNodeId|ToNodeId', 'FromNodeId', 'ToNodeId'],
    [':START_ID(User)|:END_ID(User)|:TYPE', ':START_ID(User)', ':END_ID(User)'],
    ['From Bank|Account|To Bank|Account (2)', 'Account', 'Account (2)'],
  ])('%s', (header, src, dst) => {
    const found = guess('x.csv', header, (i) =>
      header.split('|').map((name, at) => (/balance|duration/.test(name) ? `${i}.5` : `N${at % 2}${i % 20}`)),
    )
    expect(found.kind).toBe('relations')
    expect(found.sure).toBeGreaterThanOrEqual(SURE)
    expect(main(found)).toMatchObject({ src, dst })
  })

  it('is not asked of what two columns say of one', () => {
    for (const header of ['user_id|addr1|addr2', 'user_id|src_ip|dst_ip', 'user_id|test_set_1|test_set_2'])
      expect(guess('x.csv', header, (i) => [`u${i}`, `${i % 7}`, `${i % 9}`]).kind, header).not.toBe(
        'relations',
      )
  })

  it('takes no kind of relation from Undirected, a class or a grade', () => {
    const gephi = guess('edges.csv', 'Source|Target|Type|Weight', (i) => [
      `n${i}`,
      `n${i % 9}`,
      'Undirected',
      '1.0',
    ])
    expect(main(gephi)).toEqual({ src: 'Source', dst: 'Target', weight: 'Weight' })
    const classed = guess('Dataset.csv', 'From|To|Value|Class', (i) => [
      `0xa${i}`,
      `0xb${i % 9}`,
      '0.0',
      `${i % 2}`,
    ])
    // A weight of 0 would make every such row a problem.
    expect(main(classed)).toEqual({ src: 'From', dst: 'To' })
  })

  it('tells trust from distrust by the sign', () => {
    const found = guess('signed.tsv', 'FromNodeId|ToNodeId|Sign', (i) => [
      `${i}`,
      `${i % 9}`,
      i % 5 ? '1' : '-1',
    ])
    expect(found.mapping.outputs[0]!.cells['type']).toEqual({
      column: 'Sign',
      words: { '0': 'neutral', '1': 'positive', '-1': 'negative' },
    })
  })
})

describe('tables without a header', () => {
  const edges = (i: number) => [`${i % 40}`, `${(i * 7) % 40}`]

  it('are edge lists where both columns name the same', () => {
    const found = guess('facebook_combined.txt', 'A|B', edges, 200)
    expect(found).toMatchObject({ kind: 'relations' })
    expect(found.sure).toBeGreaterThanOrEqual(SURE)
    expect(main(found)).toEqual({ src: 'A', dst: 'B' })
  })

  it('are for a person to say where a customer may have rated a product', () => {
    const rated = guess('u.data', 'A|B|C|D', (i) => [
      `${i % 40}`,
      `${(i * 7 + 3) % 41}`,
      `${1 + (i % 5)}`,
      `${881_250_949 + i * 60}`,
    ])
    expect(rated.kind).toBe('relations')
    expect(rated.sure).toBeLessThan(SURE)
  })

  it('are edge lists with time and sign where many stand the other way round, too', () => {
    const found = guess(
      'soc-sign-bitcoinotc.csv',
      'A|B|C|D',
      (i) => {
        const pair = [`${i >> 1}`, `${(i >> 1) + 1}`]
        if (i % 2) pair.reverse()
        return [...pair, i % 4 ? '4' : '-10', `${1289241911 + i * 60}.72836`]
      },
      200,
    )
    expect(found.sure).toBeGreaterThanOrEqual(SURE)
    expect(main(found)).toEqual({ src: 'A', dst: 'B', type: 'C', first_seen: 'D' })
    const type = found.mapping.outputs[0]!.cells['type']!
    // Also the grades that the sample does not hold.
    expect('words' in type && type.words).toMatchObject({
      '-9': 'negative',
      '-10': 'negative',
      '10': 'positive',
    })
  })

  it('do not take time that only counts up for a weight', () => {
    const found = guess('email-temporal.txt', 'A|B|C', (i) => [...edges(i), `${i * 37}`], 200)
    expect(main(found)).toEqual({ src: 'A', dst: 'B' })
  })

  it('are labels where words of bots and humans stand beside ids', () => {
    const found = guess('cresci-rtbust-2019.tsv', 'A|B', (i) => [`${33 + i}`, i % 2 ? 'human' : 'bot'])
    expect(found.kind).toBe('labels')
    expect(found.mapping.outputs[0]!.cells['label']).toEqual({
      column: 'B',
      words: { bot: 'malicious', human: 'benign' },
    })
  })

  it('are nothing that could be told where texts or many numbers stand', () => {
    expect(
      guess('x.txt', 'A|B', (i) => [i % 7 ? 'ham' : 'spam', `call me now to win a prize ${i}`]).kind,
    ).toBeNull()
    expect(
      guess('x.csv', 'A|B|C|D|E|F', (i) => Array.from({ length: 6 }, (_, k) => `${i * k}`)).kind,
    ).toBeNull()
  })
})

describe('labels', () => {
  const labelsOf = (found: TableGuess) =>
    found.mapping.outputs.filter(({ to }) => to === 'labels').map(({ cells }) => cells['label'])

  it('are what a status or a class says', () => {
    const status = guess('用户.csv', '微信号|昵称|状态', (i) => [`wx${i}`, `n${i}`, i % 4 ? '正常' : '封禁'])
    expect(labelsOf(status)).toEqual([{ column: '状态', words: { 正常: 'benign', 封禁: 'malicious' } }])
    const of = guess('Fraud_Data.csv', 'user_id|signup_time|class', (i) => [
      `${i}`,
      '2020-02-03 12:30:13',
      `${i % 9 ? 0 : 1}`,
    ])
    expect(labelsOf(of)).toEqual([{ column: 'class', words: { 0: 'benign', 1: 'malicious' } }])
  })

  it('are for a person to say where only numbers stand that may mean either', () => {
    const found = guess('classes.csv', 'txId|class', (i) => [
      `${230425980 + i}`,
      ['1', '2', 'unknown'][i % 3]!,
    ])
    expect(found.kind).toBe('labels')
    expect(found.sure).toBeLessThan(SURE)
    expect(found.mapping.outputs[0]!.cells['label']).toEqual({ column: 'class' })
    expect(found.notes).toContainEqual({ code: 'label_words', column: 'class' })
  })

  it('of single acts say something of the account only where one was bad', () => {
    const found = guess('orders.csv', 'order_id|customer_id|order_date|ip_address|chargeback', (i) => [
      `O${i}`,
      `C${i % 9}`,
      '2024-01-01 10:00:00',
      `10.0.0.${i}`,
      `${i % 9 ? 0 : 1}`,
    ])
    expect(found.kind).toBe('events')
    expect(roles(found.mapping.outputs.at(-1))).toMatchObject({ label: 'chargeback', ts: 'order_date' })
    expect(labelsOf(found)).toEqual([{ column: 'chargeback', words: { 0: '', 1: 'malicious' } }])
  })

  it('are the same for all of a list that is called so', () => {
    for (const file of ['封禁名单.csv', 'banned_users.csv', 'blacklist.xlsx', '黑名单2024.csv']) {
      const found = guess(file, '用户ID|昵称', (i) => [`u${i}`, `n${i}`])
      expect(labelsOf(found), file).toEqual([{ value: 'malicious' }])
      expect(found.notes, file).toContainEqual({ code: 'label_by_name', column: null })
    }
    expect(labelsOf(guess('会员.csv', '用户ID|昵称', (i) => [`u${i}`, `n${i}`]))).toEqual([])
  })
})

describe('words and values', () => {
  it('says what yes and no mean where it is asked whether it went well', () => {
    const found = guess('rba.csv', 'User ID|Login Timestamp|IP Address|Login Successful', (i) => [
      `-43244755833065919${10 + (i % 9)}`,
      '2020-02-03 12:43:30.772',
      `10.0.0.${i}`,
      i % 5 ? 'True' : 'False',
    ])
    expect(found.mapping.outputs[0]!.cells['outcome']).toEqual({
      column: 'Login Successful',
      words: { True: 'ok', False: 'fail' },
    })
    expect(found.sure).toBeGreaterThanOrEqual(SURE)
  })

  it('knows words for no value by what stands there, but not the country NA', () => {
    const of = (header: string, cell: string) =>
      guess('x.csv', header, (i) => [`u${i % 9}`, '2024-01-01T00:00:00Z', i % 3 ? 'x' : cell]).mapping.nulls
    expect(of('user_id|time|note', 'x')).toEqual(['\\N', 'NULL'])
    expect(of('user_id|time|device_id', 'None')).toEqual(['\\N', 'NULL', 'None'])
    expect(of('user_id|time|device_id', 'NA')).toContain('NA')
    expect(of('user_id|time|country', 'NA')).not.toContain('NA')
  })

  it('reads headers in traditional characters', () => {
    const found = guess('檢舉紀錄.csv', '檢舉編號|檢舉人|被檢舉人|檢舉時間|檢舉內容', (i) => [
      `R${i}`,
      `u${i % 9}`,
      `u${i % 7}`,
      '2024/3/5 下午2:03',
      '這個人一直傳詐騙訊息給我要我投資',
    ])
    expect(found.kind).toBe('reports')
    expect(main(found)).toEqual({
      report_id: '檢舉編號',
      reporter_id: '檢舉人',
      account_id: '被檢舉人',
      ts: '檢舉時間',
      text: '檢舉內容',
    })
  })

  it('takes what somebody wrote for an act of theirs and no complaint about them', () => {
    const found = guess('messages.json', 'id|type|date|from|from_id|text', (i) => [
      `${i}`,
      'message',
      '2024-03-05T12:00:00',
      `Bob ${i % 9}`,
      `user10000${i % 9}`,
      `hello there this is a long message number ${i}`,
    ])
    expect(found.kind).toBe('events')
    expect(main(found)).toMatchObject({ account_id: 'from_id', ts: 'date' })
  })
})
