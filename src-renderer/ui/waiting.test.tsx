import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { startI18n } from './i18n/index.ts'
import { Waiting } from './waiting.tsx'

beforeAll(() => startI18n('en'))
afterEach(cleanup)

it('says how far an answer is, never past its end, and can be stopped; before that is known it spins', () => {
  let stopped = 0
  const show = (done: number, total: number | null) => (
    <Waiting
      label="Comparing"
      progress={{ phase: 'changes', done, total, unit: 'steps' }}
      onCancel={() => stopped++}
    />
  )
  const { rerender } = render(<Waiting label="Comparing" progress={null} onCancel={() => stopped++} />)
  expect(screen.getByRole('status', { name: 'Comparing' })).toBeTruthy()
  expect(screen.queryByTestId('waiting-cancel')).toBeNull()
  rerender(show(1, 3))
  expect(screen.getByTestId('waiting').textContent).toContain('33%')
  rerender(show(5, 3))
  expect(screen.getByTestId('waiting').textContent).toContain('100%')
  rerender(show(5, null))
  expect(screen.getByTestId('waiting').textContent).not.toContain('%')
  fireEvent.click(screen.getByTestId('waiting-cancel'))
  expect(stopped).toBe(1)
})
