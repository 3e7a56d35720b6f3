import { describe, expect, test } from 'vitest'
import { csvReader } from './csv-reader.ts'
import { memorySource, readAll, records } from './testing/read.ts'

const one = async (content: Buffer | string, options = {}) => {
  const [table] = await readAll(csvReader, memorySource(content), options)
  return table
}

describe('delimiters', () => {
  test.each([
    [',', 'id,name\n1,a\n2,b\n'],
    [';', 'id;betrag;name\n1;2,5;a\n2;3,75;b\n3;1,0;c\n'],
    ['\t', 'id\tname, first\n1\ta, x\n2\tb\n'],
    ['|', 'id|when|text\n1|2024-01-01 10:00:00|a, b\n2|2024-01-02 11:00:00|c; d\n'],
    ['\x01', 'id\x01name\n1\x01a\n2\x01b\n'],
    ['^', 'id^name^x\n1^a^u\n2^b^v\n'],
    [' ', '1 2\n3 4\n5 6\n'],
    [',', 'name\nada\ngrace\n'],
    [',', 'time,text\n10:00,a b\n11:30,c d e\n'],
  ])('%j is found', async (delimiter, text) => {
    expect((await one(text)).info.found.delimiter).toBe(delimiter)
  })

  test('that were told win, and must be one character', async () => {
    expect((await one('a,b;c\n1,2;3\n', { delimiter: ';' })).rows).toEqual([['1,2', '3']])
    await expect(one('a,b', { delimiter: '::' })).rejects.toThrow(/one ASCII character/)
  })

  test('Excel\'s line "sep=;" is no record', async () => {
    const table = await one('sep=;\r\nid;name\r\n1;a,b\r\n')
    expect(table.columns).toEqual(['id', 'name'])
    expect(table.rows).toEqual([['1', 'a,b']])
    expect((await one('sep=|\n1|2\n3|4\n')).rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ])
  })
})

describe('quotes', () => {
  test('may be another character or none', async () => {
    expect((await one("a,b\n'x,''y',\"z\n", { quote: "'" })).rows).toEqual([["x,'y", '"z']])
    expect((await one('a,b\n"x,y"\n', { quote: '' })).rows).toEqual([['"x', 'y"']])
  })
})

describe('comments', () => {
  const pairs = Array.from({ length: 20 }, (_, i) => `${i} ${(i * 7) % 20}`)
  const rows = pairs.map((pair) => pair.split(' '))

  test('above an edge list without a header are no records, and a note counts them', async () => {
    const table = await one(`% sym unweighted\n% 20 20 20\n${pairs.join('\n')}\n`)
    expect(table.columns).toEqual(['A', 'B'])
    expect(table.rows).toEqual(rows)
    expect(table.info.notes).toMatchObject([{ code: 'comments', params: { count: 2 } }])
  })

  test('of SNAP name the columns in the last of them', async () => {
    const table = await one(
      `# Directed graph: x.txt\n# Nodes: 20 Edges: 20\n# FromNodeId ToNodeId\n${pairs.join('\n')}\n`.replaceAll(
        /(?<=Id|\d) (?=To|\d)/g,
        '\t',
      ),
    )
    expect(table.columns).toEqual(['FromNodeId', 'ToNodeId'])
    expect(table.rows).toEqual(rows)
  })

  test('of Zeek name the columns behind a word that names none', async () => {
    const table = await one(
      '#separator \\x09\n#path\tconn\n#fields\tts\tuser\thost\n1580688000.1\tu1\th1\n1580688001.2\tu2\th2\n',
    )
    expect(table.columns).toEqual(['ts', 'user', 'host'])
    expect(table.rows).toHaveLength(2)
  })

  test('are passed over also above a header', async () => {
    const table = await one('% made by x\nid,name\n1,a\n2,b\n')
    expect(table.columns).toEqual(['id', 'name'])
    expect(table.rows).toEqual([
      ['1', 'a'],
      ['2', 'b'],
    ])
  })

  test('are what they are where every row begins so, or where somebody says which row is the header', async () => {
    expect((await one('#a,1\n#b,2\n#c,3\n')).rows).toHaveLength(3)
    expect((await one('% x,y\n1,2\n', { headerRow: 1 })).rows).toEqual([['1', '2']])
  })
})

