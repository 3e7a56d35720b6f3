import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readNote } from '../../../common/mapping/read-notes.ts'
import { jsonLinesReader } from './json-lines.ts'
import { jsonReader } from './json.ts'
import { memorySource, objects, readAll, records } from './testing/read.ts'

const tables = async (content: string | Buffer, size?: number) => {
  const read = await readAll(jsonReader, memorySource(content, 'test', size))
  return Object.fromEntries(read.map((table) => [table.info.name, table]))
}
const lines = (content: string) => records(jsonLinesReader, content)

describe('values', () => {
  test('stay as they are written', async () => {
    expect(
      await lines(
        '{"id":9223372036854775807,"x":1.10,"e":1E+05,"t":true,"n":null,"s":"=1+1","z":"007"}\n{"id":-0}\n',
      ),
    ).toEqual([
      { id: '9223372036854775807', x: '1.10', e: '1E+05', t: 'true', s: '=1+1', z: '007', n: '' },
      { id: '-0', x: '', e: '', t: '', s: '', z: '', n: '' },
    ])
  })

  test('nested objects are columns, lists are their text', async () => {
    expect(
      await lines('{"id":1,"a":{"b":{"c":[1, {"d": " x "}]},"e":2}}\n{"id":2,"a":null,"a.e":"other"}\n'),
    ).toEqual([
      { id: '1', 'a.b.c': '[1,{"d":" x "}]', 'a.e': '2', 'a.e (2)': '' },
      { id: '2', 'a.b.c': '', 'a.e': '', 'a.e (2)': 'other' },
    ])
  })

  test('what lies too deep is its text', async () => {
    expect(await lines('{"a":{"b":{"c":{"d":{"e":{"f":1}}}}}}')).toEqual([{ 'a.b.c.d.e': '{"f":1}' }])
    const deep = '['.repeat(50_000) + ']'.repeat(50_000)
    expect(await lines(`{"a":${deep}}`)).toEqual([{ a: deep }])
  })

  test('escapes are undone; half a character stays its escape', async () => {
    expect(await lines('{"a":"\\u4f60\\n\\"\\ud83d\\ude00","b":"x\\ud83d","c\\u0041":1}')).toEqual([
      { a: '你\n"😀', b: 'x\\ud83d', cA: '1' },
    ])
  })

  test('of a key that stands twice, the last one counts, and it is noted', async () => {
    const [table] = await readAll(jsonLinesReader, memorySource('{"a":1,"a":"x"}\n{"a":2,"a":null}'))
    expect(table.rows).toEqual([['x'], ['']])
    expect(table.info.notes.map(({ text }) => text).join()).toContain('2 records have a key twice')
  })

  test('columns say what they hold, and null alone makes one too', async () => {
    const [{ info }] = await readAll(
      jsonLinesReader,
      memorySource('{"a":1,"b":"x","c":false,"d":[],"e":null,"f":1}\n{"f":"y"}'),
    )
    expect(info.columns.map((c) => [c.name, c.declared])).toEqual([
      ['a', 'number'],
      ['b', 'text'],
      ['c', 'boolean'],
      ['d', 'json'],
      ['f', null],
      ['e', null],
    ])
    expect(info.rows).toBe(2)
  })

  test('an object used as a map does not make columns without end', async () => {
    const map = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]))
    const [table] = await readAll(jsonLinesReader, memorySource(JSON.stringify({ id: 1, map })))
    expect(table.columns.length).toBe(202)
    const [row] = objects(table)
    expect(row['map.k7']).toBe('7')
    expect(JSON.parse(row['map (more)']).k4999).toBe(4999)
  })
})

