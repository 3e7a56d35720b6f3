import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { END, momentIn, OPENED, RHYTHMS, type RhythmName, timeText } from './calendar.ts'
import { CsvFile, csvField } from './csv.ts'
import { CITIES, hostingCity, hostingIp, isHosting, lineIp, mobileIp } from './places.ts'
import { cumulative, draw, exp, ln, Rng, scatter } from './rng.ts'
import { CATEGORIES, complaint, ringScript, type Tongue } from './texts/compose.ts'
import { copyOfScript } from './texts/mutate.ts'
import { SCHEMES } from './world.ts'

const PINNED = [971963987, 980459175, 2108789246, 3109900453]

describe('random numbers', () => {
  it('are pinned: these never change, or every world does', () => {
    const rng = new Rng(7, 1, 2)
    expect([rng.u32(), rng.u32(), rng.u32(), rng.u32()]).toEqual(PINNED)
  })

  it('have the means and spreads they are named for', () => {
    const rng = new Rng(1, 2, 3)
    const mean = (sample: () => number, n = 20_000): number => {
      let sum = 0
      for (let k = 0; k < n; k++) sum += sample()
      return sum / n
    }
    expect(mean(() => rng.next())).toBeCloseTo(0.5, 1)
    expect(mean(() => rng.poisson(3))).toBeCloseTo(3, 0)
    expect(Math.abs(mean(() => rng.poisson(90)) - 90)).toBeLessThan(0.5)
    expect(Math.abs(mean(() => rng.exponential(5)) - 5)).toBeLessThan(0.2)
    expect(Math.abs(mean(() => rng.spread(0.8)) - 1)).toBeLessThan(0.05)
    expect(Math.abs(mean(() => rng.normal()))).toBeLessThan(0.03)
    const sums = cumulative([1, 0, 3])
    const counts = [0, 0, 0]
    for (let k = 0; k < 8000; k++) counts[draw(rng, sums)]++
    expect(counts[1]).toBe(0)
    expect(Math.abs(counts[2] / counts[0] - 3)).toBeLessThan(0.4)
  })

  it('agree with the engine in logarithm and exponential', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (x) => {
        expect(Math.abs(ln(x) - Math.log(x))).toBeLessThan(1e-8)
      }),
    )
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (x) => {
        expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-8)
      }),
    )
  })

  it('scatter without collisions', () => {
    const seen = new Set<number>()
    for (let k = 0; k < 50_000; k++) seen.add(scatter(k))
    expect(seen.size).toBe(50_000)
  })
})

describe('addresses', () => {
  it('of fixed lines differ, within a kind and between kinds', () => {
    const seen = new Set<number>()
    for (const kind of ['home', 'site', 'cafe', 'hotel', 'shop', 'den', 'residential'] as const)
      for (let k = 0; k < 3000; k++) seen.add(lineIp(kind, k))
    expect(seen.size).toBe(21_000)
    expect([...seen].some(isHosting)).toBe(false)
  })

  it('of hosting tell their city', () => {
    fc.assert(
      fc.property(fc.nat(CITIES.length - 1), fc.nat(500), fc.nat(4_294_967_295), (city, pool, host) => {
        const ip = hostingIp(city, pool, host)
        expect(isHosting(ip)).toBe(true)
        expect(ip).toBeLessThan(255 * 2 ** 24)
        expect(hostingCity(ip)).toBe(city)
      }),
    )
  })

  it('of phones stay in 100.64.0.0/10', () => {
    for (let city = 0; city < CITIES.length; city++)
      for (let pool = 0; pool < 60; pool++) expect(mobileIp(city, pool) >>> 22).toBe(0x64400000 >>> 22)
  })
})

