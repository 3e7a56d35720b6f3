import { describe, expect, it } from 'vitest'
import type { ParamInfo } from '../../../src-main/common/contract/detectors.ts'
import { readable } from './param-form.tsx'
import { changedParams, defaultParams, knownParams, problemOf } from './params.ts'

const resolution: ParamInfo = {
  name: 'resolution',
  kind: 'number',
  default: null,
  min: 0,
  max: 100,
  help: '',
}
const passes: ParamInfo = { name: 'passes', kind: 'integer', default: 4, min: 1, max: 10, help: '' }
const quality: ParamInfo = {
  name: 'quality',
  kind: 'choice',
  default: 'modularity',
  choices: ['modularity', 'cpm'],
  help: '',
}
const seeds: ParamInfo = { name: 'seeds', kind: 'accounts', default: [], help: '' }
const all = [resolution, passes, quality, seeds]

describe('parameters', () => {
  it('start as the detector says and send only what was changed', () => {
    const values = defaultParams(all)
    expect(changedParams(all, values)).toEqual({})
    expect(changedParams(all, { ...values, passes: 6, seeds: ['u3'] })).toEqual({ passes: 6, seeds: ['u3'] })
  })

  it('know what may not be sent', () => {
    expect(problemOf(passes, 2.5)).toBe('whole')
    expect(problemOf(passes, 0)).toBe('least')
    expect(problemOf(passes, 11)).toBe('most')
    expect(problemOf(passes, '3')).toBe('number')
    expect(problemOf(passes, 3)).toBeNull()
    expect(problemOf(resolution, null)).toBeNull() // left to the detector
    expect(problemOf(passes, null)).toBe('number')
    expect(problemOf(quality, 'louvain')).toBe('choice')
    expect(problemOf(seeds, ['u1', 'u2'])).toBeNull()
    expect(problemOf(seeds, [1])).toBe('accounts')
  })

  it('forget remembered values that a newer detector does not know or allow', () => {
    expect(knownParams(all, { passes: 99, quality: 'cpm', gone: 1 })).toEqual({
      ...defaultParams(all),
      quality: 'cpm',
    })
  })

  it('have readable names where no catalogue has them', () => {
    expect(readable('maxIterations')).toBe('max iterations')
  })
})
