import { createHash } from 'node:crypto'
import { plainNote } from '../../common/mentions.ts'
import { utc } from './csv.ts'
import { FAMILY_WORDS, FEATURE_WORDS } from './feature-words.ts'
import type { AccountFact, Facts, Reasons } from './facts.ts'
import type { CommunityFigure } from './figure-community.ts'
import type { TimelineFigure } from './figure-timeline.ts'
import { cut, escape, px, riskColour } from './markup.ts'
import { SHORTEST_KEY_IN_TEXT } from './names.ts'
import { pinnedTrust } from './pinned-trust.ts'
import type { JournalSummary, ModelNote } from './provenance.ts'
import { CSS } from './report-style.ts'
import type { Scope } from './scope.ts'
import { STRINGS, type StringKey } from './strings.ts'
import { targetName } from './tables.ts'
import { validationSection } from './validation.ts'

export interface ReportParts {
  facts: Facts
  reasons: Reasons
  figures: CommunityFigure[]
  timeline: TimelineFigure | null
  tables: Record<string, number>
  journal: JournalSummary
  models: ModelNote[]
}
/** Figures of communities in the page; the others are files of the pack. */
export const FIGURES_SHOWN = 12
/** Longest text of one report or note in the page; the tables have it whole. */
const LONGEST_TEXT = 2000

type Vars = Record<string, string | number>
const fill = (text: string, vars: Vars): string =>
  text.replace(/\{(\w+)\}/g, (_all, name: string) => escape(String(vars[name] ?? `{${name}}`)))
const both = (en: string, zh: string): string => `<span lang="en">${en}</span><span lang="zh-CN">${zh}</span>`

/** A sentence in both languages; CSS shows one. Values are escaped here. */
export function t(key: StringKey, vars: Vars = {}): string {
  const [en, zh] = STRINGS[key]
  return both(fill(en, vars), fill(zh, vars))
}
const known = (key: string, fallback: string): string =>
  Object.hasOwn(STRINGS, key) ? t(key as StringKey) : escape(fallback)
const num = (n: number | null, digits = 2): string => (n === null ? '–' : n.toFixed(digits))
const when = (ms: number | null): string =>
  ms === null
    ? '–'
    : utc(ms)
        .replace(/:\d\d\.\d{3}Z$/, '')
        .replace('T', ' ')
const td = (cells: (string | [string])[]): string =>
  `<tr>${cells.map((c) => (Array.isArray(c) ? `<td class="n">${c[0]}</td>` : `<td>${c}</td>`)).join('')}</tr>`
const table = (head: (StringKey | [StringKey])[], rows: string[]): string =>
  rows.length === 0
    ? `<p class="quiet">${t('none')}</p>`
    : `<div class="scroll"><table><thead><tr>${head.map((h) => (Array.isArray(h) ? `<th class="n">${t(h[0])}</th>` : `<th>${t(h)}</th>`)).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`

/**
 * data/report.html: one file that needs no script, no network and no other file. Both languages are in it; two radio
 * buttons choose which one is seen and printed. Everything that came from outside goes through `escape`.
 */
