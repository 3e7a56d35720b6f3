import { Tooltip } from '@blueprintjs/core'
import type { ReactElement, ReactNode } from 'react'
import { useT } from './i18n/index.ts'

/** A number that can be asked how it was made: what it is, how it is computed, from which run. */
export function Explained(props: {
  what: string
  how?: string
  run?: string | undefined
  children: ReactNode
}) {
  const t = useT()
  return (
    <Tooltip
      placement="bottom"
      hoverOpenDelay={250}
      compact
      content={
        <dl className="sh-explained">
          <dt>{t('common.explain.what')}</dt>
          <dd>{props.what}</dd>
          {props.how && (
            <>
              <dt>{t('common.explain.how')}</dt>
              <dd>{props.how}</dd>
            </>
          )}
          {props.run && (
            <>
              <dt>{t('common.explain.run')}</dt>
              <dd>{props.run}</dd>
            </>
          )}
        </dl>
      }
    >
      <span className="sh-explained-target" tabIndex={0}>
        {props.children}
      </span>
    </Tooltip>
  )
}

/** A short tooltip for buttons and icons. */
export function Hint(props: { text: string; keys?: string; children: ReactElement }) {
  return (
    <Tooltip
      compact
      hoverOpenDelay={350}
      placement="auto"
      content={
        <span>
          {props.text}
          {props.keys && <kbd className="sh-kbd">{props.keys}</kbd>}
        </span>
      }
    >
      {props.children}
    </Tooltip>
  )
}
