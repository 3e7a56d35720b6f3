import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, it } from 'vitest'
import type { Explanation, ScoreReason } from '../../../src-main/common/contract/accounts.ts'
import { setLanguage, startI18n } from '../../ui/i18n/index.ts'
import { ReasonsChart } from './reasons-chart.tsx'

beforeAll(() => startI18n('en'))
afterEach(() => {
  cleanup()
  setLanguage('en')
})

const reason = (feature: string, contribution: number, over: Partial<ScoreReason> = {}): ScoreReason => ({
  feature,
  family: 'sharing',
  hop: 0,
  value: 58,
  typical: 2,
  contribution,
  ...over,
})
const explanation = (reasons: ScoreReason[]): Explanation => ({
  accountId: 1,
  score: 0.9,
  baseline: 0.1,
  method: 'occlusion',
  reasons,
  neighbours: [],
})

it('draws a row per telling reason and says what the rest adds up to', () => {
  render(
    <ReasonsChart
      explanation={explanation([
        reason('device_crowd', 0.6),
        reason('account_age', -0.1),
        reason('ips', 0.001),
      ])}
    />,
  )
  const rows = screen.getAllByTestId('reason-row')
  expect(rows).toHaveLength(2)
  expect(rows[0].textContent).toContain('Accounts on its busiest device')
  expect(rows[0].textContent).toContain('here 58, typical 2')
  expect(rows[0].textContent).toContain('+0.60')
  expect(rows[1].textContent).toContain('−0.10')
  // 0.9 − 0.1 − 0.6 + 0.1: the bars, the rest and the baseline lead to the score.
  expect(screen.getByText('everything smaller, together').parentElement?.textContent).toContain('+0.30')
})

it('says whose quantity it is, also in Chinese, and keeps an unknown name readable', () => {
  setLanguage('zh-CN')
  render(
    <ReasonsChart
      explanation={explanation([reason('login_night_share', 0.4, { hop: 1 }), reason('new_thing', 0.2)])}
    />,
  )
  const [first, second] = screen.getAllByTestId('reason-row')
  expect(first.textContent).toContain('夜间登录')
  expect(first.textContent).toContain('在其邻居中')
  expect(second.textContent).toContain('new thing')
})

it('says so when nothing moves the score', () => {
  render(<ReasonsChart explanation={explanation([reason('ips', 0.001)])} />)
  expect(screen.queryAllByTestId('reason-row')).toHaveLength(0)
  expect(screen.getByText(/more than a hundredth/)).toBeTruthy()
})

it('puts reasons together by kind without losing any, and names an exact method as such', () => {
  render(
    <ReasonsChart
      explanation={{
        ...explanation([
          reason('device_crowd', 0.3),
          reason('ips', 0.2),
          reason('labels', 0.25, { family: 'labels', hop: 1, relation: 'all' }),
        ]),
        method: 'tree_shap',
      }}
    />,
  )
  expect(screen.getAllByTestId('reason-row')).toHaveLength(3)
  fireEvent.click(screen.getByTestId('reasons-by-family'))
  const rows = screen.getAllByTestId('reason-row')
  expect(rows.map((row) => row.textContent)).toEqual([
    expect.stringContaining('+0.50'),
    expect.stringContaining('+0.25'),
  ])
  expect(rows[0].textContent).toContain('shared things')
  expect(rows[0].textContent).toContain('Accounts on its busiest device')
  fireEvent.click(screen.getByTestId('reasons-by-hop'))
  expect(screen.getAllByTestId('reason-row')[1].textContent).toContain('its neighbours')
  expect(screen.getByTestId('why-method').textContent).toContain('TreeSHAP')
})
