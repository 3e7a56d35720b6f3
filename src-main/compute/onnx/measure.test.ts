import { describe, expect, it } from 'vitest'
import { ShoalError } from '../../common/errors.ts'
import type { LoadedModel } from './load.ts'
import { openFastest } from './measure.ts'
import type { Provider } from './provider-names.ts'

/** Providers that take `ms` a batch by a clock of their own; a missing one falls back to cpu as loadModel does. */
function machine(ms: Partial<Record<Provider, number | 'fails'>>) {
  let time = 0
  const open: string[] = []
  const load = async (_: string, options: { providers?: readonly Provider[] } = {}): Promise<LoadedModel> => {
    const asked = options.providers![0]
    const provider = ms[asked] === undefined ? 'cpu' : asked
    open.push(provider)
    return {
      provider,
      failures: provider === asked ? [] : [{ provider: asked, error: 'no such device' }],
      run: async () => {
        const cost = ms[provider]!
        if (cost === 'fails') throw new ShoalError('provider_failed', 'out of memory')
        time += cost
        return {}
      },
      release: async () => void open.splice(open.indexOf(provider), 1),
    } as unknown as LoadedModel
  }
  return { open, options: { open: load as never, clock: () => time, sample: {}, log: () => {} } }
}
const choose = async (ms: Parameters<typeof machine>[0], providers: Provider[], batches = 100) => {
  const { open, options } = machine(ms)
  const { model, times } = await openFastest('/m', { ...options, providers, batches })
  return { provider: model.provider, times, open, failures: model.failures }
}

describe('openFastest', () => {
  it('takes the provider that is faster on this model, and releases the others', async () => {
    const gpu = await choose({ cpu: 9, cuda: 2 }, ['cuda', 'cpu'])
    expect(gpu).toMatchObject({ provider: 'cuda', open: ['cuda'] })
    expect(gpu.times).toEqual([
      { provider: 'cpu', ms: 9 },
      { provider: 'cuda', ms: 2 },
    ])
    expect(await choose({ cpu: 1, cuda: 2, webgpu: 3 }, ['cuda', 'webgpu'])).toMatchObject({
      provider: 'cpu',
      open: ['cpu'],
    })
  })

  it('measures nothing where there is nothing to choose or to win', async () => {
    expect((await choose({ cpu: 9 }, ['cpu'])).times).toEqual([])
    expect(await choose({ cpu: 9, cuda: 1 }, ['cuda'], 2)).toMatchObject({ provider: 'cpu', times: [] })
  })

  it('goes on without a provider that is gone or fails on a real batch', async () => {
    const found = await choose({ cpu: 9, webgpu: 'fails' }, ['cuda', 'webgpu'])
    expect(found).toMatchObject({ provider: 'cpu', open: ['cpu'] })
    expect(found.failures.map((f) => f.provider)).toEqual(['cuda', 'webgpu'])
  })
})