export function reportHtml(scope: Scope, parts: ReportParts): string {
  const { names } = scope
  const sections: [StringKey, string][] = [
    ['summary', summary(scope, parts)],
    ['scope', scopeSection(scope)],
    ['figures', figures(scope, parts)],
    ['accounts', accounts(scope, parts)],
    ['shared', shared(scope, parts.facts)],
    ['reports', reports(scope, parts.facts)],
    ['reasons', reasons(scope, parts)],
    ['anomalies', anomalies(parts.facts)],
    ['notes', notes(scope, parts.facts)],
    ['contrary', contrary(scope, parts.facts)],
    ['validation', validationSection(scope.validation)],
    ['runs', runs(scope)],
    ['models', models(parts.models)],
    [
      'limits',
      `<ul>${(['limit1', 'limit2', 'limit3', 'limit4', 'limit5'] as const).map((k) => `<li>${t(k)}</li>`).join('')}</ul>`,
    ],
    ['custody', custody(parts.journal)],
    ['redaction', redaction(scope, parts.journal)],
    ['verify', verify()],
  ]
  const simulatedModel = parts.models.some((m) => m.trainedOn === 'simulated')
  const style = createHash('sha256').update(CSS, 'utf8').digest('base64')
  const title = escape(cut(names.text(scope.case.name), 200))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${CSS}</style>
</head>
<body>
<input type="radio" name="language" id="en" checked><label for="en">English</label>
<input type="radio" name="language" id="zh"><label for="zh">简体中文</label>
<main>
<header>
<p class="kind">${t('evidencePack')}</p>
<h1>${title}</h1>
<p class="quiet">${when(scope.now)} UTC · ${escape(scope.actor)} · Shoal ${escape(scope.appVersion)}</p>
<p class="lead">${t('lead')}</p>
${scope.simulated ? `<p class="warn">${t('simulatedData')}</p>` : ''}
${simulatedModel ? `<p class="warn">${t('simulatedModel')}</p>` : ''}
${names.pseudonyms ? `<p class="chip">${t('redacted')}</p>` : ''}
</header>
${sections[0][1]}
<nav><h2>${t('page')}</h2><ol>${sections
    .slice(1)
    .map(([key]) => `<li><a href="#${key}">${t(key)}</a></li>`)
    .join('')}</ol></nav>
${sections
  .slice(1)
  .map(([key, body]) => `<section id="${key}"><h2>${t(key)}</h2>\n${body}\n</section>`)
  .join('\n')}
</main>
</body>
</html>
`
}

function summary(scope: Scope, { facts }: ReportParts): string {
  const { counts: c } = facts
  const box = (kind: 'observed' | 'inferred' | 'judged' | 'unknown', lines: string[]) =>
    `<div class="box ${kind}"><h3>${t(kind)}</h3><p class="quiet">${t(`${kind}Hint`)}</p><ul>${lines.map((l) => `<li>${l}</li>`).join('')}</ul></div>`
  const communities = scope.runs.find((r) => r.id === scope.communitiesRun)
  const trust = pinnedTrust(scope)
  return `<section id="summary"><h2>${t('summary')}</h2>
${scope.case.summary === '' ? '' : `<p class="text">${escape(scope.names.text(scope.case.summary))}</p>`}
<div class="boxes">
${box('observed', [
  t('oAccounts', { n: scope.accounts }),
  t('oRelations', { n: c.relations, m: c.links }),
  t('oEvents', { n: c.events, m: c.reports }),
  ...(facts.span ? [t('oSpan', { from: when(facts.span.from), to: when(facts.span.to) })] : []),
  t('oLabels', { m: c.malicious, b: c.benign }),
])}
${box('inferred', [
  ...(scope.communities.length > 0
    ? [t('iCommunities', { n: scope.communities.length, algorithm: communities?.algorithm ?? '?' })]
    : []),
  ...(trust.runs === '' ? [] : [t('iStability', { run: trust.runs, list: trust.grades })]),
  ...(trust.tested === 0 ? [] : [t('iSurprise', { n: trust.surprising, m: trust.tested })]),
  scope.threshold === null
    ? t('iScored', { m: c.scored })
    : t('iScores', { n: c.above, m: c.scored, t: scope.threshold.toFixed(2) }),
  t('iAnomalies', { n: c.anomalies }),
  t('iReports', { n: c.classed }),
])}
${box('judged', [
  t('jVerdicts', { n: c.judged }),
  t('jItems', { n: scope.case.items.length, m: facts.notes.length }),
  t('jBy', { who: scope.case.createdBy, when: when(scope.case.createdAt) }),
])}
${box('unknown', [
  t('uUnscored', { n: scope.accounts - c.scored }),
  t('uUnlabelled', { n: scope.accounts - c.labelled }),
  t('uOffset', { n: c.noOffset }),
  t('uUndated', { n: c.undated, m: c.undatedReports }),
  t('uProblems', { n: c.problems }),
  t('uIntent'),
])}
</div></section>`
}

function scopeSection(scope: Scope): string {
  const { names } = scope
  const items = scope.case.items.map((i) => {
    const name = i.kind === 'community' ? i.label : targetName(scope, i.kind, i.ref)
    const verdict = i.verdict ? ` ${verdictChip(i.verdict)}` : ''
    return `<li>${i.kind === 'community' ? t('community') : i.kind === 'account' ? t('account') : t('reports')} <b>${escape(cut(name, 80))}</b>${verdict}</li>`
  })
  const row = (key: StringKey, value: string) => `<dt>${t(key)}</dt><dd>${value}</dd>`
  return `<dl>${row('case', escape(names.text(scope.case.name)))}${row('analyst', escape(scope.actor))}${row('made', `${utc(scope.now)} <span class="quiet">${t('clock')}</span>`)}${row('version', `Shoal ${escape(scope.appVersion)}`)}${row('workspace', escape(names.text(scope.workspaceName)))}</dl>
<h3>${t('items')}</h3><ul>${items.join('')}</ul>`
}

function figures(scope: Scope, { figures: list, timeline }: ReportParts): string {
  const out = list.map(
    (f, i) =>
      `<figure>${f.svg}<figcaption>${t('figureCaption', { k: i + 1, label: f.community.label, drawn: f.drawn, size: f.community.size, edges: f.edgesDrawn, inside: f.edgesInside })}${f.edgesFrom === 'relations' ? ` ${t('figureRelations')}` : ''}${f.placed ? '' : ` ${t('figureUnplaced')}`} <span class="quiet">${t('figureFile')}: ${escape(f.file)}</span></figcaption></figure>`,
  )
  out.push(
    timeline
      ? `<figure>${timeline.svg}<figcaption>${t('timelineCaption', { k: list.length + 1, n: timeline.events })}${timeline.earlier > 0 ? ` ${t('timelineEarlier', { n: timeline.earlier })}` : ''} <span class="quiet">${t('figureFile')}: figures/timeline.svg</span></figcaption></figure>`
      : `<p class="quiet">${t('noTimeline')}</p>`,
  )
  const more = scope.communities.length - list.length
  if (more > 0) out.push(`<p class="quiet">${t('figuresMore', { n: more })}</p>`)
  return out.join('\n')
}

const verdictChip = (verdict: string): string =>
  `<span class="chip judge">${known(`verdict_${verdict}`, verdict)}</span>`
const scoreCell = (scope: Scope, score: number | null): string => {
  if (score === null) return '–'
  const dot = `<svg width="10" height="10" aria-hidden="true"><circle cx="5" cy="5" r="4.5" fill="${riskColour(score)}"/></svg>`
  const likely =
    scope.threshold !== null && score >= scope.threshold
      ? ` <span class="chip infer">${t('likely')}</span>`
      : ''
  return `${likely} ${dot} ${num(score)}`
}
const sourceCell = (scope: Scope, at: { source_id: number; row: number }): string => {
  const source = scope.sources.get(at.source_id)
  return `<span class="source" title="SHA-256 ${escape(source?.sha256 ?? '')}">${escape(cut(scope.names.text(source?.file ?? '?'), 60))} · ${t('row', { n: at.row })} · ${escape((source?.sha256 ?? '').slice(0, 8))}</span>`
}
const accountName = (scope: Scope, a: Pick<AccountFact, 'id' | 'key'>): string =>
  `<b>${escape(cut(scope.names.account(a.id, a.key), 60))}</b>`

function accounts(scope: Scope, { facts, tables }: ReportParts): string {
  const rows = facts.accounts.map((a) =>
    td([
      accountName(scope, a),
      [scoreCell(scope, a.score)],
      a.community === null ? '–' : `C-${a.community + 1}`,
      [num(a.belonging)],
      escape(cut(a.label ?? '–', 40)),
      a.verdict ? verdictChip(a.verdict) : '–',
      when(a.registered),
      sourceCell(scope, a),
    ]),
  )
  return `<p class="quiet">${t('shownOf', { n: rows.length, m: tables['accounts.csv'] ?? 0, file: 'tables/accounts.csv' })}</p>
${table(['account', ['score'], 'community', ['belonging'], 'label', 'verdict', 'registered', 'source'], rows)}`
}

function shared(scope: Scope, facts: Facts): string {
  const rows = facts.entities.map((e) => {
    const reading =
      e.inside <= 4 && e.everywhere <= 6
        ? 'readingFew'
        : e.everywhere >= 2 * e.inside
          ? 'readingOutside'
          : 'readingInside'
    return td([
      escape(e.type),
      `<b>${escape(cut(scope.names.entity(e.id, e.type, e.key), 60))}</b>`,
      [String(e.inside)],
      [String(e.everywhere)],
      t(reading),
    ])
  })
  return `<p>${t('sharedHint')}</p>${table(['type', 'thing', ['inCase'], ['everywhere'], 'reading'], rows)}`
}

function reports(scope: Scope, facts: Facts): string {
  const list = facts.reports.map((r) => {
    const chip =
      r.class === null
        ? `<span class="quiet">${t('unclassed')}</span>`
        : `<span class="chip infer">${known(`class_${r.class}`, r.class)} ${num(r.confidence)}</span>`
    return `<article><p class="text" dir="auto">${escape(cut(scope.names.text(r.text), LONGEST_TEXT))}</p><p class="quiet">${chip} ${t('about')} ${escape(cut(scope.names.account(r.account_id, r.a_key), 60))} · ${when(r.ts)} UTC${r.category ? ` · ${t('category')}: ${escape(cut(r.category, 40))}` : ''} · ${sourceCell(scope, r)}</p></article>`
  })
  return `<p>${t('reportsHint')}</p><p class="quiet">${t('shownOf', { n: list.length, m: facts.counts.reports, file: 'tables/reports.csv' })}</p>${list.join('\n') || `<p class="quiet">${t('none')}</p>`}`
}

function reasons(scope: Scope, { facts, reasons: found }: ReportParts): string {
  if ('missing' in found) {
    const [en, zh] =
      found.missing === 'no_scores'
        ? STRINGS.why_no_scores
        : STRINGS.why_failed.map((s) => s.replace('{code}', found.missing))
    const [a, b] = STRINGS.reasonsMissing
    return `<p class="quiet">${both(escape(a.replace('{why}', en)), escape(b.replace('{why}', zh)))}</p>`
  }
  const keys = new Map(facts.accounts.map((a) => [a.id, a]))
  const blocks = found.list.map((e) => {
    const a = keys.get(e.accountId)
    const most = Math.max(0.01, ...e.reasons.map((r) => Math.abs(r.contribution)))
    const rows = e.reasons.slice(0, 8).map((r) => {
      const words = FEATURE_WORDS[r.feature]
      const family = FAMILY_WORDS[r.family]
      const hop = t(r.hop === 0 ? 'hop0' : r.hop === 1 ? 'hop1' : 'hop2')
      const width = (Math.abs(r.contribution) / most) * 90
      const bar = `<svg width="90" height="8" aria-hidden="true"><rect width="90" height="8" fill="#f0f3f6"/><rect width="${px(width)}" height="8" fill="${r.contribution >= 0 ? '#cf3f24' : '#4d7aa8'}"/></svg>`
      const value =
        r.value === null || r.typical === null
          ? ''
          : t('valueTypical', { v: short(r.value), t: short(r.typical) })
      return td([
        `${words ? both(escape(words[0]), escape(words[1])) : escape(r.feature)} <span class="quiet">${family ? both(escape(family[0]), escape(family[1])) : escape(r.family)} · ${hop}</span>`,
        [value],
        bar,
        [`${r.contribution >= 0 ? '+' : '−'}${Math.abs(r.contribution).toFixed(2)}`],
      ])
    })
    return `<h3>${a ? accountName(scope, a) : `#${e.accountId}`} ${scoreCell(scope, e.score)}</h3><p class="quiet">${t('baseline', { b: e.baseline.toFixed(2) })}</p><table class="reasons"><tbody>${rows.join('')}</tbody></table>`
  })
  return `<p>${t('reasonsHint')}</p>${blocks.join('\n')}`
}
const short = (n: number): string =>
  Math.abs(n) >= 100 || Number.isInteger(n) ? String(Math.round(n)) : n.toPrecision(2)

function anomalies(facts: Facts): string {
  const rows = facts.anomalies.map((a) =>
    td([
      known(`series_${a.series}`, a.series),
      `C-${Number(a.group_key) + 1}`,
      `${when(a.window_start)} – ${when(a.window_end)}`,
      [num(a.observed, 0)],
      [num(a.expected, 1)],
      [num(a.score, 1)],
      [a.q === null ? '–' : a.q < 0.001 ? '&lt; 0.001' : a.q.toFixed(3)],
    ]),
  )
  return table(['series', 'community', 'window', ['seen'], ['expected'], ['z'], ['q']], rows)
}

function notes(scope: Scope, facts: Facts): string {
  const list = facts.notes.map(
    (n) =>
      `<article class="judged"><p class="text" dir="auto">${n.verdict ? `${verdictChip(n.verdict)} ` : ''}${escape(cut(scope.names.text(plainNote(n.text)), LONGEST_TEXT))}</p><p class="quiet">${escape(cut(targetName(scope, n.target_kind, n.target), 80))} · ${t('by', { who: n.by, when: `${when(n.at)} UTC` })}</p></article>`,
  )
  return list.join('\n') || `<p class="quiet">${t('none')}</p>`
}

function contrary(scope: Scope, facts: Facts): string {
  const rows = facts.contrary.map((a) =>
    td([
      accountName(scope, a),
      t(`why_${a.why}`),
      [scoreCell(scope, a.score)],
      [num(a.belonging)],
      when(a.registered),
      sourceCell(scope, a),
    ]),
  )
  return `<p>${t('contraryHint')}</p>${table(['account', 'reading', ['score'], ['belonging'], 'registered', 'source'], rows)}`
}

function runs(scope: Scope): string {
  const rows = scope.runs.map((r) =>
    td([
      `${r.id} ${escape(r.kind)}`,
      `${escape(r.algorithm)} ${escape(r.algorithm_version)}`,
      [r.seed === null ? '–' : String(r.seed)],
      r.model_name
        ? `${escape(r.model_name)} <span class="quiet">${escape((r.model_sha256 ?? '').slice(0, 12))}</span>`
        : '–',
      escape(r.provider ?? '–'),
      when(r.finished_at),
      `<code>${escape(cut(scope.names.text(r.params), 400))}</code>`,
    ]),
  )
  return table(['run', 'algorithm', ['seed'], 'model', 'provider', 'finished', 'params'], rows)
}

function models(list: ModelNote[]): string {
  const items = list.map(
    (m) =>
      `<li><b>${escape(m.name)}</b> ${escape(m.version ?? '')}${m.trainedOn ? ` · ${t(`trained_${m.trainedOn}`)}` : ''}<br>${escape(cut(m.description ?? '', 600))}<br><code>SHA-256 ${escape(m.sha256)}</code><br>${t(`model_${m.state}`, { name: m.name })}</li>`,
  )
  return items.length > 0 ? `<ul>${items.join('')}</ul>` : `<p class="quiet">${t('none')}</p>`
}

function custody(journal: JournalSummary): string {
  const rows = journal.shown.map((e) =>
    td([
      [String(e.seq)],
      utc(e.time),
      escape(e.actor),
      escape(e.action),
      `<code>${escape(e.hash.slice(0, 12))}</code>`,
    ]),
  )
  return `<p>${t('custodyHint', { n: journal.shown.length, m: journal.entries })} <code>${journal.head}</code></p><div class="scroll"><table><thead><tr><th class="n">#</th><th>${t('time')}</th><th>${t('who')}</th><th>${t('action')}</th><th>SHA-256</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
}

function redaction(scope: Scope, journal: JournalSummary): string {
  const said = scope.names.pseudonyms ? t('redactionYes', { n: SHORTEST_KEY_IN_TEXT }) : t('redactionNone')
  return `<p>${said}</p>${journal.withheld > 0 ? `<p>${t('withheld', { n: journal.withheld })}</p>` : ''}`
}

function verify(): string {
  return `<p>${t('verifyHint')}</p><pre>sha256sum -c manifest-sha256.txt
sha256sum -c tagmanifest-sha256.txt
python3 -m pip install bagit &amp;&amp; bagit.py --validate .</pre><p>${t('verifyShoal')}</p><pre>shoal verify .</pre>`
}
