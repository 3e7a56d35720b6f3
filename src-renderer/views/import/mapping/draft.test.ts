import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Look } from '../../../../src-main/common/contract/imports.ts'
import { withUse } from '../../../../src-main/common/mapping/edit.ts'
import type { TableMapping } from '../../../../src-main/common/mapping/mapping.ts'
import { setApi, type Api } from '../../../client/api.ts'
import {
  recordSlicesTo,
  restoreState,
  takeState,
  watchHands,
  type SliceChange,
} from '../../../state/slices.ts'
import { beginImport, changeShape, leaveDraft, lookAgain, useImportDraft } from './draft.ts'

const guess = (name: string): TableMapping => ({
  match: { file: name, columns: ['id'] },
  read: {},
  outputs: [{ to: 'accounts', cells: { account_id: { column: 'id' } }, attributes: 'rest', optional: false }],
})
/** Two files of different columns. */
const look: Look = {
  files: ['a.csv', 'b.csv'].map((name) => ({
    path: `/x/${name}`,
    entry: null,
    label: `/x/${name}`,
    name,
    format: 'csv',
    bytes: 10,
    parts: null,
    error: null,
    tables: [
      {
        name: '',
        columns: [
          { name: 'id', declared: null, folder: false },
          { name: `n${name}`, declared: null, folder: false },
        ],
        rows: null,
        read: {},
        notes: [],
        sample: [],
        mapping: guess(name),
        by: 'guess',
        saved: null,
        guess: null,
      },
    ],
  })),
  ignored: [],
  mapping: null,
  sure: false,
}

let asked: { name: string; input: unknown }[]
let steps: SliceChange[][]
let unwatch: () => void
beforeEach(() => {
  vi.useFakeTimers()
  asked = []
  steps = []
  const api: Api = {
    call: (name: string, input: unknown) => {
      asked.push({ name, input })
      return Promise.resolve(name === 'imports.look' ? structuredClone(look) : null) as never
    },
    on: () => () => {},
    status: 'open',
    onStatus: () => () => {},
  }
  setApi(api)
  restoreState({})
  recordSlicesTo((changes) => steps.push(changes))
  unwatch = watchHands(window)
  act()
})
afterEach(() => {
  recordSlicesTo(null)
  leaveDraft(true)
  unwatch()
  setApi(null)
  vi.useRealTimers()
})
const act = () => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'x' }))
const settle = () => vi.advanceTimersByTimeAsync(1000)
const begin = async () => {
  await beginImport(['/x'])
  await settle()
  act()
}
const named = () => steps.flat().filter(({ slice, what }) => slice === 'import-draft' && what !== null)
const last = () => steps.flat().findLast(({ slice }) => slice === 'import-draft')!
const usesOf = (i: number) => useImportDraft.getState().shapes[i]!.mapping.outputs[0]!.cells
const keyOf = (i: number) => useImportDraft.getState().shapes[i]!.key

describe('what a person says of columns', () => {
  it('is a step for each thing said, and looking at files is none', async () => {
    await begin()
    expect(named()).toEqual([])
    changeShape(keyOf(0), (old) =>
      withUse(old, 'na.csv', { use: 'role', role: 'registered_at' }, ['id', 'na.csv']),
    )
    await settle()
    useImportDraft.setState((s) => ({ identity: { ...s.identity, account: ['trim'] } }))
    await settle()
    expect(named().map(({ what }) => what)).toEqual(['importDraft', 'importDraft'])
    takeState({ 'import-draft': named()[1]!.before })
    expect(useImportDraft.getState().identity.account).toEqual([])
    expect(usesOf(0)).toHaveProperty('registered_at')
    takeState({ 'import-draft': named()[0]!.before })
    expect(usesOf(0)).not.toHaveProperty('registered_at')
    takeState({ 'import-draft': named()[0]!.after })
    expect(usesOf(0)).toHaveProperty('registered_at')
    // What was looked at is looked at once.
    expect(asked.filter(({ name }) => name === 'imports.look')).toHaveLength(1)
  })

  it('stays when a file is read in another way, and that is a step of its own', async () => {
    await begin()
    changeShape(keyOf(1), (old) => ({ ...old, outputs: [] }))
    await settle()
    await lookAgain(['/x'], { '/x/a.csv': { encoding: 'big5' } })
    await settle()
    expect(useImportDraft.getState().shapes.map(({ mapping }) => mapping.outputs.length)).toEqual([1, 0])
    expect(named().map(({ what }) => what)).toEqual(['importDraft', 'importRead'])
    takeState({ 'import-draft': named()[1]!.before })
    await settle()
    expect(useImportDraft.getState().reads).toEqual({})
    expect(asked.filter(({ name }) => name === 'imports.look').at(-1)!.input).toMatchObject({ reads: {} })
    expect(useImportDraft.getState().shapes.map(({ mapping }) => mapping.outputs.length)).toEqual([1, 0])
  })

  it('comes back with the session, from the files as they are now', async () => {
    await begin()
    changeShape(keyOf(0), (old) => withUse(old, 'na.csv', { use: 'none' }, ['id', 'na.csv']))
    await settle()
    const kept = last().after
    // Only what was said is kept: samples of people's data stay out of the workspace's history.
    expect(JSON.stringify(kept)).not.toContain('sample')
    restoreState({})
    expect(useImportDraft.getState().paths).toBeNull()
    restoreState({ 'import-draft': kept })
    await settle()
    expect(useImportDraft.getState()).toMatchObject({ paths: ['/x'], looking: false })
    expect(useImportDraft.getState().shapes[0]!.mapping.outputs[0]!.attributes).toEqual([])
  })

  it('is back when giving up is undone, but not once it was imported', async () => {
    await begin()
    leaveDraft()
    await settle()
    expect(named().map(({ what }) => what)).toEqual(['importLeft'])
    takeState({ 'import-draft': named()[0]!.before })
    await settle()
    expect(useImportDraft.getState().paths).toEqual(['/x'])
    act()
    changeShape(keyOf(0), (old) => ({ ...old, outputs: [] }))
    await settle()
    leaveDraft(true)
    await settle()
    expect(named().map(({ what }) => what)).toEqual(['importLeft', 'importDraft'])
    takeState({ 'import-draft': named()[1]!.before })
    await settle()
    expect(useImportDraft.getState().paths).toBeNull()
  })
})
