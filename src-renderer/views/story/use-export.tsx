import i18next from 'i18next'
import { useState } from 'react'
import Markdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import type { Highlight, Story } from '../../../src-main/common/contract/stories.ts'
import { pseudonym } from '../../../src-main/common/pseudonym.ts'
import { api } from '../../client/api.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { communityName, formatInstant, formatSpan, formatZone } from '../../ui/format.ts'
import { useT, type MessageKey, type Values } from '../../ui/i18n/index.ts'
import { fileName, saveFile } from '../../ui/save-file.ts'
import { useToasts } from '../../ui/toast.tsx'
import { zip } from '../../ui/zip.ts'
import { storyHtml, storyMarkdown, type DocumentWords } from './document.ts'
import { dataUrl, drawSteps } from './draw-steps.ts'

/** Plays the story once to draw its steps, then hands it over as a file; `progress` says which step is drawn. */
export function useStoryExport() {
  const t = useT()
  const say = useToasts((s) => s.say)
  const [progress, setProgress] = useState<{ n: number; total: number } | null>(null)
  const run = async (story: Story, how: 'markdown' | 'html') => {
    try {
      const drawn = await drawSteps([story], {
        // Documents are printed: pictures in them are light.
        theme: how === 'html' ? 'light' : usePrefs.getState().resolvedTheme,
        scale: 2,
        onStep: (n, total) => setProgress({ n, total }),
      })
      const list = await Promise.all(
        story.stepRows.map(async ({ id }, index) => {
          const data = drawn.get(id)
          if (!data) return null
          const file = `pictures/${String(index + 1).padStart(2, '0')}.png`
          return { file, data, url: how === 'html' ? await dataUrl(data) : '' }
        }),
      )
      const words = await documentWords(story)
      const name = fileName(story.name, how === 'html' ? 'html' : 'zip')
      if (how === 'html') {
        const page = storyHtml(story, list, words, await markup(story))
        saveFile(new Blob([page], { type: 'text/html;charset=utf-8' }), name)
      } else {
        const text = new TextEncoder().encode(storyMarkdown(story, list, words))
        const files = list.flatMap((one) => (one ? [one] : []))
        const entries = await Promise.all(
          files.map(async (one) => ({ name: one.file, data: new Uint8Array(await one.data.arrayBuffer()) })),
        )
        const archive = zip([{ name: 'story.md', data: text }, ...entries], Date.now())
        saveFile(new Blob([archive], { type: 'application/zip' }), name)
      }
      say(t('story.exported', { file: name }))
    } catch (error) {
      say(
        t('story.exportFailed', { reason: error instanceof Error ? error.message : String(error) }),
        'failed',
      )
    } finally {
      setProgress(null)
    }
  }
  return { progress, run }
}

const inBoth = (key: MessageKey, values: Values = {}) => ({
  en: i18next.getFixedT('en')(key as never, values as never) as unknown as string,
  zh: i18next.getFixedT('zh-CN')(key as never, values as never) as unknown as string,
})

async function documentWords(story: Story): Promise<DocumentWords> {
  const { info, host } = useWorkspace.getState()
  const { hideNames, language } = usePrefs.getState()
  const zone = -new Date().getTimezoneOffset()
  const now = Date.now()
  const names = new Map<string, string>()
  const key = (one: Highlight) => `${one.kind}:${one.id}:${one.span?.from}`
  for (const one of story.stepRows.flatMap((step) => step.highlights)) {
    names.set(key(one), await nameOf(one, language).catch(() => inBoth(`story.kind.${one.kind}`).en))
  }
  return {
    madeBy: inBoth('story.file.madeBy', {
      version: host?.version ?? '',
      actor: host?.actor ?? '',
      date: `${formatInstant(now, zone)} ${formatZone(zone)}`,
    }),
    notes: [
      ...(info?.simulated ? [inBoth('story.file.simulated')] : []),
      ...(hideNames ? [inBoth('story.file.pseudonyms')] : []),
    ],
    untitled: inBoth('story.untitled'),
    nameOf: (one) => names.get(key(one)) ?? '',
  }
}

async function nameOf(highlight: Highlight, language: string): Promise<string> {
  const { kind, id, span } = highlight
  const { info } = useWorkspace.getState()
  if (kind === 'span' && span) return formatSpan(span.from, span.to - 1, info?.tzOffset ?? 0, language)
  if (id === null) return ''
  if (kind === 'community') return communityName(id)
  if (kind === 'account') {
    if (usePrefs.getState().hideNames) return pseudonym(id, info?.pseudonymSalt ?? 0)
    return (await api.call('accounts.get', { id })).key
  }
  if (kind === 'entity') {
    const entity = await api.call('entities.explain', { id })
    return `${entity.type} ${entity.key}`
  }
  return (await api.call('reports.get', { id })).key
}

/** Steps' Markdown as markup by the same parts that the presentation uses, so that both show the same. */
async function markup(story: Story): Promise<(markdown: string) => string> {
  const { renderToStaticMarkup } = await import('react-dom/server.browser')
  const made = new Map<string, string>()
  for (const text of story.stepRows.flatMap((step) => [step.textEn.trim(), step.textZh.trim()])) {
    const page = (
      <Markdown
        remarkPlugins={[remarkGfm]}
        skipHtml
        components={{ a: ({ children }) => <u>{children}</u>, img: () => null }}
      >
        {text}
      </Markdown>
    )
    made.set(text, text === '' ? '' : renderToStaticMarkup(page))
  }
  return (markdown) => made.get(markdown) ?? ''
}
