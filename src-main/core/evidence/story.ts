import type { Highlight, Story, StoryStep } from '../../common/contract/stories.ts'
import { ShoalError } from '../../common/errors.ts'
import { pseudonym } from '../../common/pseudonym.ts'
import { listStories, storyDetail } from '../stories/queries.ts'
import type { BagWriter } from './bag.ts'
import type { Scope } from './scope.ts'

type Side = 'en' | 'zh'

/**
 * story/story-<n>.md: what analysts tell of the case, step by step, in the languages that they wrote, and the pictures of
 * its steps beside it where somebody drew them on a screen (PNGs by step id; `salt` is that of the names in them). Nothing
 * where the case has no story.
 */
export async function writeStories(
  scope: Scope,
  bag: BagWriter,
  drawn: { pictures: ReadonlyMap<number, Uint8Array>; salt: number } | null = null,
): Promise<number> {
  const stories = listStories(scope.db, { caseId: scope.case.id }).filter((story) => story.steps > 0)
  for (const [index, { id }] of stories.toReversed().entries()) {
    const story = storyDetail(scope.db, id)
    const files = new Map<number, string>()
    for (const [at, step] of story.stepRows.entries()) {
      const png = drawn?.pictures.get(step.id)
      if (!png) continue
      if (!isPng(png)) throw new ShoalError('invalid_input', `The picture of step ${at + 1} is no PNG.`)
      const file = `story-${index + 1}-${String(at + 1).padStart(2, '0')}.png`
      await bag.put(`story/${file}`, png)
      files.set(step.id, file)
    }
    await bag.put(`story/story-${index + 1}.md`, storyMarkdown(scope, story, files, drawn?.salt ?? 0))
  }
  return stories.length
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const isPng = (bytes: Uint8Array) => PNG.equals(bytes.subarray(0, PNG.length))

function storyMarkdown(scope: Scope, story: Story, files: ReadonlyMap<number, string>, salt: number): string {
  const text = (words: string) => plain(scope.names.text(words))
  const date = new Date(story.createdAt).toISOString()
  const simulated = scope.simulated ? '> SIMULATED DATA 模拟数据\n\n' : ''
  // Pictures are drawn with the app's own names, which are read aloud; the pack's count.
  const called = files.size > 0 && scope.names.pseudonyms ? salt : null
  const steps = story.stepRows.map((step, index) => {
    const parts = (['en', 'zh'] as const).flatMap((side) => sideOf(step, side, text))
    const file = files.get(step.id)
    const picture = file ? `![${index + 1}](${file})` : ''
    const points = step.highlights.map((one) => `- ${pointOf(scope, one, text, called)}`).join('\n')
    return [`## ${index + 1}`, ...parts, picture, points].filter((part) => part !== '').join('\n\n')
  })
  return `# ${text(story.name)}\n\n${simulated}${plain(story.createdBy)}, ${date}\n\n${steps.join('\n\n')}\n`
}

function sideOf(step: StoryStep, side: Side, text: (words: string) => string): string[] {
  const [title, body] = side === 'en' ? [step.titleEn, step.textEn] : [step.titleZh, step.textZh]
  return [title.trim() === '' ? '' : `### ${text(title.trim())}`, text(body.trim())]
}

function pointOf(
  scope: Scope,
  point: Highlight,
  text: (words: string) => string,
  called: number | null,
): string {
  const words = [point.en, point.zh].filter((one) => one.trim() !== '').map(text)
  const inPicture =
    called !== null && point.kind === 'account' && point.id !== null
      ? [`in the picture 图中: ${pseudonym(point.id, called)}`]
      : []
  return [nameOf(scope, point), ...inPicture, ...words].join(' · ')
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
