import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Mapping } from '../../common/mapping/mapping.ts'
import { createMappingStore, parseMapping } from './mappings.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shoal-mappings-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const mapping = (name: string, column = 'id'): Mapping => ({
  shoalMapping: 1,
  name,
  tables: [
    {
      match: { file: '*.csv', columns: [column] },
      read: {},
      outputs: [{ to: 'accounts', cells: { account_id: { column } }, attributes: 'rest', optional: false }],
    },
  ],
  identity: { account: [], entity: {}, region: 'CN' },
})

it('keeps mappings by name, whatever the name, and replaces one of the same name', () => {
  const store = createMappingStore(dir)
  expect(store.list()).toEqual([])
  const names = ['平台 A / 登录', 'a:b', 'a/b', '../../up', 'CON']
  for (const name of names) store.save(mapping(name))
  store.save(mapping('a/b', 'uid'))
  expect(
    createMappingStore(dir)
      .list()
      .map(({ name }) => name),
  ).toEqual(names.toSorted())
  expect(store.list().find(({ name }) => name === 'a/b')!.mapping.tables[0]!.match.columns).toEqual(['uid'])
  expect(readdirSync(dir)).toEqual(['mappings'])
  store.remove('a:b')
  expect(store.list()).toHaveLength(names.length - 1)
  expect(() => store.remove('a:b')).toThrow(/no saved mapping "a:b"/)
})

it('leaves out what is no mapping', () => {
  const store = createMappingStore(dir)
  store.save(mapping('good'))
  writeFileSync(join(dir, 'mappings', 'x.json'), '{"shoalMapping":1}')
  writeFileSync(join(dir, 'mappings', 'y.json'), 'nonsense')
  expect(store.list().map(({ name }) => name)).toEqual(['good'])
})

it('names what is wrong in a file', () => {
  const text = (change: (m: Mapping) => void) => {
    const one = mapping('m')
    change(one)
    return JSON.stringify(one)
  }
  expect(
    parseMapping(
      text(() => {}),
      'm.json',
    ).name,
  ).toBe('m')
  expect(() => parseMapping('{', 'm.json')).toThrow(/m\.json is no JSON file/)
  expect(() =>
    parseMapping(
      text((m) => (m.tables[0]!.outputs[0]!.cells = {})),
      'm.json',
    ),
  ).toThrow(/tables\.0\.outputs\.0\.cells\.account_id: accounts need account_id/)
  expect(() =>
    parseMapping(
      text((m) => (m.tables[0]!.outputs[0]!.cells['uid'] = { column: 'x' })),
      'm.json',
    ),
  ).toThrow(/accounts have no role uid/)
  expect(() =>
    parseMapping(
      text((m) => (m.tables[0]!.outputs[0]!.optional = true)),
      'm.json',
    ),
  ).toThrow(/At least one output must not be optional/)
})
