import type { Database } from 'better-sqlite3'
import type { storyMethods } from '../../common/contract/stories.ts'
import { ShoalError } from '../../common/errors.ts'
import { recordStep, type Change } from '../cases/changes.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { listStories, positionAfter, storyDetail, storyOfStep } from './queries.ts'

/** What of a step can be written, by its column. */
const COLUMNS = {
  titleEn: 'title_en',
  titleZh: 'title_zh',
  textEn: 'text_en',
  textZh: 'text_zh',
  highlights: 'highlights',
  state: 'state',
} as const
type Part = keyof typeof COLUMNS

/** Stories: what analysts tell of a case. Journaled and undone like any judgement. */
export function storyHandlers(ctx: CoreContext): Handlers<typeof storyMethods> {
  const db = () => ctx.open().db
  return {
    'stories.list': ({ caseId }) => listStories(db(), caseId === undefined ? {} : { caseId }),
    'stories.get': ({ id }) => storyDetail(db(), id),
    'stories.create': ({ name, caseId }) => {
      if (
        caseId !== null &&
        !db().prepare('SELECT 1 FROM case_file WHERE id = ? AND removed_at IS NULL').get(caseId)
      )
        throw new ShoalError('not_found', `There is no case with the id ${caseId}.`)
      const id = recordStep(ctx, 'story.create', { name, caseId }, (d, now) => {
        const made = d
          .prepare('INSERT INTO story (name, case_id, created_at, created_by) VALUES (?, ?, ?, ?)')
          .run(name, caseId, now, ctx.actor).lastInsertRowid
        return { result: Number(made), changes: [appears('story', made, now)] }
      })
      return storyDetail(db(), id)
    },
    'stories.rename': ({ id, name }) => {
      const before = storyDetail(db(), id).name
      recordStep(ctx, 'story.update', { story: id }, (d) => {
        if (before === name) return { result: null, changes: [] }
        d.prepare('UPDATE story SET name = ? WHERE id = ?').run(name, id)
        return { result: null, changes: [{ table: 'story', id, column: 'name', before, after: name }] }
      })
      return storyDetail(db(), id)
    },
    'stories.remove': ({ id }) => {
      storyDetail(db(), id)
      return recordStep(ctx, 'story.remove', { story: id }, (d, now) => {
        d.prepare('UPDATE story SET removed_at = ? WHERE id = ?').run(now, id)
        return { result: null, changes: [goes('story', id, now)] }
      })
    },
    'stories.addStep': ({ storyId, after, state, ...parts }) => {
      const { stepRows } = storyDetail(db(), storyId)
      recordStep(ctx, 'story.addStep', { story: storyId }, (d, now) => {
        const last = stepRows.at(-1)?.id ?? null
        const { position, changes } = makeRoom(d, storyId, after ?? last)
        const made = d
          .prepare(
            `INSERT INTO story_step (story_id, position, state, title_en, title_zh, text_en, text_zh, highlights, created_at, created_by)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(
            storyId,
            position,
            JSON.stringify(state),
            parts.titleEn ?? '',
            parts.titleZh ?? '',
            parts.textEn ?? '',
            parts.textZh ?? '',
            JSON.stringify(parts.highlights ?? []),
            now,
            ctx.actor,
          ).lastInsertRowid
        return { result: null, changes: [...changes, appears('story_step', made, now)] }
      })
      return storyDetail(db(), storyId)
    },
    'stories.updateStep': ({ stepId, ...parts }) => {
      const storyId = storyOfStep(db(), stepId)
      recordStep(ctx, 'story.updateStep', { story: storyId, step: stepId }, (d) => {
        const changes: Change[] = []
        for (const part of Object.keys(COLUMNS) as Part[]) {
          const value = parts[part]
          if (value === undefined) continue
          const column = COLUMNS[part]
          const after = typeof value === 'string' ? value : JSON.stringify(value)
          // The name of a column comes from the closed list above.
          const before = d
            .prepare(`SELECT ${column} FROM story_step WHERE id = ?`)
            .pluck()
            .get(stepId) as string
          if (before === after) continue
          d.prepare(`UPDATE story_step SET ${column} = ? WHERE id = ?`).run(after, stepId)
          changes.push({ table: 'story_step', id: stepId, column, before, after })
        }
        return { result: null, changes }
      })
      return storyDetail(db(), storyId)
    },
    'stories.moveStep': ({ stepId, after }) => {
      const storyId = storyOfStep(db(), stepId)
      if (after === stepId) throw new ShoalError('invalid_input', 'A step cannot come after itself.')
      const order = storyDetail(db(), storyId).stepRows.map((step) => step.id)
      const at = order.indexOf(stepId)
      recordStep(ctx, 'story.moveStep', { story: storyId, step: stepId, after }, (d) => {
        if ((order[at - 1] ?? null) === after) return { result: null, changes: [] }
        const { position, changes } = makeRoom(d, storyId, after, stepId)
        const before = d.prepare('SELECT position FROM story_step WHERE id = ?').pluck().get(stepId) as number
        d.prepare('UPDATE story_step SET position = ? WHERE id = ?').run(position, stepId)
        changes.push({ table: 'story_step', id: stepId, column: 'position', before, after: position })
        return { result: null, changes }
      })
      return storyDetail(db(), storyId)
    },
    'stories.removeStep': ({ stepId }) => {
      const storyId = storyOfStep(db(), stepId)
      recordStep(ctx, 'story.removeStep', { story: storyId, step: stepId }, (d, now) => {
        d.prepare('UPDATE story_step SET removed_at = ? WHERE id = ?').run(now, stepId)
        return { result: null, changes: [goes('story_step', stepId, now)] }
      })
      return storyDetail(db(), storyId)
    },
  }
}

const appears = (table: Change['table'], id: number | bigint, now: number): Change => ({
  table,
  id: Number(id),
  column: 'removed_at',
  before: now,
  after: null,
})
const goes = (table: Change['table'], id: number, now: number): Change => ({
  table,
  id,
  column: 'removed_at',
  before: null,
  after: now,
})

/** Where a step goes; where doubles leave no room between two, the others are numbered 1, 2, 3 … first. */
function makeRoom(
  d: Database,
  storyId: number,
  after: number | null,
  moving: number | null = null,
): { position: number; changes: Change[] } {
  const free = positionAfter(d, storyId, after, moving)
  if (free !== null) return { position: free, changes: [] }
  const rows = d
    .prepare(
      `SELECT id, position FROM story_step WHERE story_id = ? AND removed_at IS NULL AND id IS NOT ? ORDER BY position, id`,
    )
    .all(storyId, moving) as { id: number; position: number }[]
  const changes: Change[] = []
  for (const [index, row] of rows.entries()) {
    if (row.position === index + 1) continue
    d.prepare('UPDATE story_step SET position = ? WHERE id = ?').run(index + 1, row.id)
    changes.push({
      table: 'story_step',
      id: row.id,
      column: 'position',
      before: row.position,
      after: index + 1,
    })
  }
  return { position: positionAfter(d, storyId, after, moving)!, changes }
}
