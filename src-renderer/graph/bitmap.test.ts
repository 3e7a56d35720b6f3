import { describe, expect, it } from 'vitest'
import { upright } from './bitmap.ts'

describe('upright', () => {
  it('turns rows over and takes the opacity out of the colours', () => {
    // Bottom row first: half-transparent red and nothing; above it opaque blue twice.
    const drawn = Uint8Array.of(128, 0, 0, 128, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 255, 255)
    expect([...upright(drawn, 2, 2)]).toEqual([0, 0, 255, 255, 0, 0, 255, 255, 255, 0, 0, 128, 0, 0, 0, 0])
  })
})
