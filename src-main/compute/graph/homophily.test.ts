import { afterAll, describe, expect, it } from 'vitest'
import { BENIGN, knownLabels, MALICIOUS, UNLABELLED } from './homophily.ts'
import { testWorkspace } from './test-workspace.ts'

const w = testWorkspace(1_700_000_000_000)
afterAll(() => w.close())

describe('knownLabels', () => {
  it('follows the rule of training: an unsure analyst takes an account out, other words are no labels', () => {
    w.accounts('a', 'b', 'c', 'd')
    w.label(1, 'malicious', 1000)
    w.label(2, 'malicious', 1000)
    w.label(2, 'reviewed', 2000)
    w.label(3, 'benign', 1000)
    w.judge(1, 'malicious')
    w.judge(1, 'unsure')
    w.judge(3, 'malicious')
    expect(Array.from(knownLabels(w.ctx, Uint32Array.of(1, 2, 3, 4)))).toEqual([
      UNLABELLED,
      MALICIOUS,
      MALICIOUS,
      UNLABELLED,
    ])
    w.judge(4, 'benign')
    expect(knownLabels(w.ctx, Uint32Array.of(1, 2, 3, 4))[3]).toBe(BENIGN)
  })
})
