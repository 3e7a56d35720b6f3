import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forkProbeChild, probeProviders, usableProviders } from './providers.ts'
import type { ProbeChild } from './providers.ts'
import { candidateProviders } from './provider-names.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shoal-probe-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** A child made of `code`, to play a provider that misbehaves. */
function childOf(code: string): () => ProbeChild {
  const script = join(dir, 'child.mjs')
  writeFileSync(script, code)
  return () => forkProbeChild(script)
}

describe('probeProviders', () => {
  it('finds that cpu works here, with right numbers and a time', async () => {
    const results = await probeProviders()
    const cpu = results.find((r) => r.provider === 'cpu')
    expect(cpu).toMatchObject({ works: true })
    expect(cpu!.ms).toBeGreaterThan(0)
    expect(results.map((r) => r.provider).sort()).toEqual([...candidateProviders()].sort())
    for (const r of results) if (!r.works) expect(r.error).toBeTruthy()
  })

  it('survives a provider that aborts its process', async () => {
    const results = await probeProviders({
      candidates: ['cuda', 'cpu'],
      startChild: childOf(`process.on('message', m => m.provider === 'cuda' ? process.abort()
        : process.send({ provider: 'cpu', works: true, ms: 1 }))`),
    })
    expect(results[0]).toEqual({ provider: 'cpu', works: true, ms: 1 })
    expect(results[1]).toMatchObject({
      provider: 'cuda',
      works: false,
      error: expect.stringMatching(/SIGABRT|exit code/),
    })
    expect(usableProviders(results)).toEqual(['cpu'])
  })

  it('gives up a provider that hangs, and one that answers nonsense', async () => {
    const hang = childOf(`process.on('message', () => {})`)
    expect(await probeProviders({ candidates: ['cpu'], startChild: hang, timeoutMs: 50 })).toMatchObject([
      { works: false, error: expect.stringMatching(/no answer/) },
    ])
    const nonsense = childOf(`process.on('message', () => process.send({ works: 'yes' }))`)
    expect(await probeProviders({ candidates: ['cpu'], startChild: nonsense })).toMatchObject([
      { works: false, error: expect.stringMatching(/nonsense/) },
    ])
  })

  it('survives a child that cannot start', async () => {
    const startChild = () => {
      throw new Error('no more processes')
    }
    const cacheFile = join(dir, 'never.json')
    expect(await probeProviders({ candidates: ['cpu'], startChild, cacheFile })).toMatchObject([
      { works: false, error: "can't start: no more processes" },
    ])
    expect(existsSync(cacheFile)).toBe(false)
  })

  it('puts the fastest first and keeps what it found', async () => {
    const cacheFile = join(dir, 'cache', 'providers.json')
    let children = 0
    const start =
      childOf(`process.on('message', m => process.send({ provider: m.provider, works: m.provider !== 'dml',
      ...(m.provider !== 'dml' && { ms: m.provider === 'webgpu' ? 1 : 3 }) }))`)
    const options = {
      cacheFile,
      candidates: ['dml', 'cpu', 'webgpu'] as const,
      startChild: () => (children++, start()),
    }
    const first = await probeProviders(options)
    expect(first.map((r) => r.provider)).toEqual(['webgpu', 'cpu', 'dml'])
    expect(children).toBe(3)
    expect(await probeProviders(options)).toEqual(first)
    expect(children).toBe(3)
    // Other candidates, or a damaged cache, are probed anew.
    await probeProviders({ ...options, candidates: ['cpu'] })
    expect(children).toBe(4)
    writeFileSync(cacheFile, '{')
    await probeProviders({ ...options, candidates: ['cpu'] })
    expect(children).toBe(5)
    expect(JSON.parse(readFileSync(cacheFile, 'utf8')).results).toHaveLength(1)
  })

  it('stops when cancelled', async () => {
    const hang = childOf(`process.on('message', () => {})`)
    const controller = new AbortController()
    const probing = probeProviders({ candidates: ['cpu'], startChild: hang, signal: controller.signal })
    controller.abort()
    await expect(probing).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('candidateProviders', () => {
  it('fits the platform and ends with cpu', () => {
    const known = ['cpu', 'webgpu', 'cuda', 'tensorrt', 'dml', 'coreml']
    expect(candidateProviders('win32', known)).toEqual(['cuda', 'dml', 'webgpu', 'cpu'])
    expect(candidateProviders('darwin', known)).toEqual(['coreml', 'webgpu', 'cpu'])
    expect(candidateProviders('linux', known)).toEqual(['cuda', 'webgpu', 'cpu'])
    expect(candidateProviders('linux', ['cpu'])).toEqual(['cpu'])
  })
})
