import { describe, expect, it } from 'vitest'
import { PageCache, type Page } from './page-cache.ts'

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

function cacheOf(total: number, keep = 30) {
  const asked: { offset: number; signal: AbortSignal }[] = []
  let changes = 0
  const cache = new PageCache<number>(
    async (offset, limit, signal): Promise<Page<number>> => {
      asked.push({ offset, signal })
      await settle()
      const length = Math.max(0, Math.min(limit, total - offset))
      return { total, rows: Array.from({ length }, (_, i) => offset + i) }
    },
    () => changes++,
    10,
    keep,
  )
  return { cache, asked, changes: () => changes }
}

describe('PageCache', () => {
  it('fetches each page in view once and answers rows by index', async () => {
    const { cache, asked } = cacheOf(25)
    cache.want(0, 12)
    cache.want(0, 12)
    await settle()
    await settle()
    expect(asked.map((a) => a.offset)).toEqual([0, 10])
    expect(cache.total).toBe(25)
    expect([cache.row(0), cache.row(11), cache.row(20)]).toEqual([0, 11, undefined])
    cache.want(20, 24)
    cache.want(30, 90)
    await settle()
    await settle()
    expect(asked.map((a) => a.offset)).toEqual([0, 10, 20])
  })

  it('aborts pages that were scrolled past', () => {
    const { cache, asked } = cacheOf(1000)
    cache.want(0, 5)
    cache.want(500, 505)
    expect(asked[0]!.signal.aborted).toBe(true)
    expect(asked[1]!.signal.aborted).toBe(false)
    cache.dispose()
    expect(asked[1]!.signal.aborted).toBe(true)
  })

  it('forgets the pages fetched longest ago', async () => {
    const { cache } = cacheOf(1000, 2)
    for (const at of [0, 10, 20]) {
      cache.want(at, at)
      await settle()
      await settle()
    }
    expect([cache.row(0), cache.row(10), cache.row(20)]).toEqual([undefined, 10, 20])
  })

  it('keeps a failure until a page comes, and asks again when told', async () => {
    let fail = true
    const cache = new PageCache<number>(
      async () => {
        if (fail) throw new Error('no')
        return { total: 1, rows: [7] }
      },
      () => {},
    )
    cache.want(0, 0)
    await settle()
    expect(cache.error).toBeInstanceOf(Error)
    fail = false
    cache.want(0, 0)
    await settle()
    expect(cache.error).toBeNull()
    expect(cache.row(0)).toBe(7)
  })
})
