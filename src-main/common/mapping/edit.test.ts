import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  cellOf,
  listLabelOf,
  rolesForValue,
  rolesMissing,
  rolesToChoose,
  useOf,
  withKind,
  withListLabel,
  withNulls,
  withNumber,
  withTime,
  withUse,
  withValue,
  withWord,
  type ColumnUse,
} from './edit.ts'
import { mappingSchema, nameMatches, type TableMapping } from './mapping.ts'
import { TABLES } from './roles.ts'

const COLUMNS = ['id', 'when', 'dev', 'bad', 'note']
const start = (): TableMapping => ({
  match: { file: '*', columns: [] },
  read: {},
  outputs: [{ to: 'accounts', cells: { account_id: { column: 'id' } }, attributes: 'rest', optional: false }],
})
const valid = (mapping: TableMapping) =>
  mappingSchema.safeParse({ shoalMapping: 1, name: 'x', tables: [mapping] }).error?.issues ?? []

test('what numbers look like, which words are no value and how a list is labelled can be said and taken back', () => {
  const relations = withUse(withKind(start(), 'relations'), 'note', { use: 'role', role: 'weight' }, COLUMNS)
  const comma = withNumber(relations, 'note', 'comma')
  expect(comma.outputs[0]!.cells['weight']).toEqual({ column: 'note', number: 'comma' })
  expect(valid(withUse(comma, 'dev', { use: 'role', role: 'dst' }, COLUMNS))).toEqual([])
  expect(withNumber(comma, 'note', null)).toEqual(relations)
  // A time is no number, whatever is asked.
  const timed = withUse(start(), 'when', { use: 'role', role: 'registered_at' }, COLUMNS)
  expect(withNumber(timed, 'when', 'point')).toEqual(timed)

  const nulls = withNulls(start(), ['NULL', '-', 'NULL'])
  expect(nulls.nulls).toEqual(['NULL', '-'])
  expect(valid(nulls)).toEqual([])
  expect(withNulls(nulls, [])).toEqual(start())

  const list = withListLabel(start(), 'malicious')
  expect(listLabelOf(list)).toBe('malicious')
  expect(valid(list)).toEqual([])
  expect(withListLabel(list, null)).toEqual(start())
  expect(listLabelOf(withListLabel(withListLabel(list, 'malicious'), 'benign'))).toBe('benign')
  // A column that says it of each says it instead, and of what is no list of accounts nothing is said.
  expect(listLabelOf(withUse(list, 'bad', { use: 'label' }, COLUMNS))).toBeNull()
  expect(withListLabel(withKind(start(), 'events'), 'malicious').outputs).toHaveLength(1)
})

test('any role but ids and times may be the same in every row, where no column has it', () => {
  const events = withKind(start(), 'events')
  expect(rolesForValue(events)).toEqual(['kind', 'context', 'ip', 'device', 'country', 'city', 'outcome'])
  for (const kind of TABLES) {
    for (const role of rolesForValue(withKind(start(), kind))) {
      const mapping = withValue(withKind(start(), kind), role, ' word ')
      expect(mapping.outputs[0]!.cells[role]).toEqual({ value: 'word' })
      // What is wrong with it is only what still lacks a column.
      expect(valid(mapping).filter(({ message }) => !/need/.test(message))).toEqual([])
      expect(withValue(mapping, role, ' ').outputs[0]!.cells[role]).toBeUndefined()
    }
  }
  expect(rolesForValue(withUse(events, 'note', { use: 'role', role: 'city' }, COLUMNS))).not.toContain('city')
})