describe('times', () => {
  it('are written so that Date reads back the same second', () => {
    fc.assert(
      fc.property(fc.integer({ min: OPENED, max: END }), fc.constantFrom(...CITIES), (seconds, city) => {
        expect(Date.parse(timeText(seconds, city.offset))).toBe(seconds * 1000)
      }),
    )
  })

  it('stay inside the span they are drawn from', () => {
    const names = Object.keys(RHYTHMS) as RhythmName[]
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 2, max: 20_000_000 }),
        fc.constantFrom(...names),
        (seed, span, name) => {
          const from = END - 30_000_000
          const ts = momentIn(new Rng(seed, 0, 0), from, from + span, 480, name)
          expect(Number.isInteger(ts) && ts >= from && ts < from + span).toBe(true)
        },
      ),
    )
  })

  it('follow the day: people sleep, machines do not', () => {
    const night = (name: RhythmName): number => {
      const rng = new Rng(4, 5, 6)
      let count = 0
      for (let k = 0; k < 4000; k++) {
        const ts = momentIn(rng, END - 100 * 86_400, END, 480, name)
        if (Math.floor(((ts + 480 * 60) % 86_400) / 3600) < 6) count++
      }
      return count / 4000
    }
    expect(night('worker')).toBeLessThan(0.1)
    expect(night('flat')).toBeGreaterThan(0.2)
  })
})

describe('CSV', () => {
  it('is read back as it was written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shoal-csv-'))
    try {
      const text = fc.oneof(
        fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed()),
        fc.constantFrom('', '"', 'a,b', 'a\nb', '\r\n', ' x ', '骗子，"快封"\n谢谢'),
      )
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { minLength: 1 }),
          async (rows) => {
            const path = join(folder, 'x.csv')
            const file = new CsvFile(path, ['a', 'b'])
            for (const row of rows) {
              file.add(row.map(csvField).join(','))
              await file.drain()
            }
            await file.close()
            expect(file.rows).toBe(rows.length)
            expect(readFileSync(path).length).toBe(file.bytes)
            const read = parse(readFileSync(path), { record_delimiter: '\n', bom: false })
            expect(read).toEqual([['a', 'b'], ...rows])
          },
        ),
        { numRuns: 25 },
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('texts', () => {
  it('leave no slot open, in any category, language and scheme', () => {
    const rng = new Rng(9, 9, 9)
    for (let k = 0; k < 4000; k++) {
      const scheme = SCHEMES[k % SCHEMES.length]
      const script = ringScript(k % 2 === 0 ? 'spam' : 'scam', scheme, k % 3 === 0 ? 'en' : 'zh', rng)
      const tongue = (['zh', 'en', 'mixed'] as Tongue[])[k % 3]
      const text = complaint(CATEGORIES[k % 4], tongue, { script, topic: scheme }, rng)
      expect(script + text).not.toMatch(/[{}]|undefined/)
      expect(text).not.toBe('')
      expect(text.isWellFormed()).toBe(true)
    }
  })

  it('tell of the scheme they are about', () => {
    const rng = new Rng(5, 5, 5)
    let loans = 0
    for (let k = 0; k < 400; k++)
      if (/贷款|放款|走账|跑分/.test(complaint('scam', 'zh', { script: undefined, topic: 'loan' }, rng)))
        loans++
    expect(loans).toBeGreaterThan(280)
  })

  it('vary: a thousand complaints of a kind are nearly all different', () => {
    const rng = new Rng(3, 3, 3)
    const seen = new Set<string>()
    for (let k = 0; k < 1000; k++)
      seen.add(complaint('scam', 'zh', { script: undefined, topic: undefined }, rng))
    expect(seen.size).toBeGreaterThan(900)
  })

  it("stay near their script when a ring copies it, and far from another's", () => {
    const rng = new Rng(2, 2, 2)
    const grams = (text: string): Set<string> =>
      new Set([...text].map((_, k, all) => all.slice(k, k + 3).join('')).filter((gram) => gram.length > 2))
    const alike = (a: string, b: string): number => {
      const [x, y] = [grams(a), grams(b)]
      const both = [...x].filter((gram) => y.has(gram)).length
      return both / (x.size + y.size - both)
    }
    let near = 0
    let far = 0
    for (let k = 0; k < 200; k++) {
      const one = ringScript('scam', 'brushing', 'zh', rng)
      const other = ringScript('scam', 'loan', 'zh', rng)
      near += alike(copyOfScript(one, rng), copyOfScript(one, rng)) / 200
      far += alike(copyOfScript(one, rng), copyOfScript(other, rng)) / 200
    }
    expect(near).toBeGreaterThan(0.6)
    expect(far).toBeLessThan(0.15)
  })
})