describe('lines', () => {
  test('that are broken are told with their place, and those behind are read', async () => {
    const [{ rows }] = await readAll(
      jsonLinesReader,
      memorySource('{"a":1}\r\n\n{"a":1,}\n{"a":"x\n{"a":01}\n{"a":2} x\n"\u0000"\n[1,"b"]\n5\n{"a":3}'),
    )
    expect(rows.map((r) => (Array.isArray(r) ? r[0] : r.complaint))).toEqual([
      '1',
      'The line is no valid JSON: expected a key in quotes at byte 8.',
      'The line is no valid JSON: a text that is not closed at byte 8.',
      'The line is no valid JSON: expected a value at byte 6.',
      'The line is no valid JSON: something behind the value at byte 9.',
      'The line is no valid JSON: a control character in a text at byte 2.',
      '',
      '',
      '3',
    ])
    expect(rows[6]).toEqual(['', '1', 'b', ''])
    expect(rows[1]).toMatchObject({ problem: 'bad_record', raw: '{"a":1,}' })
  })

  test('longer than 16 MiB are told, and those behind are read', async () => {
    const long = Buffer.concat([
      Buffer.from('{"a":1}\n{"a":"'),
      Buffer.alloc(17 << 20, 'x'),
      Buffer.from('"}\n{"a":2}'),
    ])
    const [{ rows }] = await readAll(jsonLinesReader, memorySource(long, 'x', 1 << 20))
    expect(rows).toMatchObject([['1'], { problem: 'row_too_long' }, ['2']])
  })
})

describe('documents', () => {
  test('a list', async () => {
    expect(await records(jsonReader, '[{"id":1},\n {"id":2,"x":{"y":"z"}}]')).toEqual([
      { id: '1', 'x.y': '' },
      { id: '2', 'x.y': 'z' },
    ])
  })

  test('lists under keys, at any depth, each a table', async () => {
    const text =
      '{"total": 2, "users":[{"id":1,"tags":[{"t":1}]}], "meta":{"page":1,"log.ins":[{"u":1},{"u":2}]}, "names":["a","b"], "none":[]}'
    for (const size of [1, 7, 1000]) {
      const read = await tables(text, size)
      expect(Object.keys(read)).toEqual(['users', 'meta.["log.ins"]'])
      expect(objects(read.users)).toEqual([{ id: '1', tags: '[{"t":1}]' }])
      expect(read['meta.["log.ins"]'].rows).toEqual([['1'], ['2']])
      expect(read.users.info.notes).toEqual([readNote('plain_lists', { names: 'names' })])
    }
  })

  test('objects whose members are records', async () => {
    const text =
      '{"users":{"u1":{"name":"a","posts":[{"p":1}]},"u2":{"name":"b","posts":[]},"u3":{"name":"c"}},"logins":[{"u":"u1"}]}'
    const read = await tables(text, 5)
    expect(Object.keys(read).sort()).toEqual(['logins', 'users.*'])
    expect(objects(read['users.*'])).toEqual([
      { key: 'u1', name: 'a', posts: '[{"p":1}]' },
      { key: 'u2', name: 'b', posts: '[]' },
      { key: 'u3', name: 'c', posts: '' },
    ])
    expect(objects((await tables('{"a":{"x":1},"b":{"x":2}}'))['*'])).toEqual([
      { key: 'a', x: '1' },
      { key: 'b', x: '2' },
    ])
  })

  test('one object, or several, are records', async () => {
    expect(await records(jsonReader, '{"id":1,"name":"x"}')).toEqual([{ id: '1', name: 'x' }])
    expect(await records(jsonReader, '{\n "id":1\n}\n{\n "id":2,\n "l":[{"a":1}]\n}')).toEqual([
      { id: '1', l: '' },
      { id: '2', l: '[{"a":1}]' },
    ])
  })

  test('lists of lists', async () => {
    expect(await records(jsonReader, '{"columns":["a","b"],"data":[[1,"x"],[2,"y"]]}')).toEqual([
      { column_1: '1', column_2: 'x' },
      { column_1: '2', column_2: 'y' },
    ])
  })

  test('commas too many or missing are told, and no record is lost', async () => {
    const [{ rows }] = await readAll(jsonReader, memorySource('[{"a":1} {"a":2},,{"a":3,},{"a":4},]'))
    expect(rows.map((r) => (Array.isArray(r) ? r[0] : r.complaint))).toEqual([
      '1',
      'The list of records has no comma before the next record at byte 10.',
      '2',
      'The list of records has a comma without a record before it at byte 18.',
      'The record is no valid JSON: expected a key in quotes at byte 26.',
      '4',
      'The list of records has a comma behind the last record at byte 36.',
    ])
  })

  test('a record that is not closed costs itself where the next is on a line of its own', async () => {
    const [{ rows }] = await readAll(
      jsonReader,
      memorySource('[\n  {"a":1},\n  {"a":{"b":2},\n  {"a":3},\n  {"a":4}\n]'),
    )
    expect(rows.map((r) => (Array.isArray(r) ? r[0] : r.problem))).toEqual(['1', 'bad_record', '3', '4'])
  })

  test('cut off: what came is read, the rest is told', async () => {
    const [{ rows, info }] = await readAll(jsonReader, memorySource('{"users":[{"a":1},{"a":2},{"a"'))
    expect(rows).toMatchObject([['1'], ['2'], { problem: 'bad_record' }])
    expect(info.notes.map(({ text }) => text).join()).toContain('cut off')
  })

  test.each(['', '[]', '{"a":', 'nonsense', '{"a" 1}', '{a:1}', ']'])(
    '%j has nothing to read, and says so',
    async (text) => {
      await expect(tables(text)).rejects.toMatchObject({ code: 'import_unreadable' })
    },
  )

  test('UTF-16 and a byte-order mark', async () => {
    expect(await records(jsonReader, Buffer.from('\ufeff[{"a":"你"}]', 'utf16le'))).toEqual([{ a: '你' }])
    expect(await records(jsonReader, '\ufeff[{"a":"你"}]')).toEqual([{ a: '你' }])
  })
})

