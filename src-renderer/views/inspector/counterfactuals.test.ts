import { describe, expect, it } from 'vitest'
import type { WhatIf } from '../../../src-main/common/contract/lab.ts'
import { choicesOf, fidelityOf, keyOf } from './counterfactuals.ts'
import { groupReasons } from './reasons.ts'

const thing = (ref: string, kind: WhatIf['kind'] = 'entity'): WhatIf => ({
  kind,
  ref,
  label: ref,
  type: 'device',
})

describe('what can be left out', () => {
  it('names the strongest first and everything else once', () => {
    const { asked, further } = choicesOf(
      [
        { ...thing('7'), after: 0.8 },
        { ...thing('9', 'neighbour'), after: 0.4 },
      ],
      [thing('7'), thing('8'), thing('8'), thing('9')],
    )
    expect(asked.map((c) => [keyOf(c), c.after])).toEqual([
      ['neighbour:9', 0.4],
      ['entity:7', 0.8],
    ])
    // Entity 9 and neighbour 9 are different things.
    expect(further.map(keyOf)).toEqual(['entity:8', 'entity:9'])
  })
})

describe('fidelity', () => {
  it('says how many times as much, unless random ones move nothing or as much', () => {
    expect(fidelityOf({ named: 0.4, random: 0.1, trials: 20 })).toMatchObject({ kind: 'times', times: 4 })
    expect(fidelityOf({ named: 0.4, random: 0.001, trials: 20 }).kind).toBe('random_none')
    expect(fidelityOf({ named: 0.11, random: 0.1, trials: 20 }).kind).toBe('low')
    expect(fidelityOf({ named: 0.002, random: 0, trials: 20 }).kind).toBe('low')
    expect(fidelityOf({ named: -0.1, random: -0.2, trials: 20 }).kind).toBe('low')
  })
})

describe('grouped reasons', () => {
  const reason = (family: string, hop: number, relation: string | null, contribution: number) => ({
    feature: `${family}${hop}`,
    family,
    hop,
    relation,
    value: 1,
    typical: 0,
    contribution,
  })
  const reasons = [
    reason('logins', 0, null, 0.3),
    reason('logins', 1, 'entity:device', -0.1),
    reason('labels', 1, 'entity:device', 0.2),
    reason('labels', 2, 'all', 0.05),
  ]
  it('add up to the same, whatever they are grouped by', () => {
    for (const by of ['family', 'relation', 'hop'] as const)
      expect(groupReasons(reasons, by).reduce((n, g) => n + g.contribution, 0)).toBeCloseTo(0.45)
  })
  it('stand strongest first under what they share', () => {
    expect(groupReasons(reasons, 'family').map((g) => g.key)).toEqual(['labels', 'logins'])
    expect(groupReasons(reasons, 'relation').map((g) => g.key)).toEqual(['own', 'entity:device', 'all'])
    expect(groupReasons(reasons, 'hop').map((g) => [g.key, g.reasons.length])).toEqual([
      ['0', 1],
      ['1', 2],
      ['2', 1],
    ])
  })
})
