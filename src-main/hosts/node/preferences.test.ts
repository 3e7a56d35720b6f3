import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testApp, type TestApp } from './testing/app.ts'

let app: TestApp
beforeEach(() => (app = testApp()))
afterEach(() => app.close())

test('a choice is kept in the file that the app names, and every window hears of it', async () => {
  let heard = 0
  app.core.on('preferences.changed', () => heard++)
  await app.call('preferences.set', { key: 'textSize', value: 125 })
  expect(heard).toBe(1)
  expect(await app.call('preferences.get', {})).toEqual({ textSize: 125 })
  const { preferencesFile } = await app.call('host.info', {})
  expect(JSON.parse(readFileSync(preferencesFile!, 'utf8'))).toMatchObject({ preferences: { textSize: 125 } })
})

test('new workspaces, the sample and the folder browser go where the person chose', async () => {
  expect((await app.call('host.info', {})).documentsDir).toBe(app.dir)
  const chosen = join(app.dir, 'cases')
  mkdirSync(chosen)
  await app.call('preferences.set', { key: 'workspacesDir', value: chosen })
  expect((await app.call('host.info', {})).documentsDir).toBe(chosen)
  expect((await app.call('host.listDirectory', {})).path).toBe(chosen)
  const { info, jobId } = await app.call('workspace.openSample', {})
  await app.call('jobs.cancel', { id: jobId! })
  expect(info.path).toBe(join(chosen, 'Shoal sample.shoal'))
  expect(existsSync(info.path)).toBe(true)
  await app.call('preferences.set', { key: 'workspacesDir', value: join(app.dir, 'unplugged') })
  expect((await app.call('host.info', {})).documentsDir).toBe(app.dir)
})

test('recent workspaces are listed with their size, and as missing when they are gone', async () => {
  const path = join(app.dir, 'one.shoal')
  await app.call('workspace.create', { path })
  const [open] = await app.call('workspace.recent', {})
  expect(open).toMatchObject({ path, name: 'one', state: 'ready' })
  expect(open!.bytes).toBeGreaterThan(10_000)
  await app.call('workspace.close', {})
  rmSync(path, { recursive: true })
  expect(await app.call('workspace.recent', {})).toMatchObject([{ path, state: 'missing', bytes: null }])
  await app.call('workspace.forget', { path })
  expect(await app.call('workspace.recent', {})).toEqual([])
})
