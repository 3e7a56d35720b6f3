import { Icon } from '@blueprintjs/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import { pseudonym } from '../../src-main/common/pseudonym.ts'
import { usePrefs } from '../state/prefs.ts'
import { useWorkspace } from '../state/workspace.ts'
import { formatInstant, formatNumber, formatZone } from './format.ts'
import { useT } from './i18n/index.ts'

/** Copies text; `copied` is true for a moment after. */
export function useCopy(): { copied: boolean; copy(text: string): void } {
  const [copied, setCopied] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const copy = useCallback((text: string) => {
    void navigator.clipboard?.writeText(text).then(() => {
      setCopied(true)
      clearTimeout(timer.current)
      timer.current = setTimeout(() => setCopied(false), 1500)
    })
  }, [])
  return { copied, copy }
}

/** The beginning of a SHA-256; a click copies all of it. */
export function HashText(props: { hash: string | null; length?: number }) {
  const t = useT()
  const { copied, copy } = useCopy()
  const hash = props.hash
  if (!hash) return <span className="sh-quiet">{'–'}</span>
  return (
    <button
      type="button"
      className="sh-hash"
      title={`${hash}\n${t('common.copyHash')}`}
      aria-label={`SHA-256 ${hash.slice(0, 8)}, ${t('common.copyHash')}`}
      onClick={() => copy(hash)}
    >
      {copied ? t('common.copied') : `${hash.slice(0, props.length ?? 8)}…`}
      <Icon icon={copied ? 'tick' : 'duplicate'} size={10} />
    </button>
  )
}

/** An instant in the zone that the fact states, or the workspace's; the zone is always shown or told. */
export function TimeText(props: {
  ms: number | null
  /** Minutes east of UTC; the workspace's where the fact states none. */
  zone?: number | null
  time?: boolean
  seconds?: boolean
  showZone?: boolean
}) {
  const t = useT()
  const workspaceZone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  if (props.ms === null) return <span className="sh-quiet">{t('common.notKnown')}</span>
  const zone = props.zone ?? workspaceZone
  const text = formatInstant(props.ms, zone, props.time ?? true, props.seconds ?? false)
  return (
    <time
      dateTime={new Date(props.ms).toISOString()}
      title={`${formatInstant(props.ms, zone, true, true)} ${formatZone(zone)} · ${new Date(props.ms).toISOString()}`}
    >
      {text}
      {props.showZone && <span className="sh-quiet"> {formatZone(zone)}</span>}
    </time>
  )
}

export function NumberText(props: { value: number | null; digits?: number; unit?: string }) {
  const language = usePrefs((s) => s.language)
  if (props.value === null) return <span className="sh-quiet">{'–'}</span>
  return (
    <span className="sh-number">
      {formatNumber(props.value, language, props.digits ?? 0)}
      {props.unit && <span className="sh-quiet"> {props.unit}</span>}
    </span>
  )
}

/**
 * How an account is called now: its key, or its pseudonym while identities are hidden. Core hides keys in its answers, too
 * (core/privacy); this spares the moment until they are asked again.
 */
export function useAccountName(): (id: number, key: string) => string {
  const hidden = usePrefs((s) => s.hideNames)
  const salt = useWorkspace((s) => s.info?.pseudonymSalt ?? 0)
  return useCallback((id, key) => (hidden ? pseudonym(id, salt) : key), [hidden, salt])
}

export function AccountName(props: { id: number; name: string }) {
  const call = useAccountName()
  return <span className="sh-account-name">{call(props.id, props.name)}</span>
}
