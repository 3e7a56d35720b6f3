import type { RunRow } from '../../../src-main/common/contract/jobs.ts'
import type { HostInfo, WorkspaceInfo } from '../../../src-main/common/contract/workspace.ts'
import { formatInstant, formatNumber, formatZone } from '../format.ts'
import type { MessageKey, T } from '../i18n/index.ts'

const KINDS = ['graph', 'communities', 'scores', 'series', 'report_classes', 'trust'] as const

/** Eight characters that change when a run is made of anything else: its model's hash, or that of what it was asked. */
async function shortHash(run: RunRow): Promise<string> {
  if (run.modelSha256) return run.modelSha256.slice(0, 8)
  const { algorithm, algorithmVersion, params, seed, inputs } = run
  const bytes = new TextEncoder().encode(
    JSON.stringify({ algorithm, algorithmVersion, params, seed, inputs }),
  )
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(hash.slice(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The runs that the views show, each with its number and a short hash: 'graph #3 4f2a91c0'. */
export async function runWords(info: WorkspaceInfo, runs: readonly RunRow[], t: T): Promise<string> {
  const words = KINDS.flatMap((kind) => {
    const run = runs.find((one) => one.id === info.runs[kind])
    return run ? [{ kind, run }] : []
  }).map(
    async ({ kind, run }) => `${t(`picture.run.${kind}` as MessageKey)} #${run.id} ${await shortHash(run)}`,
  )
  return (await Promise.all(words)).join(' · ')
}

export interface Provenance {
  simulated: string | null
  footer: string[]
}

/** The footer's lines: what was looked at, through which filter, which runs, when, with what and by whom. */
export function provenanceWords(
  from: {
    info: WorkspaceInfo
    host: HostInfo | null
    /** runWords */
    runs: string
    /** The selection in words; '' for everybody. */
    filter: string
    now: number
    /** Minutes east of UTC of the person's clock. */
    zone: number
    hidden: boolean
  },
  t: T,
  language: string,
): Provenance {
  const { info, host } = from
  const n = formatNumber(info.counts.accounts, language)
  const what = `${info.name} · ${t('picture.footer.accounts', { count: info.counts.accounts, n })}`
  const filter = from.filter
    ? t('picture.footer.selected', { what: from.filter })
    : t('picture.footer.everybody')
  const made = t('picture.footer.made', {
    version: host?.version ?? '',
    actor: host?.actor ?? '',
    date: `${formatInstant(from.now, from.zone)} ${formatZone(from.zone)}`,
  })
  return {
    simulated: info.simulated ? t('picture.footer.simulated') : null,
    footer: [
      `${what} · ${filter}`,
      ...(from.runs ? [t('picture.footer.runs', { runs: from.runs })] : []),
      from.hidden ? `${made} · ${t('picture.footer.pseudonyms')}` : made,
    ],
  }
}
