import { describe, expect, it } from 'vitest'
import { createPace, freePace } from '../../common/pace.ts'
import { Random } from '../communities/random.ts'
import type { TrainingData } from '../learning/types.ts'
import { encodeRows, fitEncoding } from './encode.ts'
import { gatedNetwork, gatedNetworkParams, networkFromBytes, networkToBytes } from './index.ts'
import { normalQuantile } from './normal.ts'
import { tableOf, testColumn } from './testing.ts'
import { validationFolds } from './trainer.ts'

const pace = freePace()
const small = gatedNetworkParams.parse({ heads: 2, hidden: 16, dense: 8, epochs: 40, rate: 0.01, batch: 32 })

/** Rank statistic: the chance that a malicious row stands above a benign one. */
function auroc(y: Uint8Array, s: Float32Array): number {
  let won = 0
  let pairs = 0
  for (let i = 0; i < y.length; i++)
    for (let j = 0; j < y.length; j++)
      if (y[i] === 1 && y[j] === 0) {
        won += s[i] > s[j] ? 1 : s[i] === s[j] ? 0.5 : 0
        pairs++
      }
  return won / pairs
}

/**
 * Two columns that only matter together (exclusive or), one that is missing more often where malicious, one category,
 * one heavy-tailed, one constant.
 */
function world(rows: number, seed: number): TrainingData {
  const random = new Random(seed)
  const columns = [
    testColumn('a'),
    testColumn('b', { operator: 'mean', relation: 'all', hop: 1 }),
    testColumn('gaps', { family: 'logins' }),
    testColumn('kind', { kind: 'category', categories: ['p', 'q', 'r'] }),
    testColumn('money', { operator: 'power', relation: 'all', hop: 2 }),
    testColumn('same'),
  ]
  const x: number[][] = []
  const y: number[] = []
  for (let i = 0; i < rows; i++) {
    const bad = i % 3 === 0 ? 1 : 0
    const a = random.next() - 0.5
    const b = Math.abs(random.next() - 0.5) * Math.sign(a) * (bad ? -1 : 1)
    const gaps = random.next() < (bad ? 0.5 : 0.2) ? NaN : random.next()
    x.push([a, b * 1e6, gaps, random.int(3), Math.exp(8 * random.next() + bad), 7])
    y.push(bad)
  }
  return tableOf(columns, x, y)
}

