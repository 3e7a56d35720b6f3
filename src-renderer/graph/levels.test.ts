import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountAt, levelAt, type Disc } from './levels.ts'

const stage = { width: 800, height: 500 }
const disc = (r: number, x = 400, y = 250): Disc => ({ id: 7, x, y, r })

describe('levels', () => {
  it('enters a disc that fills the stage around its middle, and no other', () => {
    expect(levelAt(stage, null, [disc(220)])).toEqual({ open: 7 })
    expect(levelAt(stage, null, [disc(200)])).toBeNull()
    expect(levelAt(stage, null, [disc(220, 700)])).toBeNull()
    expect(levelAt(stage, null, [])).toBeNull()
  })
  it('leaves what has become small or has gone', () => {
    expect(levelAt(stage, disc(100), [])).toEqual({ open: null })
    expect(levelAt(stage, disc(150), [])).toBeNull()
    expect(levelAt(stage, disc(300, -400), [])).toEqual({ open: null })
  })
  it('never leaves what it has just entered, nor enters what it has just left', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 3000, noNaN: true }), fc.integer({ min: 0, max: 800 }), (r, x) => {
        const at = disc(r, x)
        const entered = levelAt(stage, null, [at])
        if (entered) expect(levelAt(stage, at, [at])).toBeNull()
        if (levelAt(stage, at, [at])) expect(entered).toBeNull()
      }),
    )
  })
  it('comes to an account only where its dot is large and in the middle', () => {
    expect(accountAt(stage, 30, [disc(30, 420)])).toBe(7)
    expect(accountAt(stage, 30, [disc(30, 500)])).toBeNull()
    expect(accountAt(stage, 10, [disc(10)])).toBeNull()
  })
})
