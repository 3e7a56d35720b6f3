import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isCancelled, ShoalError } from '../../common/errors.ts'
import { createPace, freePace } from '../../common/pace.ts'
import { modularity } from '../communities/partition.ts'
import { describeCommunities } from '../communities/store.ts'
import type { Csr } from '../graph/types.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { NO_COMMUNITY } from './compare.ts'
import { outsidersAlone } from './groups.ts'
import { DETECTORS, detectorById, detectorInfos } from './index.ts'
import { parseParams } from './params.ts'
import { allConnected, measureQuality, memberLists } from './quality.ts'
import { csrOf, plantedBlocks, randomCsr } from './testing.ts'

let w: TestWorkspace
beforeEach(() => {
  w = testWorkspace()
})
afterEach(() => w.close())

const inputOf = (csr: Csr) => ({
  graph: { combined: csr, accountIds: Uint32Array.from({ length: csr.n }, (_, u) => u + 1) },
  db: w.db,
  droppedFacts: 0,
})
const ids = DETECTORS.map((detector) => detector.id)

/** Labels and shared things, so that every detector has what it needs. */
function facts(n: number) {
  w.accounts(...Array.from({ length: n }, (_, u) => `a${u}`))
  for (let account = 1; account <= n; account++) {
    w.link(account, 'device', `D${Math.floor(account / 5)}`)
    w.link(account, 'ip', `I${Math.floor(account / 5)}`)
    if (account % 7 === 1)
      w.db
        .prepare("INSERT INTO label (account_id, label, source_id, row) VALUES (?, 'malicious', 1, 1)")
        .run(account)
  }
}

test('descriptors are complete and their defaults are valid', () => {
  expect(new Set(ids).size).toBe(ids.length)
  for (const info of detectorInfos()) {
    expect(info.source, info.id).toMatch(/\d{4}/)
    expect(info.help, info.id).toMatch(/^[A-Z].*\.$/)
    for (const param of info.params) {
      expect(param.help, `${info.id}.${param.name}`).toMatch(/\.$/)
      if (param.kind === 'choice') expect(param.choices).toContain(param.default)
      if (param.kind === 'integer')
        expect([param.min, param.max].every(Number.isInteger), param.name).toBe(true)
    }
    const defaults = Object.fromEntries(info.params.map((param) => [param.name, param.default]))
    expect(parseParams(detectorById(info.id), defaults)).toEqual(defaults)
    expect(parseParams(detectorById(info.id), {})).toEqual(defaults)
  }
})

describe.each(ids)('%s', (id) => {
  const detector = detectorById(id)
  const params = parseParams(detector, {})

  test('finds nothing in graphs without edges, however small', async () => {
    facts(3)
    for (const n of [0, 1, 3]) {
      const found = await detector
        .run(inputOf(csrOf(n, [])), params, 1, freePace())
        .catch((error: unknown) => error as ShoalError)
      if (found instanceof ShoalError)
        expect([id, found.code]).toEqual(['seeded-expansion', 'nothing_to_analyze'])
      else {
        expect(found.count).toBe(0)
        expect(found.membership).toHaveLength(n)
      }
    }
  })

  test('numbers communities by size, of two or more, the same each time', async () => {
    facts(24)
    await fc.assert(
      fc.asyncProperty(
        randomCsr().filter((csr) => csr.n > 1),
        fc.nat(9),
        async (csr, seed) => {
          const found = await detector.run(inputOf(csr), params, seed, freePace())
          const { size } = describeCommunities(csr, found.membership, found.count)
          expect(Array.from(size)).toEqual(Array.from(size).sort((a, b) => b - a))
          expect(size.every((members) => members >= 2)).toBe(true)
          if (detector.resample === 'edges')
            expect(allConnected(csr, found.membership, found.count, found.overlaps)).toBe(true)
          const again = await detector.run(inputOf(csr), params, seed, freePace())
          expect(again.membership).toEqual(found.membership)
          expect(again.overlaps).toEqual(found.overlaps)
          if (!detector.seeded) {
            const other = await detector.run(inputOf(csr), params, seed + 1, freePace())
            expect(other.membership).toEqual(found.membership)
          }
        },
      ),
      { numRuns: 10 },
    )
  })

  test('hears a cancel', async () => {
    facts(60)
    const { csr } = plantedBlocks({ blocks: 3, size: 20, inside: 0.4, outside: 0.01, seed: 4 })
    const abort = new AbortController()
    abort.abort()
    const error = await detector
      .run(inputOf(csr), params, 1, createPace(abort.signal))
      .catch((e: unknown) => e)
    expect(isCancelled(error)).toBe(true)
  })
})

test('quality: modularity and coverage from scratch, and connectedness by what is reachable', () => {
  fc.assert(
    fc.property(
      randomCsr(12),
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 }),
      (csr, labels) => {
        // Labels 0–2 are communities, 3 is none; numbered without gaps, as detections are.
        const used = [...new Set(labels.slice(0, csr.n).filter((label) => label < 3))]
        const count = used.length
        const membership = Uint32Array.from({ length: csr.n }, (_, u) =>
          labels[u] < 3 ? used.indexOf(labels[u]) : NO_COMMUNITY,
        )
        const quality = measureQuality(csr, membership, describeCommunities(csr, membership, count), null)
        const whole = outsidersAlone(membership, count)
        expect(new Set(whole).size).toBe(
          new Set(membership.filter((c) => c < count)).size + membership.filter((c) => c >= count).length,
        )
        expect(quality.modularity).toBeCloseTo(modularity(csr, whole), 9)
        expect(whole.every((c) => c < csr.n)).toBe(true)
        let inside = 0
        let all = 0
        const reach = Array.from({ length: csr.n }, (_, u) => new Set([u]))
        for (let u = 0; u < csr.n; u++) {
          for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
            all += csr.weights[e]
            if (membership[u] >= count || membership[u] !== membership[csr.targets[e]]) continue
            inside += csr.weights[e]
            reach[u].add(csr.targets[e])
          }
        }
        expect(quality.coverage).toBeCloseTo(all > 0 ? inside / all : 0, 6)
        for (let round = 0; round < csr.n; round++)
          for (const set of reach) for (const v of Array.from(set)) for (const x of reach[v]) set.add(x)
        const { offsets, nodes } = memberLists(membership, count, null)
        let connected = true
        for (let c = 0; c < count; c++)
          if (offsets[c + 1] > offsets[c] && reach[nodes[offsets[c]]].size < offsets[c + 1] - offsets[c])
            connected = false
        expect(quality.allConnected).toBe(connected)
      },
    ),
  )
})
