import { describe, expect, it } from 'vitest'
import { sortDropped, type Lister } from './dropped.ts'

/** A disk: folders end in '/', workspaces in 'ws/'; of files core lists .csv and .zip. */
const disk = (...paths: string[]): Lister => {
  const all = new Set(paths)
  return async (folder) => {
    const at = folder.endsWith('/') ? folder : `${folder}/`
    if (![...all].some((path) => path.startsWith(at))) throw new Error('not_found')
    const inside = [...all]
      .filter((path) => path.startsWith(at) && path !== at)
      .map((path) => path.slice(at.length))
    const entries = [...new Set(inside.map((path) => path.split('/')[0]! + (path.includes('/') ? '/' : '')))]
    return {
      entries: entries.flatMap((name): Awaited<ReturnType<Lister>>['entries'] => {
        if (name.endsWith('ws/')) return [{ name: name.slice(0, -1), kind: 'workspace' }]
        if (name.endsWith('/')) return [{ name: name.slice(0, -1), kind: 'folder' }]
        return /\.(csv|zip)$/.test(name) ? [{ name, kind: 'file' }] : []
      }),
    }
  }
}

describe('what is dropped on the start screen', () => {
  const here = disk(
    '/d/a.csv',
    '/d/b.zip',
    '/d/cat.png',
    '/d/empty/',
    '/d/export/accounts.csv',
    '/d/ws/x.csv',
  )

  it('opens a workspace: by its ending, by its database, or because core says so', async () => {
    expect(await sortDropped(['/d/a.csv', '/w/Case.shoal/'], here)).toEqual({
      kind: 'workspace',
      path: '/w/Case.shoal',
    })
    expect(await sortDropped(['/w/renamed/workspace.sqlite'], here)).toEqual({
      kind: 'workspace',
      path: '/w/renamed',
    })
    expect(await sortDropped(['C:\\w\\Case.shoal\\workspace.sqlite'], here)).toMatchObject({
      path: 'C:\\w\\Case.shoal',
    })
    expect(await sortDropped(['/d/ws'], here)).toEqual({ kind: 'workspace', path: '/d/ws' })
  })

  it('takes files and folders of data together', async () => {
    expect(await sortDropped(['/d/a.csv', '/d/b.zip', '/d/export/'], here)).toEqual({
      kind: 'export',
      paths: ['/d/a.csv', '/d/b.zip', '/d/export'],
    })
  })

  it('names what is neither, also beside what could be read', async () => {
    expect(await sortDropped(['/d/a.csv', '/d/cat.png', '/d/empty'], here)).toEqual({
      kind: 'unusable',
      names: ['cat.png', 'empty'],
    })
    expect(await sortDropped(['/gone/x.csv'], here)).toEqual({ kind: 'unusable', names: ['x.csv'] })
  })
})