describe('gatedNetwork', () => {
  const data = world(900, 1)
  const test = world(400, 2)

  it('learns what only columns of two channels together say, and generalises', async () => {
    const member = await gatedNetwork.train(data, small, 1, pace)
    const margins = member.predict(test.x, test.rows)
    expect(auroc(test.y, margins)).toBeGreaterThan(0.9)
    // Margins are log-odds: the mean probability is near the share of malicious accounts.
    const mean = margins.reduce((sum, m) => sum + 1 / (1 + Math.exp(-m)), 0) / test.rows
    expect(Math.abs(mean - 1 / 3)).toBeLessThan(0.08)
    expect(member.about).toMatchObject({ rows: 900, malicious: 300 })
    expect((member.about.channels as string[]).length).toBe(4)
  })

  it('gives the same bits for the same seed, and others for another', async () => {
    const one = (await gatedNetwork.train(data, small, 3, pace)).predict(test.x, test.rows)
    const two = (await gatedNetwork.train(data, small, 3, pace)).predict(test.x, test.rows)
    const other = (await gatedNetwork.train(data, small, 4, pace)).predict(test.x, test.rows)
    expect(two).toEqual(one)
    expect(other).not.toEqual(one)
    // What stands beside a row does not change its margin.
    const member = await gatedNetwork.train(data, small, 3, pace)
    expect(member.predict(test.x.subarray(17 * 6, 18 * 6), 1)[0]).toBe(one[17])
  })

  it('stops early where the labels have nothing to teach', async () => {
    const random = new Random(9)
    const noise = { ...data, y: data.y.map(() => random.int(2)) }
    const member = await gatedNetwork.train(noise, { ...small, epochs: 200 }, 1, pace)
    for (const head of member.about.heads as { epochs: number; kept: number; loss: number }[]) {
      expect(head.epochs).toBeLessThan(100)
      expect(head.epochs - head.kept).toBe(small.patience)
    }
  })

  it('is refitted with as many passes over all labels as its heads needed, and needs no others to stop by', async () => {
    const params = gatedNetworkParams.parse({ heads: 2, epochs: 12, patience: 3 })
    const held = await gatedNetwork.train(data, params, 1, pace)
    const heads = (member: { about: Record<string, unknown> }) =>
      member.about['heads'] as { epochs: number; kept: number; loss: number | null }[]
    const kept = heads(held).map((head) => head.kept)
    const again = gatedNetwork.forRefit(params, [held])
    expect(again).toMatchObject({ validate: false, epochs: Math.round((kept[0] + kept[1]) / 2) })
    const refit = await gatedNetwork.train(data, again, 1, pace)
    for (const head of heads(refit))
      expect(head).toEqual({ epochs: again.epochs, kept: again.epochs, loss: null })
    // Nothing was held back by what is refitted from: its settings stay.
    expect(gatedNetwork.forRefit(params, [refit])).toEqual(params)
  })

  it('weighs rows and classes', async () => {
    const heavy = Float32Array.from(data.y, (v) => (v === 1 ? 8 : 1))
    const plain = (await gatedNetwork.train(data, small, 1, pace)).predict(test.x, test.rows)
    const weighted = (await gatedNetwork.train({ ...data, weights: heavy }, small, 1, pace)).predict(
      test.x,
      test.rows,
    )
    const mean = (m: Float32Array) => m.reduce((sum, v) => sum + v, 0) / m.length
    // log 8 = 2.08 more, where the data leave room for it.
    expect(mean(weighted) - mean(plain)).toBeGreaterThan(1)
    const balanced = await gatedNetwork.train(data, { ...small, balance: 1 }, 1, pace)
    expect(mean(balanced.predict(test.x, test.rows))).toBeGreaterThan(mean(plain) + 0.3)
  })

  it('trains on a handful of labels, without any for validation', async () => {
    const few = world(12, 4)
    const member = await gatedNetwork.train(few, small, 1, pace)
    for (const head of member.about.heads as { loss: number | null; epochs: number }[])
      expect(head).toMatchObject({ loss: null, epochs: 13 })
    expect(member.predict(few.x, 12).every(Number.isFinite)).toBe(true)
  })

  it('makes fewer passes over more rows, as rowsSeen says', async () => {
    const member = await gatedNetwork.train(data, { ...small, rowsSeen: 2700 }, 1, pace)
    for (const head of member.about.heads as { epochs: number }[]) expect(head.epochs).toBe(3)
  })

  it('contributes what sums to the margin, most from what decides', async () => {
    const member = await gatedNetwork.train(data, small, 1, pace)
    const margins = member.predict(test.x, test.rows)
    const parts = member.contributions(test.x, test.rows)
    const size = new Float64Array(6)
    for (let i = 0; i < test.rows; i++) {
      let sum = 0
      for (let k = 0; k <= 6; k++) sum += parts[i * 7 + k]
      expect(sum).toBeCloseTo(margins[i], 4)
      for (let k = 0; k < 6; k++) size[k] += Math.abs(parts[i * 7 + k])
      expect(parts[i * 7 + 6]).toBeCloseTo(parts[6], 5)
    }
    expect(size[5]).toBe(0)
    expect(Math.min(size[0], size[1])).toBeGreaterThan(2 * size[3])
  })

  it('comes back from its file as it was', async () => {
    const member = await gatedNetwork.train(data, small, 1, pace)
    const bytes = networkToBytes(member.data)
    const back = networkFromBytes(bytes)
    expect(back.predict(test.x, test.rows)).toEqual(member.predict(test.x, test.rows))
    expect(back.contributions(test.x, test.rows)).toEqual(member.contributions(test.x, test.rows))
    expect(back.about).toEqual(member.about)
    expect(() => networkFromBytes(bytes.subarray(0, bytes.length - 4))).toThrow(/another length/)
    expect(() => networkFromBytes(bytes.subarray(0, 200))).toThrow(/cut off/)
    expect(() => networkFromBytes(new Uint8Array(40))).toThrow(/Train the model again/)
  })

  it('refuses labels of one kind, and tables that say nothing', async () => {
    await expect(
      gatedNetwork.train({ ...data, y: data.y.map(() => 0) }, small, 1, pace),
    ).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/900 labels say benign/),
    })
    const same = { ...data, x: data.x.map(() => 1) }
    await expect(gatedNetwork.train(same, small, 1, pace)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/same value for all/),
    })
    expect(gatedNetworkParams.safeParse({ hiden: 3 }).success).toBe(false)
  })

  it('hears a cancel', async () => {
    const stop = new AbortController()
    let reports = 0
    const hearing = createPace(
      stop.signal,
      (progress) => {
        expect(progress.phase).toBe('train.network')
        expect(progress.done).toBeLessThanOrEqual(progress.total!)
        if (++reports === 3) stop.abort()
      },
      undefined,
      0,
    )
    await expect(gatedNetwork.train(data, small, 1, hearing)).rejects.toMatchObject({ code: 'cancelled' })
    expect(reports).toBe(3)
  })
})

