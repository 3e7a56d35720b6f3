import fc from 'fast-check'
import { expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { compareCommunities, countLineage, type LineageRow, type PartitionRows } from './lineage.ts'

const pace = freePace()

/** Communities as lists of account ids. */
function partition(...groups: number[][]): PartitionRows {
  const rows = groups.flatMap((ids, c) => ids.map((id) => [id, c])).sort((a, b) => a[0] - b[0])
  return {
    accountIds: Uint32Array.from(rows, (r) => r[0]),
    community: Uint32Array.from(rows, (r) => r[1]),
  }
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)
const short = (rows: LineageRow[]) =>
  rows.map(
    (r) => `${r.kind} ${r.earlier ?? '-'}>${r.later ?? '-'} ${r.shared}/${r.earlierSize}/${r.laterSize}`,
  )

test('each word in one picture', async () => {
  const earlier = partition(
    range(0, 20), // stays
    range(20, 30), // grows to 16
    range(30, 50), // shrinks to 12
    range(50, 70), // splits in 11 and 9
    range(70, 80), // merges
    range(80, 90), // merges
    range(90, 96), // gone
  )
  const later = partition(
    [...range(1, 20), 200],
    [...range(20, 30), ...range(210, 216)],
    range(30, 42),
    range(50, 61),
    range(61, 70),
    range(70, 90),
    range(300, 305), // born
  )
  const rows = await compareCommunities(earlier, later, pace)
  expect(short(rows)).toEqual([
    'same 0>0 19/20/20',
    'grown 1>1 10/10/16',
    'shrunk 2>2 12/20/12',
    'split 3>3 11/20/11',
    'split 3>4 9/20/9',
    'merged 4>5 10/10/20',
    'merged 5>5 10/10/20',
    'born ->6 0/0/5',
    'gone 6>- 0/6/0',
  ])
  expect(countLineage(rows)).toEqual({ born: 1, same: 1, grown: 1, shrunk: 1, split: 1, merged: 1, gone: 1 })
})

test('the thresholds hold exactly: half of the smaller and a tenth of the larger', async () => {
  const kinds = async (a: number[], b: number[]) =>
    (await compareCommunities(partition(a), partition(b), pace)).map((r) => r.kind)
  expect(await kinds(range(0, 10), range(5, 15))).toEqual(['same'])
  expect(await kinds(range(0, 10), range(6, 16))).toEqual(['born', 'gone'])
  // A chip of 9 off 100 is new; one of 10 is what is left of it.
  expect(await kinds(range(0, 100), range(91, 100))).toEqual(['born', 'gone'])
  expect(await kinds(range(0, 100), range(90, 100))).toEqual(['shrunk'])
  expect(await kinds(range(0, 10), range(0, 11))).toEqual(['same'])
  expect(await kinds(range(0, 10), range(0, 12))).toEqual(['grown'])
})

test('a link that splits and merges at once says both', async () => {
  const rows = await compareCommunities(
    partition(range(0, 20), range(20, 30)),
    partition(range(0, 10), range(10, 30)),
    pace,
  )
  expect(short(rows)).toEqual([
    'split 0>0 10/20/10',
    'merged 0>1 10/20/20',
    'split 0>1 10/20/20',
    'merged 1>1 10/10/20',
  ])
})

const partitions = fc.array(fc.nat(7), { minLength: 1, maxLength: 60 }).map((labels): PartitionRows => {
  const kept = labels.map((label, id) => [id * 2 + (label % 2), label]).filter(([, label]) => label < 7)
  return { accountIds: Uint32Array.from(kept, (k) => k[0]), community: Uint32Array.from(kept, (k) => k[1]) }
})

test('every community has a fate, sizes and overlaps are right, and time reversed reads the other way', async () => {
  const mirror: Record<string, string> = {
    born: 'gone',
    gone: 'born',
    grown: 'shrunk',
    shrunk: 'grown',
    split: 'merged',
    merged: 'split',
    same: 'same',
  }
  await fc.assert(
    fc.asyncProperty(partitions, partitions, async (earlier, later) => {
      const rows = await compareCommunities(earlier, later, pace)
      expect(new Set(rows.flatMap((r) => r.earlier ?? []))).toEqual(new Set(earlier.community))
      expect(new Set(rows.flatMap((r) => r.later ?? []))).toEqual(new Set(later.community))
      for (const row of rows) {
        const ids = (p: PartitionRows, c: number | null) =>
          [...p.accountIds].filter((_, i) => p.community[i] === c)
        const [a, b] = [ids(earlier, row.earlier), ids(later, row.later)]
        expect([row.earlierSize, row.laterSize]).toEqual([a.length, b.length])
        expect(row.shared).toBe(a.filter((id) => b.includes(id)).length)
        expect(row.earlier === null).toBe(row.kind === 'born')
        expect(row.later === null).toBe(row.kind === 'gone')
      }
      const back = await compareCommunities(later, earlier, pace)
      // Sizes change by a share of the earlier one, so only links between 'same' and a change may differ.
      const link = (r: LineageRow, turned: boolean) =>
        turned ? `${mirror[r.kind]} ${r.later} ${r.earlier}` : `${r.kind} ${r.earlier} ${r.later}`
      const fixed = (r: LineageRow) => ['born', 'gone', 'split', 'merged'].includes(r.kind)
      expect(new Set(back.filter(fixed).map((r) => link(r, true)))).toEqual(
        new Set(rows.filter(fixed).map((r) => link(r, false))),
      )
      const same = await compareCommunities(earlier, earlier, pace)
      expect(same.every((r) => r.kind === 'same' && r.shared === r.earlierSize)).toBe(true)
    }),
    { numRuns: 150 },
  )
})
