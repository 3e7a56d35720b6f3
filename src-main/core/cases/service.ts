import type { Database } from 'better-sqlite3'
import { caseMethods } from '../../common/contract/cases.ts'
import { ShoalError } from '../../common/errors.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { newestRuns } from '../workspace/queries.ts'
import { recordStep, type Change } from './changes.ts'
import { caseDetail, listCases, notesWhere, targetLabel } from './queries.ts'

type CaseHandlers = Handlers<Omit<typeof caseMethods, 'evidence.export' | 'evidence.verify'>>
type TargetKind = 'case' | 'community' | 'account' | 'report'

/** A community is named by its run as well: another run's C-3 is another community. */
function runOf(db: Database, kind: TargetKind): number | null {
  if (kind !== 'community') return null
  const run = newestRuns(db).communities
  if (run === undefined)
    throw new ShoalError('run_missing', 'There are no communities yet. Run the analysis first.')
  return run
}

/** A new row: undoing marks it, redoing clears the mark. */
const added = (
  table: Change['table'],
  column: Change['column'],
  id: number | bigint,
  now: number,
): Change => ({
  table,
  id: Number(id),
  column,
  before: now,
  after: null,
})
const dropped = (table: Change['table'], column: Change['column'], id: number, now: number): Change => ({
  table,
  id,
  column,
  before: null,
  after: now,
})

