import { beforeEach, expect, test, vi } from 'vitest'

const core = vi.hoisted(() => ({
  saved: {} as Record<string, unknown>,
  changed: [] as (() => void)[],
  /** What a change waits for; null: answered at once. */
  gate: null as Promise<void> | null,
}))
vi.mock('../client/api.ts', () => ({
  api: {
    async call(name: string, input: { key: string; value: unknown }) {
      if (name === 'preferences.get') return { ...core.saved }
      core.saved[input.key] = input.value
      await core.gate
      return null
    },
    on(_event: string, listener: () => void) {
      core.changed.push(listener)
      return () => (core.changed = core.changed.filter((other) => other !== listener))
    },
  },
}))
const { chosenPrefs, defaultPrefs, followPrefs, readPrefs, reducedMotion, usePrefs } =
  await import('./prefs.ts')

beforeEach(() => {
  core.saved = {}
  core.gate = null
  usePrefs.setState({ ...usePrefs.getInitialState() })
})
const settled = () => new Promise((resolve) => setTimeout(resolve))

test('what was saved is taken as far as it makes sense', () => {
  expect(readPrefs({})).toEqual(defaultPrefs())
  expect(readPrefs({ language: 'fr', textSize: 300, dailyReviews: 0, zone: 3, motion: 1 })).toEqual(
    defaultPrefs(),
  )
  expect(readPrefs({ dailyReviews: 2.5, workspacesDir: '  ', hideNames: 'yes' })).toEqual(defaultPrefs())
  expect(
    readPrefs({ textSize: 125, dailyReviews: 40, zone: 'utc', hideNames: true, workspacesDir: '/w' }),
  ).toMatchObject({ textSize: 125, dailyReviews: 40, zone: 'utc', hideNames: true, workspacesDir: '/w' })
})

test('a choice is in force at once and kept with the application', async () => {
  usePrefs.getState().set({ theme: 'light', motion: 'reduced', textSize: 110 })
  expect(usePrefs.getState()).toMatchObject({ resolvedTheme: 'light', reduceMotion: true, textSize: 110 })
  expect(reducedMotion()).toBe(true)
  expect(core.saved).toEqual({ theme: 'light', motion: 'reduced', textSize: 110 })
  usePrefs.getState().set({ motion: 'full' })
  expect(reducedMotion()).toBe(false)
  expect(chosenPrefs()).toEqual({ ...defaultPrefs(), theme: 'light', motion: 'full', textSize: 110 })
})

test('what another window chooses is taken, unless a choice of this one is still on its way', async () => {
  const off = followPrefs()
  await settled()
  core.saved = { theme: 'dark', dailyReviews: 7 }
  for (const tell of core.changed) tell()
  await settled()
  expect(usePrefs.getState()).toMatchObject({ resolvedTheme: 'dark', dailyReviews: 7 })

  let open = () => {}
  core.gate = new Promise((resolve) => (open = resolve))
  usePrefs.getState().set({ dailyReviews: 8 })
  core.saved['dailyReviews'] = 7 // as it was when the question was answered
  for (const tell of core.changed) tell()
  await settled()
  expect(usePrefs.getState().dailyReviews).toBe(8)
  open()
  off()
  expect(core.changed).toEqual([])
})
