import { Icon } from '@blueprintjs/core'
import type { ReactNode } from 'react'
import { useT } from './i18n/index.ts'

/** A removable part of a sentence: quiet name, accented value. */
export function Chip(props: {
  name: ReactNode
  value?: ReactNode
  /** What the remove button removes, for its label. */
  what?: string
  onRemove?: () => void
  onClick?: () => void
  /** What a click opens is open. */
  open?: boolean
  /** What a click does, for screen readers; the name and value otherwise. */
  label?: string
  testId?: string
}) {
  const t = useT()
  const content = (
    <>
      <span>{props.name}</span>
      {props.value !== undefined && <b>{props.value}</b>}
    </>
  )
  return (
    <span
      className="sh-chip"
      role="group"
      data-testid={props.testId}
      onKeyDown={(event) => {
        if (!props.onRemove || (event.key !== 'Delete' && event.key !== 'Backspace')) return
        event.preventDefault()
        props.onRemove()
      }}
    >
      {props.onClick ? (
        <button
          type="button"
          className="sh-chip-main"
          aria-expanded={props.open}
          aria-label={props.label}
          onClick={props.onClick}
        >
          {content}
        </button>
      ) : (
        <span className="sh-chip-main">{content}</span>
      )}
      {props.onRemove && (
        <button
          type="button"
          className="sh-chip-remove"
          aria-label={t('common.remove', { what: props.what ?? '' })}
          onClick={(event) => {
            event.stopPropagation()
            props.onRemove!()
          }}
        >
          <Icon icon="small-cross" size={14} />
        </button>
      )}
    </span>
  )
}

/**
 * What kind of knowledge this is. Observed is plain, inferred is amber and names its run, judged is accented and
 * names its analyst.
 */
export function KnowledgeTag(props: {
  kind: 'observed' | 'inferred' | 'judged'
  /** File, run or analyst. */
  source?: string | undefined
  children?: ReactNode
  title?: string
}) {
  const t = useT()
  const { kind, source } = props
  const text = {
    observed: source ? t('common.knowledge.observedIn', { source }) : t('common.knowledge.observed'),
    inferred: source ? t('common.knowledge.inferredBy', { source }) : t('common.knowledge.inferred'),
    judged: source ? t('common.knowledge.judgedBy', { source }) : t('common.knowledge.judged'),
  }[kind]
  return (
    <span className={`sh-tag sh-tag-${kind}`} title={props.title ?? text}>
      {props.children ?? text}
    </span>
  )
}

/** A small quiet tag, for types and categories. */
export function Tag(props: { children: ReactNode; title?: string }) {
  return (
    <span className="sh-tag sh-tag-observed" title={props.title}>
      {props.children}
    </span>
  )
}
