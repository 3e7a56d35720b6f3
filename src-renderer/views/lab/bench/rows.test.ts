import { describe, expect, it } from 'vitest'
import type { BenchResult, BenchRow } from '../../../../src-main/common/contract/lab.ts'
import { benchCsv } from './csv.ts'
import { apart, expectation, graphGain, groupRows } from './rows.ts'

const at = (mean: number) => ({ mean, sd: 0.01, low: mean - 0.02, high: mean + 0.02 })
const row = (scorer: string, auprc: number, over: Partial<BenchRow> = {}): BenchRow => ({
  scorer,
  graphRunId: 2,
  control: null,
  auroc: at(0.8),
  auprc: at(auprc),
  precisionAtK: at(0.5),
  recallAtK: at(0.1),
  perSplit: [],
  seconds: 10,
  curve: null,
  weights: null,
  error: null,
  ...over,
})

describe('rows of a bench', () => {
  const rows = [
    row('boosting', 0.5),
    row('boosting', 0.9, { control: 'rewired' }),
    row('default', 0.6, { seconds: 40 }),
    row('network', 0.7, { error: 'out of memory' }),
    row('default', 0.4, { control: 'features_only' }),
    row('default', 0.55, { graphRunId: 9 }),
  ]
  it('stand best first, controls under their own, failures last', () => {
    const groups = groupRows(rows)
    expect(groups.map((g) => g.key)).toEqual(['default:2', 'default:9', 'boosting:2', 'network:2'])
    expect(groups[2]!.controls.map((c) => c.control)).toEqual(['rewired'])
    expect(graphGain(groups[0]!, 'features_only')).toBeCloseTo(0.2)
    expect(graphGain(groups[0]!, 'rewired')).toBeNull()
  })
  it('can be read by time, and lose nothing', () => {
    const groups = groupRows(rows, 'seconds')
    expect(groups[0]!.key).not.toBe('default:2')
    expect(groups.reduce((n, g) => n + 1 + g.controls.length, 0)).toBe(rows.length)
    expect(groupRows([row('a', 0.5, { control: 'rewired' })])).toHaveLength(1)
  })
  it('tells intervals that do not meet', () => {
    expect(apart(at(0.5), at(0.53))).toBe(false)
    expect(apart(at(0.5), at(0.55))).toBe(true)
  })
})

describe('what a graph lets expect', () => {
  const figures = (rate: number, low: number, high: number, adjusted: number) => ({
    homophily: { plain: 0.6, adjusted },
    badGivenBad: { rate, low, high, base: 0.2 },
  })
  const graph = (
    rate: number,
    low: number,
    high: number,
    adjusted: number,
  ): BenchResult['graphs'][number] => ({
    graphRunId: 2,
    recipe: 'x',
    accounts: 10,
    edges: 10,
    labelled: { malicious: 5, benign: 5 },
    ...figures(0.9, 0.8, 1, 1), // of all labels: not what is known beforehand
    training: figures(rate, low, high, adjusted),
  })
  it('follows from how often bad accounts sit beside bad ones', () => {
    expect(expectation(graph(0.8, 0.78, 0.82, 0.6))).toBe('strong')
    expect(expectation(graph(0.3, 0.28, 0.32, 0.1))).toBe('some')
    expect(expectation(graph(0.21, 0.15, 0.3, 0))).toBe('little')
    expect(expectation(graph(0.1, 0.05, 0.15, -0.1))).toBe('against')
    const known = graph(0.1, 0.05, 0.15, 0)
    expect(expectation({ ...known, training: { ...known.training, badGivenBad: null } })).toBe('unknown')
  })
})

it('goes out as CSV: all splits together with their interval, then each, and nothing for what failed', () => {
  const text = benchCsv({
    runId: 1,
    protocol: 'stratified',
    protocolText: 'stratified 40/40, seeds 1-2',
    seeds: [1, 2],
    capacity: 100,
    tested: 50,
    baseRate: 0.2,
    simulated: true,
    notes: [],
    graphs: [],
    rows: [
      row('=default', 0.6, {
        perSplit: [
          {
            split: 'seed 1',
            auroc: 0.8,
            auprc: 0.6,
            precisionAtK: 0.5,
            recallAtK: 0.1,
            trained: 40,
            tested: 50,
            positives: 10,
            seconds: 3,
          },
        ],
      }),
      row('network', 0.7, { error: 'out of memory' }),
    ],
    seconds: 60,
  })
  const lines = text.trim().split('\r\n')
  expect(lines).toHaveLength(4)
  const width = lines[0]!.split(',').length
  expect(lines[1]).toContain(',all,0.8,0.01,')
  expect(lines[1]!.startsWith(`'=default,`)).toBe(true) // no formula for a spreadsheet
  expect(lines[1]).toContain('"stratified 40/40, seeds 1-2",simulated')
  expect(lines[2]!.split(',')[3]).toBe('seed 1')
  expect(lines[3]).toContain(',all,,,,,')
  expect(lines[3]!.split(',').length).toBe(width + 1) // the protocol's own comma is quoted
})
