import Sqlite from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { computeMethods } from '../../common/contract/compute.ts'
import { memoryTransports } from '../../common/rpc/memory.ts'
import { serveRpc } from '../../common/rpc/server.ts'
import { createCore } from '../app.ts'

test('the search index is brought up once somebody looks, not for a command', async () => {
  const root = mkdtempSync(join(tmpdir(), 'shoal-search-'))
  let asked = 0
  const core = createCore({
    host: { actor: 'tester', version: 'test', documentsDir: root } as never,
    pick: null,
    modelsDir: root,
    sampleDir: root,
    userDir: join(root, 'user'),
    startCompute() {
      const [mine, theirs] = memoryTransports()
      serveRpc(theirs, computeMethods, {
        'compute.indexKeys': () => {
          asked++
          return Promise.resolve({ indexed: 1 })
        },
      } as never)
      return mine
    },
  })
  try {
    const { path } = await core.open(join(root, 'w'), true)
    const db = new Sqlite(join(path, 'workspace.sqlite'))
    db.exec(`INSERT INTO source (path, table_name, status, imported_at) VALUES ('/x.csv', 'accounts', 'ready', 1);
             INSERT INTO account (key, source_id, row) VALUES ('a', 1, 1)`)
    db.close()
    core.context.emit('data.changed', { what: ['facts'] })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(asked).toBe(0)
    const [, window] = memoryTransports()
    core.serve(window)
    await expect.poll(() => asked).toBe(1)
    core.context.emit('data.changed', { what: ['notes'] })
    core.context.emit('data.changed', { what: ['facts'] })
    await expect.poll(() => asked).toBe(2)
  } finally {
    await core.close()
    rmSync(root, { recursive: true, force: true })
  }
})
