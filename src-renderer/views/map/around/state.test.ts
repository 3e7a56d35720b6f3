import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountKey,
  addExpansion,
  addSeeds,
  begin,
  changeGroup,
  collapse,
  EMPTY,
  extendExpansion,
  group,
  hide,
  membersOf,
  pin,
  readState,
  remove,
  type AroundState,
  type Expansion,
} from './state.ts'

const expansion = (
  from: string[],
  accounts: number[],
  things: number[] = [],
  left = 0,
): Omit<Expansion, 'id'> => ({
  kind: 'expand',
  from,
  channel: 'all',
  sort: 'strongest',
  accounts,
  things,
  left,
})

describe('the canvas', () => {
  it('takes back exactly one expansion', () => {
    let state = begin(EMPTY, ['a1'])
    state = addExpansion(state, expansion(['a1'], [2, 3], [7]))
    state = addExpansion(state, expansion(['a2'], [3, 4]))
    expect(membersOf(state)).toEqual({ accounts: [1, 2, 3, 4], things: [7] })
    // 2 stays: the second expansion began from it. 3 stays: the second one reached it, too.
    expect(membersOf(collapse(state, 1))).toEqual({ accounts: [1, 2, 3, 4].toSorted(), things: [] })
    expect(membersOf(collapse(state, 2))).toEqual({ accounts: [1, 2, 3], things: [7] })
  })

  it('shows again what was hidden when an expansion brings it', () => {
    let state = hide(addExpansion(begin(EMPTY, ['a1']), expansion(['a1'], [2, 3])), ['a2', 'a3'])
    state = addExpansion(state, expansion(['a1'], [3]))
    expect(state.hidden).toEqual(['a2'])
  })

  it('counts down what an expansion left out as more of it is taken', () => {
    let state = addExpansion(begin(EMPTY, ['a1']), expansion(['a1'], [2], [], 3))
    state = extendExpansion(state, 1, [2, 5, 6])
    expect(state.expansions[0]).toMatchObject({ accounts: [2, 5, 6], left: 1 })
  })

  it('keeps a node in one group and lets go of groups of one', () => {
    let state = addExpansion(begin(EMPTY, ['a1']), expansion(['a1'], [2, 3, 4]))
    state = group(state, ['a2', 'a3'], 'first')
    state = group(state, ['a3', 'a4'], 'second')
    expect(state.groups.map(({ name }) => name)).toEqual(['second'])
    state = remove(state, ['a4'])
    expect(state.groups).toEqual([])
    expect(group(state, ['a2'], 'alone')).toBe(state)
  })

  it('is what it was after JSON', () => {
    let state = addExpansion(begin(EMPTY, ['a1']), expansion(['a1'], [2, 3], [7], 12))
    state = pin(group(state, ['a2', 'a3'], '组'), { a1: [3, 4] })
    expect(readState(JSON.parse(JSON.stringify(state)))).toEqual(state)
  })

  it('reads anything without failing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const state = readState(value)
        expect(readState(state)).toEqual(state)
        membersOf(state)
      }),
    )
    expect(readState({ seeds: ['a1', 'x', 3], pinned: { a1: ['no', 1] }, layout: 'spiral' })).toMatchObject({
      seeds: ['a1'],
      pinned: {},
      layout: 'force',
    })
  })

  it('shows what seeds and standing expansions say, whatever was done before', () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('expand' as const),
        from: fc.integer({ min: 1, max: 9 }),
        to: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }),
      }),
      fc.record({ do: fc.constant('collapse' as const), id: fc.integer({ min: 1, max: 8 }) }),
      fc.record({ do: fc.constant('remove' as const), id: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ do: fc.constant('seed' as const), id: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ do: fc.constant('group' as const), id: fc.integer({ min: 1, max: 8 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let state: AroundState = begin(EMPTY, ['a1'])
        // The plain reference: seeds, and what each standing expansion names.
        const seeds = new Set([1])
        const standing = new Map<number, Set<number>>()
        for (const s of steps) {
          if (s.do === 'expand') {
            standing.set(state.next, new Set([s.from, ...s.to]))
            state = addExpansion(state, expansion([accountKey(s.from)], s.to))
          } else if (s.do === 'collapse') {
            standing.delete(s.id)
            state = collapse(state, s.id)
          } else if (s.do === 'seed') {
            seeds.add(s.id)
            state = addSeeds(state, [accountKey(s.id)])
          } else if (s.do === 'group') {
            const members = membersOf(state).accounts.map(accountKey)
            const next = group(state, members, 'g')
            if (next !== state) standing.set(state.next, new Set())
            state = changeGroup(next, s.id, { closed: false })
          } else {
            seeds.delete(s.id)
            for (const ids of standing.values()) ids.delete(s.id)
            state = remove(state, [accountKey(s.id)])
          }
          const expected = new Set([...seeds, ...[...standing.values()].flatMap((ids) => [...ids])])
          expect(new Set(membersOf(state).accounts)).toEqual(expected)
          for (const { members } of state.groups)
            for (const key of members) expect(expected).toContain(Number(key.slice(1)))
        }
      }),
    )
  })
})
