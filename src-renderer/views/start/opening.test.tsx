import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { WorkspaceOpening } from '../../../src-main/common/contract/workspace.ts'
import { ShoalError } from '../../../src-main/common/errors.ts'
import { setApi, type Api } from '../../client/api.ts'
import { setLanguage, startI18n } from '../../ui/i18n/index.ts'
import { StartScreen } from './start-screen.tsx'

const OPENING: WorkspaceOpening = {
  path: '/cases/spring.shoal',
  name: 'spring',
  startedAt: Date.now() - 65_000,
  progress: { phase: 'import.indexes', done: 2, total: 6, unit: 'steps', detail: 'event_account_ts' },
  fraction: 0.417,
  secondsLeft: 12,
}
let calls: string[]
let push: (state: WorkspaceOpening | null) => void
let failOpening: (error: unknown) => void
const fake: Api = {
  call: (name) => {
    calls.push(name)
    if (name === 'workspace.open') return new Promise((_, reject) => (failOpening = reject))
    const answers: Record<string, unknown> = {
      'workspace.recent': [{ path: OPENING.path, name: 'spring', openedAt: 0, state: 'ready', bytes: 1 }],
      'workspace.opening': null,
      'workspace.cancelOpening': null,
    }
    return Promise.resolve(answers[name] as never)
  },
  on: (event, listener) => {
    if (event === 'workspace.opening') push = (state) => act(() => listener(state as never))
    return () => {}
  },
  status: 'open',
  onStatus: () => () => {},
}
beforeAll(() => startI18n('en'))
beforeEach(() => {
  calls = []
  setApi(fake)
})
afterEach(() => {
  cleanup()
  setApi(null)
  setLanguage('en')
})

it('says why a workspace does not open at once, and that stopping it is no failure', async () => {
  await act(async () => void render(<StartScreen />))
  expect(screen.queryByTestId('start-opening')).toBeNull()
  await act(async () => fireEvent.click(screen.getByText('spring')))
  push(OPENING)
  const card = screen.getByTestId('start-opening')
  expect(card.textContent).toContain('Opening spring')
  expect(card.textContent).toContain('Building indexes')
  expect(card.textContent).toMatch(/3 of 6 · 41% · 1:0\d so far · about 0:12 left/)
  expect((screen.getByTestId('start-open') as HTMLButtonElement).disabled).toBe(true)

  await act(async () => fireEvent.click(screen.getByTestId('start-opening-cancel')))
  expect(calls.at(-1)).toBe('workspace.cancelOpening')
  expect((screen.getByTestId('start-opening-cancel') as HTMLButtonElement).disabled).toBe(true)
  push(null)
  await act(async () => failOpening(new ShoalError('cancelled', 'Cancelled.')))
  expect(screen.queryByTestId('start-opening')).toBeNull()
  expect(screen.queryByTestId('start-failed')).toBeNull()
  expect((screen.getByTestId('start-open') as HTMLButtonElement).disabled).toBe(false)
})

it('shows an opening that another window asked for, in Chinese too', async () => {
  setLanguage('zh-CN')
  await act(async () => void render(<StartScreen />))
  push({
    ...OPENING,
    fraction: null,
    secondsLeft: null,
    progress: { ...OPENING.progress, phase: 'import.sweep' },
  })
  const card = screen.getByTestId('start-opening')
  expect(card.textContent).toContain('正在打开 spring')
  expect(card.textContent).not.toContain('%')
  expect((screen.getByTestId('start-new') as HTMLButtonElement).disabled).toBe(true)
})
