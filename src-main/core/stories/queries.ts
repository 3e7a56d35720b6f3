import type { Database } from 'better-sqlite3'
import {
  highlightSchema,
  type Highlight,
  type Story,
  type StoryRow,
  type StoryStep,
} from '../../common/contract/stories.ts'
import { ShoalError } from '../../common/errors.ts'

interface StepCells {
  id: number
  state: string
  titleEn: string
  titleZh: string
  textEn: string
  textZh: string
  highlights: string
  createdAt: number
  createdBy: string
}

/** Stories that stand, newest first; of one case where told. */
export function listStories(db: Database, filter: { id?: number; caseId?: number } = {}): StoryRow[] {
  return db
    .prepare(
      `SELECT s.id, s.name, s.case_id AS caseId, s.created_at AS createdAt, s.created_by AS createdBy,
              (SELECT count(*) FROM story_step p WHERE p.story_id = s.id AND p.removed_at IS NULL) AS steps
       FROM story s WHERE s.removed_at IS NULL AND ($id IS NULL OR s.id = $id)
         AND ($case IS NULL OR s.case_id = $case) ORDER BY s.id DESC`,
    )
    .all({ id: filter.id ?? null, case: filter.caseId ?? null }) as StoryRow[]
}

/** A story with its steps in their order. Throws not_found. */
export function storyDetail(db: Database, id: number): Story {
  const row = listStories(db, { id })[0]
  if (!row) throw new ShoalError('not_found', `There is no story with the id ${id}.`)
  const steps = db
    .prepare(
      `SELECT id, state, title_en AS titleEn, title_zh AS titleZh, text_en AS textEn, text_zh AS textZh, highlights,
              created_at AS createdAt, created_by AS createdBy
       FROM story_step WHERE story_id = ? AND removed_at IS NULL ORDER BY position, id`,
    )
    .all(id) as StepCells[]
  return { ...row, stepRows: steps.map(readStep) }
}

function readStep(cells: StepCells): StoryStep {
  return {
    ...cells,
    state: JSON.parse(cells.state) as Record<string, unknown>,
    // One that a later version wrote in another shape is left out rather than taking the story with it.
    highlights: (JSON.parse(cells.highlights) as unknown[])
      .map((one) => highlightSchema.safeParse(one))
      .flatMap((one): Highlight[] => (one.success ? [one.data] : [])),
  }
}

/** The story of a step that stands. Throws not_found. */
export function storyOfStep(db: Database, stepId: number): number {
  const story = db
    .prepare(
      `SELECT p.story_id FROM story_step p JOIN story s ON s.id = p.story_id
       WHERE p.id = ? AND p.removed_at IS NULL AND s.removed_at IS NULL`,
    )
    .pluck()
    .get(stepId) as number | undefined
  if (story === undefined) throw new ShoalError('not_found', `There is no step with the id ${stepId}.`)
  return story
}

/**
 * A position right after the step `after`, or before all for null: between two neighbours, so that placing one changes
 * one row. `moving` is not counted as a neighbour. Throws not_found for a step of another story; null when doubles have
 * no room left between the two (after some 50 halvings), where the steps must be numbered anew.
 */
export function positionAfter(
  db: Database,
  storyId: number,
  after: number | null,
  moving: number | null = null,
): number | null {
  const rows = db
    .prepare(
      `SELECT id, position FROM story_step WHERE story_id = ? AND removed_at IS NULL AND id IS NOT ? ORDER BY position, id`,
    )
    .all(storyId, moving) as { id: number; position: number }[]
  const at = after === null ? -1 : rows.findIndex((row) => row.id === after)
  if (after !== null && at < 0)
    throw new ShoalError('not_found', `The story has no step with the id ${after}.`)
  const before = rows[at]?.position
  const behind = rows[at + 1]?.position
  if (before === undefined) return behind === undefined ? 1 : behind - 1
  if (behind === undefined) return before + 1
  const middle = (before + behind) / 2
  return middle > before && middle < behind ? middle : null
}