describe('fitEncoding', () => {
  it('maps numbers to normal deviates of their rank, missing to the mean, and says what was missing', async () => {
    const random = new Random(2)
    const rows = Array.from({ length: 4000 }, () => [
      Math.exp(20 * random.next()),
      random.next() < 0.25 ? NaN : 5,
      random.next() < 0.1 ? 1 : 0,
    ])
    const columns = ['heavy', 'gaps', 'binary'].map((name) => testColumn(name))
    const data = tableOf(columns, rows, Array<number>(4000).fill(0))
    const encoding = await fitEncoding(data, pace)
    // 'gaps' has one value only: what is left of it is whether it is missing.
    expect(encoding.codes.map(({ kind, column }) => [kind, column])).toEqual([
      ['number', 0],
      ['missing', 1],
      ['number', 2],
    ])
    const out = new Float32Array(4000 * 4)
    encodeRows(encoding, data.x, 0, 4000, out, 4)
    for (let j = 0; j < 3; j++) {
      const values = Array.from({ length: 4000 }, (_, i) => out[i * 4 + j])
      const mean = values.reduce((a, b) => a + b, 0) / 4000
      expect(Math.abs(mean)).toBeLessThan(1e-4)
      expect(values.reduce((a, b) => a + (b - mean) ** 2, 0) / 4000).toBeCloseTo(1, 1)
    }
    // The order stays, and 84% of a uniform exponent is one deviation up.
    const probe = new Float32Array(8)
    encodeRows(encoding, Float32Array.of(Math.exp(16.8), 5, 0, Infinity, NaN, NaN), 0, 2, probe, 4)
    expect(Math.abs(probe[0] - 1)).toBeLessThan(0.15)
    expect(probe[4]).toBeGreaterThan(2.3)
    expect(probe[5]).toBeGreaterThan(probe[1])
    expect(probe[6]).toBe(0)
  })

  it('keeps the most frequent categories, and columns of a channel together', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => [i % 50 === 0 ? i : i % 2, i, i % 7])
    const columns = [
      testColumn('kind', { kind: 'category' }),
      testColumn('mean', { operator: 'mean', relation: 'all', hop: 1 }),
      testColumn('own'),
    ]
    const encoding = await fitEncoding(tableOf(columns, rows, Array<number>(300).fill(0)), pace)
    expect(encoding.codes.map(({ column }) => column)).toEqual([0, 2, 1])
    expect(encoding.codes[0]).toMatchObject({ kind: 'category', values: [1, 0] })
    expect(encoding.channels).toEqual([
      { name: 'own self 0 attributes', end: 3 },
      { name: 'mean all 1', end: 4 },
    ])
    expect(encoding.inputs).toBe(4)
  })
})

describe('parts of it', () => {
  it('normalQuantile inverts the normal distribution', () => {
    for (const [p, z] of [
      [0.5, 0],
      [0.8413447460685429, 1],
      [0.975, 1.959963984540054],
      [0.005, -2.575829303548901],
      [0.001, -3.090232306167813],
    ])
      expect(normalQuantile(p)).toBeCloseTo(z, 7)
  })

  it('validationFolds shares each class evenly', () => {
    const y = Uint8Array.from({ length: 103 }, (_, i) => (i < 21 ? 1 : 0))
    const folds = validationFolds(y, 5, new Random(1))
    for (let f = 0; f < 5; f++) {
      const bad = folds.reduce((n, v, i) => n + (v === f && y[i] === 1 ? 1 : 0), 0)
      const good = folds.reduce((n, v, i) => n + (v === f && y[i] === 0 ? 1 : 0), 0)
      expect(bad === 4 || bad === 5).toBe(true)
      expect(good === 16 || good === 17).toBe(true)
    }
    expect(validationFolds(y.subarray(12), 5, new Random(1)).every((f) => f === -1)).toBe(true)
  })
})
