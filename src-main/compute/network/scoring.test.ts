import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { networkFromBytes } from './index.ts'
import { openHead, scoreAccounts } from './scoring.fixture.ts'

/** Made with PyTorch by `node tests/bench/learning/scoring.ts --fixture`. */
const recorded = JSON.parse(
  readFileSync(new URL('../../../tests/reference/network-scoring.json', import.meta.url), 'utf8'),
) as Record<'offsets' | 'targets' | 'values' | 'x' | 'network', string> & {
  n: number
  width: number
  hops: number
  margins: number[]
}

const bytes = (text: string): ArrayBuffer => {
  const buffer = Buffer.from(text, 'base64')
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.length) as ArrayBuffer
}
const probability = (margin: number) => 1 / (1 + Math.exp(-margin))

describe('diffusion and the head', () => {
  it('score as the same network in PyTorch does', async () => {
    const { n, width, hops, margins: want } = recorded
    const a = {
      n,
      offsets: new Uint32Array(bytes(recorded.offsets)),
      targets: new Uint32Array(bytes(recorded.targets)),
      values: new Float32Array(bytes(recorded.values)),
    }
    const member = networkFromBytes(new Uint8Array(bytes(recorded.network)))
    const head = await openHead(member, 1)
    const x = new Float32Array(bytes(recorded.x))
    const { margins } = await scoreAccounts(a, x, width, hops, head, freePace())
    await head.release()
    expect(margins.length).toBe(n)
    for (let u = 0; u < n; u++)
      expect(Math.abs(probability(margins[u]) - probability(want[u]))).toBeLessThan(1e-4)
    const spread = Math.max(...want) - Math.min(...want)
    expect(spread).toBeGreaterThan(1)
  })
})
