import { Button, InputGroup } from '@blueprintjs/core'
import { useId, useRef, useState } from 'react'
import type { AccountDetail } from '../../../src-main/common/contract/accounts.ts'
import type { AppInput } from '../../../src-main/common/contract/index.ts'
import { api } from '../../client/api.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { TimeText } from '../../ui/text.tsx'
import type { useDone } from '../accounts/undo-toast.tsx'

type Target = AppInput<'judgements.set'>['target']
type Verdict = NonNullable<AppInput<'judgements.set'>['verdict']>

/** The analyst's own word on a community or an account, with its reason and its history. */
export function JudgementSection(props: {
  target: Target
  name: string
  verdicts: Verdict[]
  verdict: string | null
  judgements: AccountDetail['judgements']
  /** True: nothing is decided without a reason (a community: many people hang on it). */
  reasonNeeded?: boolean
  act: ReturnType<typeof useDone>['act']
}) {
  const t = useT()
  const dynamic = useDynamicT()
  const [reason, setReason] = useState('')
  const { target, name, verdict, judgements, act } = props
  const field = useRef<HTMLInputElement>(null)
  const [missing, setMissing] = useState(false)
  const missingId = useId()
  const needed = props.reasonNeeded ?? false
  const judge = async (next: Verdict | null) => {
    if (needed && next !== null && reason.trim() === '') {
      setMissing(true)
      field.current?.focus()
      return
    }
    const ok = await act(
      () => api.call('judgements.set', { target, verdict: next, reason }),
      next
        ? t('accounts.judged', { account: name, verdict: t(`common.verdict.${next}`) })
        : t('accounts.judgementRemoved', { account: name }),
    )
    if (ok) setReason('')
  }
  return (
    <Section title={t('inspector.judge.title')} testId="judgement">
      <div className="judge-row" role="group" aria-label={t('inspector.judge.title')}>
        {props.verdicts.map((v) => (
          <Button
            key={v}
            size="small"
            active={verdict === v}
            aria-pressed={verdict === v}
            className={verdict === v ? 'judge-active' : ''}
            data-testid={`judge-${v}`}
            text={t(`inspector.judge.${v}`)}
            onClick={() => void judge(v)}
          />
        ))}
        {verdict && (
          <Button
            size="small"
            variant="minimal"
            text={t('inspector.judge.withdraw')}
            onClick={() => void judge(null)}
          />
        )}
      </div>
      <InputGroup
        size="small"
        value={reason}
        inputRef={field}
        onValueChange={(text) => {
          setReason(text)
          setMissing(false)
        }}
        placeholder={t(needed ? 'pages.decide.reasonNeeded' : 'inspector.judge.reason')}
        aria-label={t(needed ? 'pages.decide.reasonNeeded' : 'inspector.judge.reason')}
        aria-invalid={missing}
        aria-describedby={missing ? missingId : undefined}
        data-testid="judge-reason"
        maxLength={5000}
      />
      {missing && (
        <p id={missingId} className="inspector-caution" role="alert">
          {t('pages.decide.reasonFirst')}
        </p>
      )}
      {judgements.length === 0 ? (
        <p className="sh-quiet judge-none">{t('inspector.judge.explain')}</p>
      ) : (
        <ul className="said">
          {judgements.map((j) => (
            <li key={j.id}>
              <KnowledgeTag kind="judged">
                {t('inspector.judge.by', {
                  verdict: dynamic('common.verdict', j.verdict, j.verdict),
                  name: j.by,
                })}
              </KnowledgeTag>{' '}
              <span className="sh-quiet">
                <TimeText ms={j.at} />
              </span>
              {j.reason && <p dir="auto">{j.reason}</p>}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
