import { describe, expect, it } from 'vitest'
import type { Progress } from '../../src-main/common/pace.ts'
import { nextRate, type Rate } from './jobs.ts'

const rows = (done: number, phase = 'import.events'): Progress => ({ phase, done, total: null, unit: 'rows' })

describe('nextRate', () => {
  it('is the work of the last seconds over their length', () => {
    let rate: Rate | undefined
    for (let t = 0; t <= 10_000; t += 250) rate = nextRate(rate, rows(t * 2), t)
    expect(rate!.perSecond).toBeCloseTo(2000, 6)
    expect(rate!.marks.length).toBeLessThan(20)
  })

  it('counts rows beside bytes', () => {
    const at = (t: number): Progress => ({ ...rows(t * 2), unit: 'bytes', rows: t / 10 })
    const rate = nextRate(nextRate(undefined, at(0), 0), at(2000), 2000)
    expect(rate).toMatchObject({ perSecond: 2000, rowsPerSecond: 100 })
    expect(nextRate(nextRate(undefined, rows(0), 0), rows(9), 2000).rowsPerSecond).toBeNull()
  })

  it('says nothing before it can tell, after a new phase, or about steps', () => {
    const first = nextRate(undefined, rows(0), 0)
    expect(first.perSecond).toBeNull()
    expect(nextRate(first, rows(10), 100).perSecond).toBeNull()
    const measured = nextRate(first, rows(100), 1000)
    expect(measured.perSecond).toBe(100)
    expect(nextRate(measured, rows(5, 'import.reports'), 1100).perSecond).toBeNull()
    expect(nextRate(measured, { ...rows(7), unit: 'steps' }, 1100).perSecond).toBeNull()
    expect(nextRate(measured, null, 1100).perSecond).toBeNull()
  })
})
