import { Button, InputGroup } from '@blueprintjs/core'
import type { RefObject } from 'react'
import { useT } from '../../../ui/i18n/index.ts'
import type { Mark } from './sitting.ts'

/** The verdict on the account in view, with the reason that is kept with it. */
export function VerdictBar(props: {
  marked: Mark | null
  /** The account is on the screen. */
  ready: boolean
  reason: string
  field: RefObject<HTMLInputElement | null>
  canUndo: boolean
  left: number
  onReason(text: string): void
  onJudge(as: Mark): void
  onUndo(): void
  onOpen(): void
}) {
  const t = useT()
  const { marked, ready } = props
  const verdict = (as: 'malicious' | 'benign' | 'unsure', key: string) => (
    <Button
      key={as}
      size="small"
      disabled={!ready}
      aria-pressed={marked === as}
      className={`lab-verdict is-${as}${marked === as ? ' is-marked' : ''}`}
      data-testid={`queue-${as}`}
      onClick={() => props.onJudge(as)}
    >
      {t(`common.verdict.${as}`)}
      <kbd className="sh-kbd">{key}</kbd>
    </Button>
  )
  return (
    <div className="lab-verdicts" role="group" aria-label={t('inspector.judge.title')}>
      {verdict('malicious', 'M')}
      {verdict('benign', 'B')}
      {verdict('unsure', 'U')}
      <Button
        size="small"
        variant="minimal"
        disabled={!ready}
        data-testid="queue-skip"
        onClick={() => props.onJudge('skipped')}
      >
        {t('label.skip')}
        <kbd className="sh-kbd">S</kbd>
      </Button>
      <InputGroup
        size="small"
        className="lab-reason"
        inputRef={props.field}
        value={props.reason}
        maxLength={5000}
        placeholder={t('label.reason')}
        aria-label={t('inspector.judge.reason')}
        data-testid="queue-reason"
        onValueChange={props.onReason}
      />
      <Button
        size="small"
        variant="minimal"
        icon="undo"
        disabled={!props.canUndo}
        title={t('label.undoAbout')}
        aria-label={t('label.undo')}
        data-testid="queue-undo"
        onClick={props.onUndo}
      />
      <Button
        size="small"
        variant="minimal"
        icon="panel-stats"
        title={t('label.openAbout')}
        aria-label={t('label.openAbout')}
        onClick={props.onOpen}
      />
      <span className="sh-quiet lab-left">{t('label.left', { count: props.left })}</span>
    </div>
  )
}
