import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AccountRow } from '../../../src-main/common/contract/accounts.ts'
import { neutral, verbatim } from '../../../src-main/common/csv.ts'
import { ACCOUNT_FIELDS, collectPages, csvLine, csvText } from './csv.ts'

const fields = ['key', 'score', 'community', 'verdict'].map((key) => ACCOUNT_FIELDS[key]!)

const row = (key: string): AccountRow => ({
  id: 1,
  key,
  registeredAt: Date.UTC(2026, 2, 2),
  community: 16,
  belonging: 0.5,
  score: 0.93,
  events: 3,
  reports: 1,
  label: null,
  verdict: 'malicious',
})

describe('csvText', () => {
  it('comes back whole through a CSV parser, whatever the keys are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 5 }), (keys) => {
        const parsed = parse(
          csvText(
            keys.map(row).map((r) => csvLine(r, fields)),
            fields,
          ),
          { relax_quotes: false },
        ) as string[][]
        expect(parsed).toHaveLength(keys.length + 1)
        expect(parsed[0]).toEqual(['account_id', 'score_inferred', 'community_inferred', 'verdict_judged'])
        parsed.slice(1).forEach((cells, i) => {
          expect(cells[0]).toBe(neutral(keys[i]))
          expect(verbatim(cells[0])).toBe(keys[i])
          expect(cells[2]).toBe('C-17')
        })
      }),
    )
  })
})

describe('collectPages', () => {
  it('collects every row once, in order', async () => {
    const all = Array.from({ length: 2345 }, (_, i) => i)
    const asked: number[] = []
    const got = await collectPages(
      async (offset, limit) => {
        asked.push(offset)
        return { total: all.length, rows: all.slice(offset, offset + limit) }
      },
      new AbortController().signal,
      () => {},
    )
    expect(got).toEqual(all)
    expect(asked).toEqual([0, 1000, 2000])
  })
  it('stops when a page comes back empty before the total is reached, and when it is told to', async () => {
    const none = await collectPages(
      async () => ({ total: 5, rows: [] as number[] }),
      new AbortController().signal,
      () => {},
    )
    expect(none).toEqual([])
    const stop = new AbortController()
    await expect(
      collectPages(
        async () => {
          stop.abort()
          return { total: 9, rows: [1] }
        },
        stop.signal,
        () => {},
      ),
    ).rejects.toThrow()
  })
})
