import type { Story, StoryStep } from '../../../src-main/common/contract/stories.ts'

/** What a story's document says around its steps. */
export interface DocumentWords {
  /** 'Made with Shoal 0.1.0 by L. Chen, 2026-11-23 08:41 UTC+08:00', in either language. */
  madeBy: { en: string; zh: string }
  /** Said first where it is so: simulated data, hidden identities. */
  notes: { en: string; zh: string }[]
  untitled: { en: string; zh: string }
  /** What a highlight points at is called. */
  nameOf(highlight: StoryStep['highlights'][number]): string
}
export interface Picture {
  /** Name of the file beside the document. */
  file: string
  /** data: URL, for the page that carries its pictures. */
  url: string
}
type Side = 'en' | 'zh'
const SIDES: readonly Side[] = ['en', 'zh']
const LANG: Record<Side, string> = { en: 'en', zh: 'zh-CN' }

const titleOf = (step: StoryStep, side: Side) => (side === 'en' ? step.titleEn : step.titleZh).trim()
const textOf = (step: StoryStep, side: Side) => (side === 'en' ? step.textEn : step.textZh).trim()
const has = (story: Story, side: Side) =>
  story.stepRows.some((step) => titleOf(step, side) !== '' || textOf(step, side) !== '')

/** The story in Markdown: a part for each language that it is told in, English first. */
export function storyMarkdown(story: Story, pictures: (Picture | null)[], words: DocumentWords): string {
  const sides = SIDES.filter((side) => has(story, side))
  const parts = (sides.length > 0 ? sides : (['en'] as const)).map((side) => {
    const steps = story.stepRows.map((step, index) => {
      const title = titleOf(step, side) || words.untitled[side]
      const picture = pictures[index]
      const points = step.highlights.map((one, n) => {
        const said = (side === 'en' ? one.en : one.zh).trim()
        return `${n + 1}. **${words.nameOf(one)}**${said ? ` ${said}` : ''}`
      })
      return [
        `## ${index + 1}. ${title}`,
        textOf(step, side),
        picture ? `![${title.replace(/[[\]]/g, '')}](${encodeURI(picture.file)})` : '',
        points.join('\n'),
      ]
        .filter((part) => part !== '')
        .join('\n\n')
    })
    const notes = words.notes.map((note) => `> ${note[side]}`).join('\n>\n')
    return [`# ${story.name}`, words.madeBy[side], notes, ...steps].filter((part) => part !== '').join('\n\n')
  })
  return `${parts.join('\n\n---\n\n')}\n`
}

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const STYLE = `
:root{color:#17212b;background:#fff;font:16px/1.55 Inter,'Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif}
body{margin:0 auto;max-width:1080px;padding:40px 32px}
h1{font-size:30px;line-height:1.2;margin:0 0 8px}
.made{color:#5b6a79;font-size:13px;margin:0 0 4px}
.note{border:1px dashed #8a5f06;border-radius:4px;color:#8a5f06;display:inline-block;font-size:13px;margin:8px 8px 0 0;padding:2px 8px}
section{border-top:1px solid #d8dfe6;break-inside:avoid;margin-top:32px;padding-top:20px}
.both{display:grid;gap:8px 40px;grid-template-columns:1fr 1fr}
.both>.only{grid-column:1/-1}
h2{font-size:20px;line-height:1.3;margin:0 0 8px}
img{border:1px solid #d8dfe6;border-radius:4px;height:auto;margin-top:12px;max-width:100%}
ol.points{color:#5b6a79;font-size:14px;margin:10px 0 0;padding-left:20px}
ol.points b{color:#17212b}
table{border-collapse:collapse}td,th{border-bottom:1px solid #d8dfe6;padding:4px 12px 4px 0;text-align:left}
@media (max-width:720px){.both{grid-template-columns:1fr}}
@media print{body{max-width:none;padding:0}section{break-before:auto}}
`

/**
 * The story as one page that can be printed and needs nothing else: no scripts, pictures inside, both languages side by
 * side. `html` turns a step's Markdown into markup that holds no markup of its author's.
 */
export function storyHtml(
  story: Story,
  pictures: (Picture | null)[],
  words: DocumentWords,
  html: (markdown: string) => string,
): string {
  const sides = SIDES.filter((side) => has(story, side))
  const shown = sides.length > 0 ? sides : (['en'] as const)
  const steps = story.stepRows.map((step, index) => {
    const told = shown.filter((side) => titleOf(step, side) !== '' || textOf(step, side) !== '')
    const columns = (told.length > 0 ? told : shown.slice(0, 1)).map((side, _i, all) => {
      const title = `${index + 1}. ${titleOf(step, side) || words.untitled[side]}`
      const points = step.highlights.map((one) => {
        const said = (side === 'en' ? one.en : one.zh).trim()
        return `<li><b>${escape(words.nameOf(one))}</b>${said ? ` ${escape(said)}` : ''}</li>`
      })
      return `<div lang="${LANG[side]}"${all.length === 1 ? ' class="only"' : ''}><h2>${escape(title)}</h2>${html(textOf(step, side))}${points.length > 0 ? `<ol class="points">${points.join('')}</ol>` : ''}</div>`
    })
    const picture = pictures[index]
    const alt = escape(titleOf(step, shown[0]!) || words.untitled[shown[0]!])
    return `<section><div class="both">${columns.join('')}</div>${picture ? `<img src="${picture.url}" alt="${alt}">` : ''}</section>`
  })
  const made = shown.map((side) => `<p class="made" lang="${LANG[side]}">${escape(words.madeBy[side])}</p>`)
  const notes = words.notes.flatMap((note) =>
    shown.map((side) => `<span class="note" lang="${LANG[side]}">${escape(note[side])}</span>`),
  )
  return `<!doctype html>
<html lang="${LANG[shown[0]!]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width">
<title>${escape(story.name)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escape(story.name)}</h1>
${made.join('\n')}
${notes.join('')}
${steps.join('\n')}
</body>
</html>
`
}
