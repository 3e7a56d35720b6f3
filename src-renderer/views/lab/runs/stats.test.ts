import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codes, newestOfEach, numbers, statLines, tookSeconds } from './stats.ts'

describe('statLines', () => {
  it('flattens nested records, joins plain lists and names entries by their id', () => {
    expect(
      statLines({
        edges: 3,
        entities: { hubCap: 60, types: null },
        scales: [1, 3],
        channels: [{ id: 'entity:ip', edges: 2 }],
      }),
    ).toEqual([
      { path: 'edges', value: 3 },
      { path: 'entities.hubCap', value: 60 },
      { path: 'entities.types', value: null },
      { path: 'scales', value: '1, 3' },
      { path: 'channels entity:ip.edges', value: 2 },
    ])
  })
  it('stays short and never throws, whatever a run recorded', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 90 }), (record) => {
        const lines = statLines(record)
        expect(lines.length).toBeLessThanOrEqual(60)
        for (const { value } of lines) expect(typeof value === 'object' && value !== null).toBe(false)
      }),
    )
  })
})

describe('runs', () => {
  it('picks the newest finished run of each kind', () => {
    const run = (id: number, kind: string, status = 'done') => ({ id, kind, status })
    const runs = [
      run(1, 'graph'),
      run(4, 'graph'),
      run(5, 'graph', 'failed'),
      run(2, 'scores'),
      run(6, 'layout', 'running'),
    ]
    expect(newestOfEach(runs).map((r) => r.id)).toEqual([2, 4])
  })
  it('says how long one took, and nothing while it runs', () => {
    expect(tookSeconds({ startedAt: 1000, finishedAt: 2500 })).toBe(1.5)
    expect(tookSeconds({ startedAt: 1000, finishedAt: null })).toBeNull()
  })
  it('reads histograms and warnings only where they are what they should be', () => {
    expect(numbers([1, 2])).toEqual([1, 2])
    expect(numbers([1, '2'])).toBeNull()
    expect(numbers(undefined)).toBeNull()
    expect(codes([{ code: 'no_edges', params: {} }, { code: 3 }, 'x', null])).toEqual(['no_edges'])
    expect(codes('no')).toEqual([])
  })
})
