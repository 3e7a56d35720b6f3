/** Imports of exports, one job each; tests only. */
import { join } from 'node:path'
import { importExport } from '../ingest/import.ts'
import { writeFiles, type TestWorkspace } from '../ingest/testing/workspace.ts'

/** Imports files of the export layout ({relations: 'src,dst\n…'}) as the next job; answers the job. */
export async function importNext(space: TestWorkspace, files: Record<string, string>): Promise<number> {
  const job = space.db.prepare('SELECT coalesce(max(id), 0) + 1 FROM job').pluck().get() as number
  space.db
    .prepare(
      `INSERT INTO job (id, kind, params, status, created_at, finished_at) VALUES (?, 'import', '{}', 'done', ?, ?)`,
    )
    .run(job, space.ctx.now(), space.ctx.now())
  const folder = `e${job}`
  writeFiles(
    space.root,
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}.csv`, text])),
  )
  await importExport({ ...space.ctx, jobId: job }, { paths: [join(space.root, folder)] })
  return job
}