describe('choosing what columns are for', () => {
  it('makes outputs of what accounts share and how they were judged', () => {
    let mapping = withUse(start(), 'dev', { use: 'entity', type: 'device' }, COLUMNS)
    mapping = withUse(mapping, 'bad', { use: 'label' }, COLUMNS)
    mapping = withUse(mapping, 'when', { use: 'role', role: 'registered_at' }, COLUMNS)
    expect(COLUMNS.map((name) => useOf(mapping, name))).toEqual([
      { use: 'role', role: 'account_id' },
      { use: 'role', role: 'registered_at' },
      { use: 'entity', type: 'device' },
      { use: 'label' },
      { use: 'attribute' },
    ])
    expect(valid(mapping)).toEqual([])
    // The account is another column: what hangs on it follows.
    mapping = withUse(mapping, 'note', { use: 'role', role: 'account_id' }, COLUMNS)
    const note = { column: 'note' }
    expect(mapping.outputs.map(({ cells }) => cells['account_id'])).toEqual([note, note, note])
    expect(useOf(mapping, 'id')).toEqual({ use: 'attribute' })
    expect(valid(mapping)).toEqual([])
  })

  it('leaves out a column and keeps it again', () => {
    const without = withUse(start(), 'note', { use: 'none' }, COLUMNS)
    expect(without.outputs[0]!.attributes).toEqual(['when', 'dev', 'bad'])
    expect(withUse(without, 'note', { use: 'attribute' }, COLUMNS).outputs[0]!.attributes).toBe('rest')
  })

  it('keeps roles of the same name when rows are something else', () => {
    let mapping = withUse(start(), 'dev', { use: 'entity', type: 'device' }, COLUMNS)
    mapping = withKind(mapping, 'events')
    expect(mapping.outputs[0]).toMatchObject({ to: 'events', cells: { account_id: { column: 'id' } } })
    expect(rolesMissing(mapping)).toEqual(['ts'])
    expect(rolesToChoose(mapping).slice(0, 2)).toEqual(['account_id', 'ts'])
    mapping = withUse(mapping, 'when', { use: 'role', role: 'ts' }, COLUMNS)
    expect(valid(mapping)).toEqual([])
    expect(withKind(mapping, 'relations').outputs).toHaveLength(1)
    const logins = withValue(mapping, 'kind', ' login ')
    expect(logins.outputs[0]!.cells['kind']).toEqual({ value: 'login' })
    expect(valid(logins)).toEqual([])
    expect(withValue(logins, 'kind', '').outputs[0]!.cells['kind']).toBeUndefined()
    expect(withKind(mapping, null).outputs).toEqual([])
  })

  it('says how times are written and what words mean', () => {
    let mapping = withUse(start(), 'when', { use: 'role', role: 'registered_at' }, COLUMNS)
    mapping = withTime(mapping, 'when', { format: 'day-first', zone: 'Asia/Shanghai' })
    expect(cellOf(mapping, 'when')).toEqual({
      column: 'when',
      time: { format: 'day-first', zone: 'Asia/Shanghai' },
    })
    expect(cellOf(withTime(mapping, 'when', { format: 'auto' }), 'when')).toEqual({ column: 'when' })
    mapping = withWord(withUse(mapping, 'bad', { use: 'label' }, COLUMNS), 'bad', '1', 'malicious')
    expect(cellOf(mapping, 'bad')).toEqual({ column: 'bad', words: { 1: 'malicious' } })
    expect(cellOf(withWord(mapping, 'bad', '1', null), 'bad')).toEqual({ column: 'bad' })
    expect(valid(mapping)).toEqual([])
  })

  it('gives a mapping that is valid as soon as no role is missing, whatever was chosen in whatever order', () => {
    const step = fc.tuple(fc.constantFrom(...COLUMNS), fc.nat(60))
    fc.assert(
      fc.property(fc.constantFrom(...TABLES), fc.array(step, { maxLength: 12 }), (kind, steps) => {
        let mapping = withKind(start(), kind)
        for (const [column, n] of steps) {
          const roles = rolesToChoose(mapping)
          const uses: ColumnUse[] = [
            ...roles.map((role) => ({ use: 'role' as const, role })),
            { use: 'entity', type: 'phone' },
            { use: 'label' },
            { use: 'attribute' },
            { use: 'none' },
          ]
          const use = uses[n % uses.length]!
          mapping = withUse(mapping, column, use, COLUMNS)
          // What was chosen stands, as far as the table can have it.
          const possible =
            use.use === 'role' ||
            (use.use === 'entity' || use.use === 'label'
              ? kind !== 'relations' && mapping.outputs[0]!.cells['account_id'] !== undefined
              : use.use === 'none' || kind === 'accounts' || kind === 'events')
          if (possible) expect(useOf(mapping, column)).toEqual(use)
        }
        if (rolesMissing(mapping).length === 0) expect(valid(mapping)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})

it('matches names by * and ?', () => {
  const plain = (pattern: string) =>
    new RegExp(
      `^${pattern
        .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
      'is',
    )
  const text = fc.stringMatching(/^[ab.]{0,8}$/)
  fc.assert(
    fc.property(fc.stringMatching(/^[ab.*?]{0,6}$/), text, (pattern, name) => {
      expect(nameMatches(pattern, name)).toBe(plain(pattern).test(name))
    }),
    { numRuns: 2000 },
  )
  expect(nameMatches(`${'*a'.repeat(50)}b`, 'a'.repeat(2000))).toBe(false)
  expect(nameMatches('登录*.CSV', '登录_2024.csv')).toBe(true)
})