export function caseHandlers(ctx: CoreContext): CaseHandlers {
  const db = () => ctx.open().db
  return {
    'cases.list': () => listCases(db()),
    'cases.get': ({ id }) => caseDetail(db(), id),
    'cases.create': ({ name, summary }) => {
      if (db().prepare('SELECT 1 FROM case_file WHERE name = ? AND removed_at IS NULL').get(name)) {
        throw new ShoalError('invalid_input', `There is a case "${name}" already. Choose another name.`)
      }
      const id = recordStep(ctx, 'case.create', { name }, (d, now) => {
        const made = d
          .prepare('INSERT INTO case_file (name, summary, created_at, created_by) VALUES (?, ?, ?, ?)')
          .run(name, summary, now, ctx.actor).lastInsertRowid
        return { result: Number(made), changes: [added('case_file', 'removed_at', made, now)] }
      })
      return caseDetail(db(), id)
    },
    'cases.update': ({ id, name, summary }) => {
      const before = caseDetail(db(), id)
      const clash = 'SELECT 1 FROM case_file WHERE name = ? AND id <> ? AND removed_at IS NULL'
      if (name !== undefined && db().prepare(clash).get(name, id)) {
        throw new ShoalError('invalid_input', `There is a case "${name}" already. Choose another name.`)
      }
      recordStep(ctx, 'case.update', { case: id }, (d) => {
        const changes: Change[] = []
        for (const [column, value] of Object.entries({ name, summary }) as [
          'name' | 'summary',
          string | undefined,
        ][]) {
          if (value === undefined || value === before[column]) continue
          d.prepare(`UPDATE case_file SET ${column} = ? WHERE id = ?`).run(value, id)
          changes.push({ table: 'case_file', id, column, before: before[column], after: value })
        }
        return { result: null, changes }
      })
      return caseDetail(db(), id)
    },
    'cases.addItem': ({ id, item }) => {
      caseDetail(db(), id)
      const run = runOf(db(), item.kind)
      const label = targetLabel(db(), item.kind, item.ref, run)
      recordStep(ctx, 'case.add', { case: id, kind: item.kind, ref: item.ref, label }, (d, now) => {
        const there = d
          .prepare(
            'SELECT 1 FROM case_item WHERE case_id = ? AND kind = ? AND ref = ? AND run_id IS ? AND removed_at IS NULL',
          )
          .get(id, item.kind, item.ref, run)
        if (there) return { result: null, changes: [] }
        const made = d
          .prepare(
            'INSERT INTO case_item (case_id, kind, run_id, ref, added_at, added_by) VALUES (?, ?, ?, ?, ?, ?)',
          )
          .run(id, item.kind, run, item.ref, now, ctx.actor).lastInsertRowid
        return { result: null, changes: [added('case_item', 'removed_at', made, now)] }
      })
      return caseDetail(db(), id)
    },
    'cases.removeItem': ({ id, itemId }) => {
      const item = caseDetail(db(), id).items.find((i) => i.id === itemId)
      if (!item) throw new ShoalError('not_found', `The case has no item ${itemId}.`)
      recordStep(ctx, 'case.remove', { case: id, label: item.label }, (d, now) => {
        d.prepare('UPDATE case_item SET removed_at = ? WHERE id = ?').run(now, itemId)
        return { result: null, changes: [dropped('case_item', 'removed_at', itemId, now)] }
      })
      return caseDetail(db(), id)
    },
    'notes.add': ({ caseId, target, text }) => {
      if (caseId !== undefined) caseDetail(db(), caseId)
      const run = runOf(db(), target.kind)
      targetLabel(db(), target.kind, target.ref, run)
      const inCase = caseId ?? (target.kind === 'case' ? target.ref : null)
      const id = recordStep(ctx, 'note.add', { target, text }, (d, now) => {
        const made = d
          .prepare(
            `INSERT INTO note (case_id, target_kind, run_id, target, text, created_at, created_by)
             VALUES (?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(inCase, target.kind, run, target.ref, text, now, ctx.actor).lastInsertRowid
        return { result: Number(made), changes: [added('note', 'retracted_at', made, now)] }
      })
      return notesWhere(db(), 'id = ?', id)[0]!
    },
    'notes.retract': ({ id }) => {
      if (!db().prepare('SELECT 1 FROM note WHERE id = ? AND retracted_at IS NULL').get(id)) {
        throw new ShoalError('not_found', `There is no note with the id ${id}.`)
      }
      return recordStep(ctx, 'note.retract', { note: id }, (d, now) => {
        d.prepare('UPDATE note SET retracted_at = ? WHERE id = ?').run(now, id)
        return { result: null, changes: [dropped('note', 'retracted_at', id, now)] }
      })
    },
    'tags.set': ({ target, tags }) => {
      const run = runOf(db(), target.kind)
      targetLabel(db(), target.kind, target.ref, run)
      const wanted = new Set(tags)
      return recordStep(ctx, 'tags.set', { target, tags: [...wanted] }, (d, now) => {
        const standing = d
          .prepare(
            `SELECT g.id, t.name FROM tagging g JOIN tag t ON t.id = g.tag_id
             WHERE g.target_kind = ? AND g.target = ? AND g.run_id IS ? AND g.removed_at IS NULL`,
          )
          .all(target.kind, target.ref, run) as { id: number; name: string }[]
        const changes: Change[] = []
        for (const tag of standing) {
          if (wanted.delete(tag.name)) continue
          d.prepare('UPDATE tagging SET removed_at = ? WHERE id = ?').run(now, tag.id)
          changes.push(dropped('tagging', 'removed_at', tag.id, now))
        }
        for (const name of wanted) {
          d.prepare('INSERT INTO tag (name) VALUES (?) ON CONFLICT (name) DO NOTHING').run(name)
          const made = d
            .prepare(
              `INSERT INTO tagging (tag_id, target_kind, run_id, target, created_at, created_by)
               SELECT id, ?, ?, ?, ?, ? FROM tag WHERE name = ?`,
            )
            .run(target.kind, run, target.ref, now, ctx.actor, name).lastInsertRowid
          changes.push(added('tagging', 'removed_at', made, now))
        }
        return { result: [...new Set(tags)].sort(), changes }
      })
    },
    'judgements.set': ({ target, verdict, reason }) => {
      const run = runOf(db(), target.kind)
      targetLabel(db(), target.kind, target.ref, run)
      return recordStep(
        ctx,
        verdict === null ? 'verdict.retract' : 'verdict.set',
        { target, verdict, reason },
        (d, now) => {
          const changes: Change[] = []
          const standing = d
            .prepare(
              `SELECT id FROM judgement WHERE target_kind = ? AND target = ? AND run_id IS ? AND created_by = ?
             AND retracted_at IS NULL`,
            )
            .pluck()
            .all(target.kind, target.ref, run, ctx.actor) as number[]
          // An analyst's new verdict takes the place of their own old one; others' stand beside it.
          for (const id of standing) {
            d.prepare('UPDATE judgement SET retracted_at = ? WHERE id = ?').run(now, id)
            changes.push(dropped('judgement', 'retracted_at', id, now))
          }
          if (verdict !== null) {
            const made = d
              .prepare(
                `INSERT INTO judgement (target_kind, run_id, target, verdict, reason, created_at, created_by)
               VALUES (?, ?, ?, ?, ?, ?, ?)`,
              )
              .run(target.kind, run, target.ref, verdict, reason, now, ctx.actor).lastInsertRowid
            changes.push(added('judgement', 'retracted_at', made, now))
          }
          return { result: null, changes }
        },
      )
    },
  }
}
