import type { Highlight, Story, StoryStep } from '../../common/contract/stories.ts'
import { listStories, storyDetail } from '../stories/queries.ts'
import type { BagWriter } from './bag.ts'
import type { Scope } from './scope.ts'

type Side = 'en' | 'zh'

/**
 * story/story-<n>.md: what analysts tell of the case, step by step, in the languages that they wrote. Nothing where the
 * case has no story. Pictures are made on a screen and exported from the story panel; the pack has its own figures.
 */
export async function writeStories(scope: Scope, bag: BagWriter): Promise<number> {
  const stories = listStories(scope.db, { caseId: scope.case.id }).filter((story) => story.steps > 0)
  for (const [index, { id }] of stories.toReversed().entries())
    await bag.put(`story/story-${index + 1}.md`, storyMarkdown(scope, storyDetail(scope.db, id)))
  return stories.length
}

function storyMarkdown(scope: Scope, story: Story): string {
  const text = (words: string) => plain(scope.names.text(words))
  const date = new Date(story.createdAt).toISOString()
  const simulated = scope.simulated ? '> SIMULATED DATA 模拟数据\n\n' : ''
  const steps = story.stepRows.map((step, index) => {
    const parts = (['en', 'zh'] as const).flatMap((side) => sideOf(step, side, text))
    const points = step.highlights.map((one) => `- ${pointOf(scope, one, text)}`).join('\n')
    return [`## ${index + 1}`, ...parts, points].filter((part) => part !== '').join('\n\n')
  })
  return `# ${text(story.name)}\n\n${simulated}${plain(story.createdBy)}, ${date}\n\n${steps.join('\n\n')}\n`
}

function sideOf(step: StoryStep, side: Side, text: (words: string) => string): string[] {
  const [title, body] = side === 'en' ? [step.titleEn, step.textEn] : [step.titleZh, step.textZh]
  return [title.trim() === '' ? '' : `### ${text(title.trim())}`, text(body.trim())]
}

function pointOf(scope: Scope, point: Highlight, text: (words: string) => string): string {
  const words = [point.en, point.zh].filter((one) => one.trim() !== '').map(text)
  return [nameOf(scope, point), ...words].join(' · ')
}

function nameOf(scope: Scope, { kind, id, span }: Highlight): string {
  if (kind === 'span' && span)
    return `${new Date(span.from).toISOString()} – ${new Date(span.to).toISOString()}`
  if (id === null) return kind
  if (kind === 'community') return `C-${id + 1}`
  const find = (sql: string) => scope.db.prepare(sql).get(id) as { key: string; type?: string } | undefined
  if (kind === 'entity') {
    const row = find(
      'SELECT e.key, t.value AS type FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = ?',
    )
    return row ? plain(`${row.type} ${scope.names.entity(id, row.type!, row.key)}`) : kind
  }
  const row = find(`SELECT key FROM ${kind === 'account' ? 'account' : 'report'} WHERE id = ?`)
  if (!row) return kind
  return plain(kind === 'account' ? scope.names.account(id, row.key) : scope.names.report(id, row.key))
}

/** Text that stays text: no markup of its author's, no characters that turn the direction of what follows. */
function plain(words: string): string {
  return words
    .replace(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .toWellFormed()
    .replaceAll('<', '&lt;')
}
