import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSearchFloor, SEARCH_FLOOR_KEY } from '../../common/search-index.ts'
import { testWorkspace, type TestWorkspace } from '../graph/test-workspace.ts'
import { indexKeys } from './index-keys.ts'

let w: TestWorkspace
beforeEach(() => {
  w = testWorkspace()
  w.db.exec('DELETE FROM source WHERE id = 2')
})
afterEach(() => w.close())

const found = (table: string, term: string) =>
  w.db.prepare(`SELECT rowid FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid`).pluck().all(`"${term}"`)
const floor = () =>
  readSearchFloor(
    w.db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(SEARCH_FLOOR_KEY) as string,
  )

test('indexes keys and names, goes on where it stopped, and takes a new name for the old', async () => {
  w.accounts('alpha1', 'beta22')
  w.profile(1, { display_name: '晚风呀' })
  w.link(1, 'device', 'dev-777')
  await indexKeys(w.ctx)
  expect(found('account_fts', 'pha')).toEqual([1])
  expect(found('account_fts', '晚风呀')).toEqual([1])
  expect(found('entity_fts', '777')).toEqual([1])
  expect(floor()).toEqual({ account: 2, account_record: 1, entity: 1 })
  expect(await indexKeys(w.ctx)).toEqual({ indexed: 0 })

  w.accounts('gamma')
  w.profile(1, { display_name: '隔壁老王' })
  await indexKeys(w.ctx)
  expect(found('account_fts', 'amm')).toEqual([3])
  expect(found('account_fts', '晚风呀')).toEqual([])
  expect(found('account_fts', '壁老王')).toEqual([1])
})

test('leaves everything alone while an import is running, since its rows may go again', async () => {
  w.accounts('alpha1')
  w.db.exec(
    `INSERT INTO source (id, path, table_name, status, imported_at) VALUES (2, 'b', 'accounts', 'importing', 0)`,
  )
  expect(await indexKeys(w.ctx)).toEqual({ indexed: 0 })
  expect(found('account_fts', 'alp')).toEqual([])
})

test('stops when cancelled, with what it did noted', async () => {
  w.accounts('alpha1')
  w.link(1, 'device', 'dev-777')
  w.abort()
  await expect(indexKeys(w.ctx)).rejects.toMatchObject({ code: 'cancelled' })
  expect(floor()).toEqual({ account: 1, account_record: 0, entity: 0 })
})
