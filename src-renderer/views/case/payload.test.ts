import { describe, expect, it } from 'vitest'
import { actionWords, payloadWords } from './payload.ts'

const catalogue: Record<string, string> = {
  'case.action.job.done': '{{kind}} finished',
  'case.jobKind.import': 'Import',
}
const dynamic = (prefix: string, key: string, fallback?: string) =>
  catalogue[`${prefix}.${key}`] ?? fallback ?? key

describe('journal words', () => {
  it('names a job by its kind', () => {
    expect(actionWords({ action: 'job.done', payload: { kind: 'import' } }, dynamic)).toBe('Import finished')
  })
  it('keeps the journal own word where the catalogue has none', () => {
    expect(actionWords({ action: 'moon.landed', payload: {} }, dynamic)).toBe('moon.landed')
  })
  it('shows what the payload says, short, without undo cells and empty values', () => {
    expect(
      payloadWords({
        case: 1,
        name: 'Ring',
        reason: '',
        changes: [{ id: 1 }],
        verdict: null,
        target: { kind: 'account', ref: 3 },
        span: { from: 1 },
      }),
    ).toBe('case: 1 · name: Ring · target: account 3 · span: {"from":1}')
    expect(payloadWords({ text: 'x'.repeat(500) }).length).toBeLessThan(80)
  })
})
