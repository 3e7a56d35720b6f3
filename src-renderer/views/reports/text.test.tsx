import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { ReportText } from './text.tsx'

afterEach(cleanup)

it('shows hostile text as text: no element, attribute or handler of its own comes to be', () => {
  const text = '<img src=x onerror=alert(1)><script>alert(2)</script>[x](javascript:alert(3))'
  const { container } = render(<ReportText text={text} lang="en" query="img" />)
  expect(container.textContent).toBe(text)
  expect(container.querySelector('img, script, a')).toBeNull()
  expect(container.querySelector('mark')?.textContent).toBe('img')
})

it('isolates its writing direction from what stands around it', () => {
  const { container } = render(<ReportText text={'\u202Etxt.exe مرحبا'} lang={null} />)
  expect(container.querySelector('p')?.getAttribute('dir')).toBe('auto')
  expect(container.textContent).toBe('\u202Etxt.exe مرحبا')
})

it('marks the reader match and the classifier span where they overlap', () => {
  const { container } = render(
    <ReportText text="加我微信日结三百" lang="zh" query="微信" spans={[{ start: 0, end: 4, weight: 0.8 }]} />,
  )
  expect(container.querySelector('mark .is-towards')?.textContent).toBe('微信')
  expect(container.textContent).toBe('加我微信日结三百')
})
