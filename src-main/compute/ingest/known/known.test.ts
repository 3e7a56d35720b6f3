import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { join } from 'node:path'
import { migrations } from '../../../core/db/migrations/index.ts'
import { importExport } from '../import.ts'
import { checkIntegrity, createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')
const open: TestWorkspace[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.dispose()
})
function workspace(): TestWorkspace {
  const w = createWorkspace(schema)
  open.push(w)
  return w
}

/** How often each fact stands in the lines: a weight that is not said is 1, a day is its midnight. */
const count = (table: string, lines: readonly string[]) => {
  const fact = (line: string) =>
    table === 'relations' ? line.replace(/,$/, ',1') : line.replace('2024-01-01', '1704067200')
  return new Map([...Map.groupBy(lines, fact)].map(([line, all]) => [line, all.length]))
}

const cell = fc.constantFrom('a', 'b', 'c')
const time = fc.constantFrom('2024-01-01', '2024-01-02T03:04:05+08:00', '1704067200')
const lines = {
  events: fc.tuple(
    cell,
    time,
    fc.constantFrom('login', ''),
    fc.constantFrom('10.0.0.1', ''),
    fc.constantFrom('x', ''),
  ),
  relations: fc.tuple(cell, cell, fc.constantFrom('friend', 'pays'), fc.constantFrom('1', '2', '')),
  links: fc.tuple(cell, fc.constantFrom('device', 'ip'), fc.constantFrom('d1', 'd2')),
  labels: fc.tuple(cell, fc.constantFrom('malicious', 'benign'), fc.constantFrom('desk', '')),
}
const HEADERS = {
  events: 'account_id,ts,kind,ip,note',
  relations: 'src,dst,type,weight',
  links: 'account_id,entity_type,entity_id',
  labels: 'account_id,label,source',
}
const STORED = { events: 'event', relations: 'relation', links: 'link', labels: 'label' }

for (const table of ['events', 'relations', 'links', 'labels'] as const) {
  test(`${table} of a later export: each copy of a fact is matched with one that was there`, async () => {
    const some = fc.array(
      lines[table].map((cells) => cells.join(',')),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(some, some, async (first, second) => {
        const w = workspace()
        const write = (name: string, rows: readonly string[]) =>
          writeFiles(w.root, {
            [`${name}/accounts.csv`]: `account_id,of\na,${name}\nb,${name}\n`,
            [`${name}/${table}.csv`]: `${[HEADERS[table], ...rows].join('\n')}\n`,
          })
        write('one', first)
        write('two', second)
        await importExport(w.ctx, { paths: [join(w.root, 'one')] })
        const later = await importExport(w.ctx, { paths: [join(w.root, 'two')] })
        const before = count(table, first)
        let expected = first.length
        let known = 0
        // The very same file is a duplicate as a whole.
        const same = first.join('\n') === second.join('\n')
        if (!same)
          for (const [line, copies] of count(table, second)) {
            const had = before.get(line) ?? 0
            known += Math.min(had, copies)
            expected += Math.max(0, copies - had)
          }
        expect(later.rowsKnown).toBe(known)
        expect(later.rowsIn).toBe(later.rowsStored + later.problems)
        expect(w.db.prepare(`SELECT count(*) FROM ${STORED[table]}`).pluck().get()).toBe(expected)
        checkIntegrity(w.db)
        w.dispose()
        open.pop()
      }),
      { numRuns: 25 },
    )
  })
}
