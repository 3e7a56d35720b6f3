import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ENDINGS, READERS, formatOf } from './formats.ts'
import { FORMATS } from './reader.ts'
import { zipOf } from './testing/workbook.ts'

const folder = join(import.meta.dirname, 'fixtures')

test('every format has a reader, and no two the same ending', () => {
  expect(READERS.map((reader) => reader.format).sort()).toEqual([...FORMATS].sort())
  expect(new Set(ENDINGS).size).toBe(ENDINGS.length)
})

test.each(readdirSync(folder).filter((name) => !name.endsWith('.py')))(
  '%s is known by its bytes alone',
  (name) => {
    const head = readFileSync(join(folder, name)).subarray(0, 65536)
    const ending = name.split('.').at(-1)!
    const expected = READERS.find((reader) => reader.endings.includes(ending))!.format
    expect(formatOf('file', head)).toBe(expected)
    expect(formatOf('file.csv', head)).toBe(expected)
  },
)

test.each([
  ['a.csv', 'id,name\n1,x\n', 'csv'],
  ['a.tsv', 'id\tname\n', 'csv'],
  ['noname', 'id;name\n1;2\n', 'csv'],
  ['a.csv', '[id],[name]\n1,2\n', 'csv'],
  ['a.csv', '<b>,c\n1,2\n', 'csv'],
  ['a.csv', '{"a":1}\n{"a":2}\n', 'json-lines'],
  ['a.json', '{"a":1}\n{"a":2}\n', 'json-lines'],
  ['a.json', '{"a":1}', 'json'],
  // A document on one line, and files whose ending is not what they are.
  ['a.json', '{"took":5,"hits":{"hits":[{"a":1},{"a":2}]}}', 'json'],
  ['a.csv', '[{"user_id":"u1","n":1},{"user_id":"u2","n":2}]', 'json'],
  ['a.csv', '{"a"},b\n1,2\n', 'csv'],
  ['a.json', 'user_id,ip\nu1,10.0.0.1\n', 'csv'],
  ['a.jsonl', 'broken\n{"a":1}\n', 'json-lines'],
  ['a.csv', 'INSERT INTO,b\n1,2\n', 'csv'],
  ['a.json', '{\n "a":1}', 'json'],
  ['a.txt', ' [ {"a":1} ]', 'json'],
  ['a.jsonl', '[1,2]\n[3,4]\n', 'json-lines'],
  ['a.jsonl.gz', '{"a":1,\n', 'json-lines'],
  ['graph.xml', '<?xml version="1.0"?><!-- c --><graphml xmlns="x"><graph>', 'graphml'],
  ['a', '\ufeff<gexf version="1.3">', 'gexf'],
  ['a', 'Creator "igraph"\nVersion 1\ngraph\n[\n', 'gml'],
  ['a.gml', 'graph [ ]', 'gml'],
  ['hive', 'a\x01b\n1\x012\n', 'csv'],
] as const)('%s with %j', (name, text, format) => {
  expect(formatOf(name, Buffer.from(text))).toBe(format)
  if (!text.startsWith('\ufeff')) {
    expect(formatOf(name, Buffer.from(`\ufeff${text}`, 'utf16le'))).toBe(format)
  }
})

test('what is none says so, with what Shoal reads', async () => {
  for (const [name, bytes, why] of [
    ['a.zip', await zipOf({ 'x.csv': 'a' }), /is a ZIP file/],
    ['a.db', Buffer.from('SQLite format 3\0xxx'), /SQLite/],
    ['a.xml', Buffer.from('<?xml version="1.0"?><kml/>'), /neither GraphML nor GEXF/],
    ['a.parquet', Buffer.from('id,name\n'), /something else/],
    ['a.bin', Buffer.from(Array.from({ length: 500 }, (_, i) => i % 8)), /neither text/],
    ['a.csv', Buffer.alloc(0), /empty/],
  ] as const) {
    expect(() => formatOf(name, bytes)).toThrow(why)
    if (bytes.length > 0) expect(() => formatOf(name, bytes)).toThrow(/Parquet.*GraphML/)
  }
  const ole = Buffer.alloc(600)
  ole.write('d0cf11e0a1b11ae1', 0, 'hex')
  expect(formatOf('old.xls', ole)).toBe('xlsx')
})

test.each([
  ['a.sql', 'INSERT INTO users VALUES (1);\n', /SQL dump.*export the tables as CSV/],
  ['a.txt', '-- MySQL dump 10.13\n--\nDROP TABLE IF EXISTS `u`;\n', /SQL dump/],
  ['a.net', '*Vertices 3\n1 "a"\n', /Pajek.*Gephi/],
  ['account.js', 'window.YTD.account.part0 = [ {} ]', /Twitter archive.*\.json/],
] as const)('%s that is text of another kind says what to do', (name, text, why) => {
  expect(() => formatOf(name, Buffer.from(text))).toThrow(why)
})