describe('headers', () => {
  test('are no first id of a list of ids made alike', async () => {
    const ids = ['user_ab09b', 'user_5ad06', 'user_c7400', 'user_a60ee']
    expect((await one(`${ids.join('\n')}\n`)).rows).toEqual(ids.map((id) => [id]))
  })

  test.each([
    [
      'titles above are passed over',
      'Export of 2024-01-01\n\nUsers\nid,name,age\n1,a,30\n2,b,31\n',
      ['id', 'name', 'age'],
      2,
    ],
    ['none: numbers', '1,2\n3,4\n5,6\n', ['A', 'B'], 3],
    ['none: ids made alike', 'u1,u2\nu3,u4\nu7,u9\n', ['A', 'B'], 3],
    ['none: a value that comes back', 'anna,login\nbob,login\ncleo,logout\ndora,login\n', ['A', 'B'], 4],
    ['none: times', 'anna,2024-01-01 10:00\nbob,2024-01-02 11:00\n', ['A', 'B'], 2],
    ['years as names', 'country,2019,2020\nDE,a,b\nFR,c,d\n', ['country', '2019', '2020'], 2],
    ['all text', 'src,dst\nanna,bob\nbob,cleo\n', ['src', 'dst'], 2],
    ['one line', 'id,name\n', ['id', 'name'], 0],
    ['Chinese', '用户编号,注册时间\n001,2024年1月1日\n002,2024年2月1日\n', ['用户编号', '注册时间'], 2],
    ['comment', '# FromNodeId\tToNodeId\n1\t2\n3\t4\n', ['FromNodeId', 'ToNodeId'], 2],
    ['twice and empty', 'id,id,,ID\na,b,c,d\n', ['id', 'id (2)', 'column_3', 'ID'], 1],
    ['narrow', 'a,b\nx,y,z\nu,v,w\n', ['a', 'b', 'column_3'], 2],
  ])('%s', async (_, text, columns, rows) => {
    const table = await one(text)
    expect(table.columns).toEqual(columns)
    expect(table.rows).toHaveLength(rows)
  })

  test('that were told win', async () => {
    expect((await one('a,b\nc,d\ne,f\n', { headerRow: 2 })).columns).toEqual(['c', 'd'])
    expect((await one('a,b\nc,d\n', { headerRow: 0 })).rows).toHaveLength(2)
    await expect(one('a,b\n', { headerRow: 9 })).rejects.toThrow(/row 9/)
  })
})

describe('encodings', () => {
  test('Latin-1 is found and told', async () => {
    const table = await one(Buffer.from('id,name\nu1,Müller\nu2,café\n', 'latin1'))
    expect(table.rows[0]).toEqual(['u1', 'Müller'])
    expect(table.info.found.encoding).toBe('windows-1252')
    expect(table.info.notes.map(({ text }) => text).join()).toContain('windows-1252')
  })

  test('one that was asked for is used, with a note where it does not fit', async () => {
    const bytes = Buffer.from('69642c740a312ccff0e8e2e5f20a', 'hex')
    expect((await one(bytes, { encoding: 'cp1251' })).rows).toEqual([['1', 'Привет']])
    const wrong = await one(bytes, { encoding: 'utf-8' })
    expect(wrong.rows).toEqual([['1', '\ufffd'.repeat(6)]])
    expect(wrong.info.notes.map(({ text }) => text).join()).toContain('6 characters')
    await expect(one(bytes, { encoding: 'klingon' })).rejects.toThrow(/no such encoding/)
  })

  test('UTF-16 is read from any pieces', async () => {
    const bytes = Buffer.from('\ufeffid,name\n1,你好\n', 'utf16le')
    const [table] = await readAll(csvReader, memorySource(bytes, 'x', 3))
    expect(table.columns).toEqual(['id', 'name'])
    expect(table.rows).toEqual([['1', '你好']])
  })
})

test('ids, signs and spaces stay as they are', async () => {
  expect(await records(csvReader, 'id,v\n00123,=1+1\n9007199254740993, x \n-5,@a\n')).toEqual([
    { id: '00123', v: '=1+1' },
    { id: '9007199254740993', v: ' x ' },
    { id: '-5', v: '@a' },
  ])
})

test('what can not be read says so', async () => {
  await expect(one('')).rejects.toThrow(/it is empty/)
  await expect(one('\n\n')).rejects.toThrow(/no records/)
  await expect(one('x'.repeat(300_000))).rejects.toThrow(/does not end within 256 KiB/)
})
