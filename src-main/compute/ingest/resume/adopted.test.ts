import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrations } from '../../../core/db/migrations/index.ts'
import { supersededIds } from '../../../common/facts/superseded.ts'
import { openStore } from '../../store/open.ts'
import { importExport } from '../import.ts'
import { blank, creditHash, importInChild, storedFiles } from '../testing/kill.ts'
import { asJob, contextFor, createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { contentHash } from './content-hash.ts'

/** Just before the second of two files of a table is noted as finished. */
const IN_THE_SECOND = (finishedBefore: number) => `/rows_in = ?@${finishedBefore + 2}`

const schema = migrations.map(({ sql }) => sql).join('\n')
const open: TestWorkspace[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.dispose()
})

const BASE = {
  'base/accounts.csv': 'account_id\na\nb\nc\n',
  'base/relations.csv': 'src,dst,type,weight\na,b,knows,1\nb,c,knows,1\n',
  'base/links.csv': 'account_id,entity_type,entity_id,count\na,phone,1,1\n',
  'base/reports.csv': 'report_id,account_id,text\nr0,a,first report\n',
}

let w: TestWorkspace
let undisturbed: TestWorkspace
beforeEach(async () => {
  ;[w, undisturbed] = [createWorkspace(schema), createWorkspace(schema)]
  open.push(w, undisturbed)
  writeFiles(w.root, BASE)
  for (const one of open) await importExport(asJob(one.ctx), { paths: [join(w.root, 'base')] })
})

/** Content, credits and what holds no more, as natural keys. */
async function state(one: TestWorkspace): Promise<Record<string, unknown>> {
  const facts = (table: 'relation' | 'link', columns: string) =>
    Array.from(supersededIds(one.db, table), (id) =>
      one.db
        .prepare(`SELECT ${columns} FROM ${table} f JOIN source s ON s.id = f.source_id WHERE f.id = ?`)
        .raw()
        .get(id),
    )
  return {
    content: (await contentHash(one.ctx)).sha256,
    credits: creditHash(one.db),
    relations: facts('relation', 's.path, f.row, f.weight'),
    links: facts('link', 's.path, f.row, f.count'),
    sources: one.db
      .prepare(`SELECT path, rows_in, rows_stored, rows_known, problems FROM source ORDER BY path`)
      .all(),
  }
}

/** Kills an import of the files in the second of two, goes on, and returns what is there then and what should be. */
async function interrupted(files: Record<string, string>, finishedBefore = 0) {
  writeFiles(w.root, files)
  const big = join(w.root, 'big')
  await importExport(asJob(undisturbed.ctx), { paths: [big] })
  w.db.close()
  expect((await importInChild(w.ctx.workspace, IN_THE_SECOND(finishedBefore), [big])).killed).toBe(true)
  w.db = openStore(w.ctx.workspace)
  w.ctx = contextFor(w.ctx.workspace, w.db)
  const stored = storedFiles(w.db)
  expect(stored).toHaveLength(finishedBefore + 1)
  const restore = blank(stored)
  const result = await importExport(asJob(w.ctx), { paths: [big] })
  restore()
  expect(result.adopted).toBe(finishedBefore + 1)
  return { is: await state(w), should: await state(undisturbed) }
}

test('a resumed import goes on behind what is stored', async () => {
  const { is, should } = await interrupted({
    'big/p1/relations.csv': 'src,dst,type,weight\nx,y,knows,1\n',
    'big/p2/relations.csv': 'src,dst,type,weight\ny,z,knows,1\n',
  })
  expect(is).toEqual(should)
})

test('what the stored files brought word for word again is not matched a second time', async () => {
  const { is, should } = await interrupted({
    'big/p1/relations.csv': 'src,dst,type,weight\na,b,knows,1\nx,y,knows,1\n',
    'big/p2/relations.csv': 'src,dst,type,weight\na,b,knows,1\n',
  })
  expect(is).toEqual(should)
})

test('what the stored files brought word for word again still holds', async () => {
  const { is, should } = await interrupted({
    'big/p1/relations.csv': 'src,dst,type,weight\na,b,knows,1\nx,y,knows,1\n',
    'big/p2/relations.csv': 'src,dst,type,weight\na,b,knows,5\n',
  })
  expect(is).toEqual(should)
})

test('what the stored files state anew supersedes', async () => {
  const { is, should } = await interrupted({
    'big/p1/relations.csv': 'src,dst,type,weight\na,b,knows,5\n',
    'big/p2/relations.csv': 'src,dst,type,weight\nx,y,knows,1\n',
  })
  expect(is['relations']).toEqual([[join(w.root, 'base/relations.csv'), 1, 1]])
  expect(is).toEqual(should)
})

test('a report that a stored file brought is there twice, not known from an earlier import', async () => {
  const { is, should } = await interrupted({
    'big/p1/reports.csv': 'report_id,account_id,text\nq,a,same text\n',
    'big/p2/reports.csv': 'report_id,account_id,text\nq,a,same text\nr0,a,first report\n',
  })
  expect(is).toEqual(should)
})