/** What a record's cells should be, by JSON.parse. */
function flat(
  value: unknown,
  path = '',
  depth = 0,
  out: Record<string, string> = {},
): Record<string, string> {
  for (const [key, one] of Object.entries(value as object)) {
    const name = path === '' ? key : `${path}.${key}`
    if (one === null) continue
    if (typeof one === 'object' && !Array.isArray(one) && depth < 4) flat(one, name, depth + 1, out)
    else out[name] = typeof one === 'object' ? JSON.stringify(one) : String(one)
  }
  return out
}

const key = fc.stringMatching(/^[a-z]{1,3}$/)
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '{', ']', ',', '你', '😀', ' ') }),
    fc.integer(),
    fc.constantFrom(true, false, null, 1.5, -0.25),
    fc.dictionary(key, tie('any'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(tie('any'), { maxLength: 4 }),
  ),
})).any
const record = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true })

test('records are read as JSON.parse reads them, however written and cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      async (list, size, pretty) => {
        const expected = list.map((one) => flat(one))
        const strip = (rows: Record<string, string>[]) =>
          rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, text]) => text !== '')))
        const full = expected.map((row) =>
          Object.fromEntries(Object.entries(row).filter(([, text]) => text !== '')),
        )
        const document = `{"x":{"y":${JSON.stringify(list, null, pretty ? 2 : 0)}},"z":1}`
        const [inDocument] = await readAll(jsonReader, memorySource(document, 'x', size))
        expect(strip(objects(inDocument))).toEqual(full)
        const text = list.map((one) => JSON.stringify(one)).join(pretty ? '\r\n' : '\n')
        const [inLines] = await readAll(jsonLinesReader, memorySource(text, 'x', size))
        expect(strip(objects(inLines))).toEqual(full)
      },
    ),
    { numRuns: 150, seed: 5 },
  )
})

test('a line is refused exactly where JSON.parse refuses it', async () => {
  const noise = fc.string({
    unit: fc.constantFrom(...'{}[]":,\\u0aetrufls1.-+E '.split('')),
    minLength: 1,
    maxLength: 14,
  })
  await fc.assert(
    fc.asyncProperty(noise, async (text) => {
      const line = `{"k":${text}}`
      let valid = true
      try {
        JSON.parse(line)
      } catch {
        valid = false
      }
      const [{ rows }] = await readAll(jsonLinesReader, memorySource(line))
      expect(Array.isArray(rows[0])).toBe(valid)
    }),
    { numRuns: 1500, seed: 6 },
  )
})
