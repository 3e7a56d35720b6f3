import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { startI18n } from './i18n/index.ts'
import { IdentityResult, MadeComparable } from './comparable.tsx'

const identity = { account: ['trim', 'lower'], entity: { phone: ['phone'], ip: [] }, region: 'CN' } as const
const rules = { account: [...identity.account], entity: { phone: ['phone' as const], ip: [] }, region: 'CN' }
beforeAll(() => startI18n('en'))
afterEach(cleanup)

it('says by a row how its ids came to be others than in the file, and nothing where they did not', () => {
  const { rerender } = render(<MadeComparable identity={rules} />)
  const text = screen.getByTestId('made-comparable').textContent
  expect(text).toContain('account ids (no spaces at the ends, lower case)')
  expect(text).toContain('Phone (phone numbers with country code)')
  expect(text).not.toContain('IP')
  rerender(<MadeComparable identity={null} />)
  expect(screen.queryByTestId('made-comparable')).toBeNull()
})

it('says what rules did to the ids of an import', () => {
  render(
    <IdentityResult
      report={{
        mappings: [{ mapping: '会员', ...rules }],
        accounts: { ids: 5000, changed: 3, merged: 2 },
        entities: { phone: { ids: 0, changed: 0, merged: 0 } },
      }}
    />,
  )
  const text = screen.getByTestId('identity-result').textContent
  expect(text).toContain('“会员”')
  expect(text).toContain('Account ids: 3 of 5,000 changed; 2 became one with another')
  expect(text).not.toContain('Phone: 0')
})
