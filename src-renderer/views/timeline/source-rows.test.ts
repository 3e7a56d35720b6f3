import { afterEach, expect, it } from 'vitest'
import { setApi, type Api } from '../../client/api.ts'
import type { Cluster, Events } from './events.ts'
import { eventsIn, rowsOfEvents } from './source-rows.ts'

afterEach(() => setApi(null))

it('a mark stands for the events of its own lane between its first and last', () => {
  const events = { account: Uint32Array.of(1, 2, 1, 3, 1), at: Float64Array.of(10, 11, 12, 13, 14) }
  const lane = Int16Array.of(0, 1, 0, 0, 0)
  const cluster = { lane: 0, first: 0, last: 3 } as Cluster
  expect(eventsIn(cluster, events as Events, lane)).toEqual([
    { account: 1, at: 10 },
    { account: 1, at: 12 },
    { account: 3, at: 13 },
  ])
})

it('asks each account once and takes the rows of the asked moments alone, by time', async () => {
  const asked: unknown[] = []
  const row = (id: number, ts: number) => ({
    id,
    ts,
    provenance: { sourceId: 7, row: 100 + id, file: 'x.csv' },
  })
  const answers: Record<number, object[]> = {
    1: [row(1, 10), row(2, 11), row(3, 12), row(4, 12)],
    3: [row(9, 11)],
  }
  setApi({
    call: (_: string, input: { id: number }) => {
      asked.push(input)
      return Promise.resolve({ total: 0, rows: answers[input.id] })
    },
  } as unknown as Api)
  const rows = await rowsOfEvents([
    { account: 1, at: 12 },
    { account: 3, at: 11 },
    { account: 1, at: 10 },
  ])
  expect(asked).toEqual([
    { id: 1, span: { from: 10, to: 13 }, limit: 200 },
    { id: 3, span: { from: 11, to: 12 }, limit: 200 },
  ])
  // Both events of account 1 at moment 12; none of moment 11.
  expect(rows.map(({ row }) => row)).toEqual([101, 109, 103, 104])
})
