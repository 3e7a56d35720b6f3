import { resolve } from 'node:path'
import type { ImportPreview, PreviewedTable } from '../../../common/contract/imports.ts'
import type { Mapping } from '../../../common/mapping/mapping.ts'
import type { Pace } from '../../../common/pace.ts'
import type { ComputeContext } from '../../context.ts'
import { DirectSink } from '../bulk/rows.ts'
import { Dictionary } from '../dictionary.ts'
import { findFiles } from '../find/find.ts'
import { bindTable } from '../plan/compile.ts'
import { ProblemLog } from '../problems.ts'
import { RowStore } from '../row-store.ts'
import { noReports } from '../writers.ts'
import { chooseMapping, mayBelong } from './choose.ts'
import { headsOf } from './heads.ts'
import { readsOf } from './reads.ts'
import { emptyLike, insertPreviewed, previewedOf } from './preview-db.ts'
import { unitsOf } from './units.ts'

/**
 * What the first records of every table would become under a mapping: they are really imported, into a database in
 * memory that has the workspace's schema and nothing of its content. Throws what reading and binding throw.
 */
export async function previewImport(
  ctx: Pace & Pick<ComputeContext, 'db'>,
  input: { paths: string[]; mapping: Mapping; rows: number },
): Promise<ImportPreview> {
  const found = await findFiles(input.paths.map((path) => resolve(path)))
  const db = emptyLike(ctx.db)
  const choices = { given: input.mapping }
  const sink = new DirectSink(db)
  const shared = { sink, dictionary: new Dictionary(db, sink), reports: noReports() }
  const tables: PreviewedTable[] = []
  try {
    for (const unit of unitsOf(found.files)) {
      if (!mayBelong(unit.named, false, choices)) continue
      for (const { info, parts } of await headsOf(unit, readsOf(unit.named, choices), ctx)) {
        const choice = await chooseMapping(unit.named, info, choices, () => Promise.resolve([]))
        if (!choice || choice.mapping.outputs.length === 0) continue
        const place = unit.named.label
        const label = info.name === '' ? place : `${place} (${info.name})`
        const columns = info.columns.map(({ name }) => name)
        const bound = bindTable(choice.mapping, columns, input.mapping.identity, { label, sha256: 'preview' })
        const sourceId = insertPreviewed(db, place, info.name, choice.mapping.outputs[0].to)
        const problems = new ProblemLog(sink, sourceId)
        const store = new RowStore({ db, bound, sourceId, ...shared })
        let rowsIn = 0
        for (const part of parts) {
          for await (const batch of part.reader.rows(part.file, part.info, {}, ctx)) {
            batch.each((row) => {
              if (rowsIn === input.rows) return
              const n = ++rowsIn
              if (row.problem !== null) return problems.addBroken(row, n, row.problem)
              if (row.count !== columns.length) return problems.addRagged(row, n, columns.length)
              const fault = store.add(row, n)
              if (fault) problems.add(row, n, fault.column, fault.code, fault.message)
            })
            problems.flush()
            store.flush()
            if (rowsIn === input.rows) break
            await ctx.checkpoint()
          }
          if (rowsIn === input.rows) break
        }
        tables.push({
          label,
          file: place,
          table: info.name,
          rowsIn,
          problems: problems.count,
          facts: store.facts(),
          ...previewedOf(db, sourceId),
        })
      }
    }
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number
    return { tables, accounts: count('account'), entities: count('entity') }
  } finally {
    db.close()
    await found.close()
  }
}
