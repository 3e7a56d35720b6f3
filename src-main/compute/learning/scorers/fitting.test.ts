import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { createPace } from '../../../common/pace.ts'
import type { ComputeContext } from '../../context.ts'
import { noisyData } from '../../trees/testing.ts'
import { fitAll, type FitRequest, type Fitted } from './fitting.ts'
import { LEARNERS, type LearnerId } from './learners.ts'
import { memberToBytes } from './member-files.ts'

/** Counted as this many values, fits go to threads however small they are. */
const LARGE = 1_000_000

function context(more: Partial<ComputeContext> = {}): ComputeContext & { logged: string[] } {
  const logged: string[] = []
  const pace = createPace(new AbortController().signal)
  return { ...pace, log: (_: string, message: string) => logged.push(message), logged, ...more } as never
}

function request(k: number, params: Record<string, unknown> = {}, rows = 300): FitRequest {
  const ids: LearnerId[] = ['boosting', 'extra-trees', 'network', 'logistic']
  const learner = ids[k % ids.length]
  const data = noisyData(rows, 5, k)
  return {
    learner,
    params: LEARNERS[learner].params.parse(learner === 'boosting' ? { trees: 20, ...params } : {}),
    seed: k,
    data,
    hidden: { x: noisyData(40, 5, 100 + k).x, rows: 40 },
  }
}

async function fit(ctx: ComputeContext, cells: number): Promise<Fitted[]> {
  const out: Fitted[] = []
  await fitAll(ctx, 6, cells, request, (k, fitted) => (out[k] = fitted))
  return out
}

describe('fitAll', () => {
  it('gives the same members and predictions in threads as here', async () => {
    const ctx = context()
    const here = await fit(ctx, 1)
    const there = await fit(ctx, LARGE)
    expect(ctx.logged).toEqual([])
    expect(there.map(({ margins }) => margins)).toEqual(here.map(({ margins }) => margins))
    expect(there.map(({ member }) => memberToBytes(member))).toEqual(
      here.map(({ member }) => memberToBytes(member)),
    )
    expect(there.map(({ member }) => member.about)).toEqual(here.map(({ member }) => member.about))
  })

  it('fits here where no thread can be started, and says so in the log', async () => {
    const ctx = context({ fitWorker: '/nowhere/fit-worker.js' })
    const fitted = await fit(ctx, LARGE)
    expect(fitted).toHaveLength(6)
    // One core alone never asks for threads.
    if (availableParallelism() > 1) expect(ctx.logged.join()).toContain('fitted one by one')
  })

  it('throws what a fit threw, as it would here', async () => {
    const one = (): FitRequest => {
      const { data, ...rest } = request(0)
      return { ...rest, data: { ...data, y: new Uint8Array(300) } }
    }
    for (const cells of [1, LARGE])
      await expect(fitAll(context(), 3, cells, one, () => {})).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('benign') as string,
      })
  })

  it('ends its threads in the middle of a fit when it is cancelled', async () => {
    const cancel = new AbortController()
    let finished = 0
    const run = fitAll(
      context(createPace(cancel.signal)),
      4,
      LARGE,
      (k) => {
        if (k === 1) setTimeout(() => cancel.abort(), 20)
        return { ...request(0, { trees: 5000, leaves: 60 }, 20_000), seed: k }
      },
      () => finished++,
    )
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect(finished).toBe(0)
  }, 30_000)
})
