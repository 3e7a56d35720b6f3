import { Button } from '@blueprintjs/core'
import { useRef, useState } from 'react'
import type { LabelState, ModelRow, TrainResult } from '../../../../src-main/common/contract/learning.ts'
import { toErrorShape, type ErrorShape } from '../../../../src-main/common/errors.ts'
import { api } from '../../../client/api.ts'
import { useQuery } from '../../../client/use-query.ts'
import { useFocus } from '../../../state/focus.ts'
import { useJobs } from '../../../state/jobs.ts'
import { formatScore } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { JobLine, useRunning, useWhenDone } from '../../../ui/job-line.tsx'
import { ErrorState } from '../../../ui/states.tsx'
import { AccountName } from '../../../ui/text.tsx'
import { useFigure } from '../charts/interval.tsx'
import { useLab } from '../store.ts'
import { changesOf, type Changes, type Scored } from './changes.ts'

/** How many of the highest scores are compared before and after. */
const TOP = 100
const SHOWN = 5

interface Outcome {
  changes: Changes
  result: Partial<TrainResult>
  before: { auroc: number | null; auprc: number | null }
}

/** Fits the newest model anew with the labels of now, and says what that changed. */
export function RetrainPanel({ labels }: { labels: LabelState | undefined }) {
  const t = useT()
  const scorerWanted = useLab((s) => s.train.scorer)
  const models = useQuery('models.list', {}, { on: ['runs', 'facts'] })
  const running = useRunning('train')
  const [started, setStarted] = useState<number | null>(null)
  const job = useJobs((s) => (started === null ? null : (s.jobs.find(({ id }) => id === started) ?? null)))
  const [error, setError] = useState<ErrorShape | null>(null)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const earlier = useRef<{ top: Scored[]; model: ModelRow | undefined } | null>(null)
  const trained = models.data?.filter((model) => model.origin === 'trained' && model.scorer !== null) ?? []
  const model = trained.find((one) => one.used) ?? trained[0]
  const fresh =
    labels && model?.malicious != null && model.benign !== null
      ? labels.malicious + labels.benign - model.malicious - model.benign
      : 0
  const enough = labels?.state === 'few' || labels?.state === 'enough'

  const top = async () => (await api.call('accounts.list', { limit: TOP, sort: 'score' })).rows
  const start = async () => {
    setError(null)
    setOutcome(null)
    try {
      earlier.current = { top: await top(), model }
      const { id } = await api.call('scorers.train', {
        scorer: model?.scorer ?? scorerWanted,
        refit: model !== undefined,
      })
      setStarted(id)
    } catch (failure) {
      setError(toErrorShape(failure))
    }
  }
  useWhenDone(started, (done) => {
    const was = earlier.current
    if (!was) return
    const compare = async () => {
      const after = await top()
      const gone = was.top.filter((row) => !after.some(({ id }) => id === row.id)).map(({ id }) => id)
      const now =
        gone.length > 0
          ? (await api.call('accounts.list', { selection: { accounts: gone }, limit: gone.length })).rows
          : []
      setOutcome({
        changes: changesOf(was.top, after, now),
        result: (done.result ?? {}) as Partial<TrainResult>,
        before: { auroc: was.model?.auroc ?? null, auprc: was.model?.auprc ?? null },
      })
    }
    compare().catch((failure: unknown) => setError(toErrorShape(failure)))
  })
  return (
    <section className="lab-retrain" aria-label={t('label.retrain')}>
      <div className="lab-retrain-head">
        <Button
          size="small"
          intent={fresh > 0 ? 'primary' : 'none'}
          icon="refresh"
          text={t(model ? 'label.retrain' : 'label.trainFirst')}
          disabled={running !== null || !enough}
          title={t(model ? 'label.retrainAbout' : 'label.trainFirstAbout')}
          data-testid="retrain"
          onClick={() => void start()}
        />
        <span className="sh-quiet">
          {!model
            ? t('label.notTrained')
            : fresh > 0
              ? t('label.newLabels', { count: fresh })
              : t('label.nothingNew')}
        </span>
      </div>
      {error && <ErrorState error={error} compact />}
      {running ? <JobLine job={running} /> : job && <JobLine job={job} />}
      {outcome && <WhatChanged outcome={outcome} />}
    </section>
  )
}

function WhatChanged({ outcome }: { outcome: Outcome }) {
  const t = useT()
  const figure = useFigure()
  const { changes, result, before } = outcome
  const quality = (name: 'auroc' | 'auprc') => {
    const now = result[name] ?? null
    const was = before[name]
    if (now === null) return null
    return (
      <div key={name}>
        <dt>{t(`score.${name}`)}</dt>
        <dd>
          {was !== null && <span className="sh-quiet">{figure(was)} → </span>}
          {figure(now)}
        </dd>
      </div>
    )
  }
  return (
    <div className="lab-changed" role="status" data-testid="what-changed">
      <p>
        {t('label.changed', {
          entered: changes.entered.length,
          of: changes.of,
          seconds: figure(result.seconds ?? 0, 1),
        })}
      </p>
      <dl className="lab-figures">
        {quality('auroc')}
        {quality('auprc')}
      </dl>
      {changes.entered.length > 0 && (
        <Rows
          title={t('label.entered')}
          rows={changes.entered.slice(0, SHOWN)}
          more={changes.entered.length - SHOWN}
          words={(row) => formatScore(row.score ?? 0)}
        />
      )}
      {changes.left.length > 0 && (
        <Rows
          title={t('label.leftTop')}
          rows={changes.left.slice(0, SHOWN)}
          more={changes.left.length - SHOWN}
          words={(row) =>
            row.after === null
              ? formatScore(row.score ?? 0)
              : `${formatScore(row.score ?? 0)} → ${formatScore(row.after)}`
          }
        />
      )}
    </div>
  )
}

function Rows<R extends Scored>(props: { title: string; rows: R[]; more: number; words(row: R): string }) {
  const t = useT()
  const show = useFocus((s) => s.show)
  return (
    <>
      <h4 className="sh-caps">{props.title}</h4>
      <ul className="lab-changed-rows">
        {props.rows.map((row) => (
          <li key={row.id}>
            <button type="button" className="sh-link" onClick={() => show({ kind: 'account', id: row.id })}>
              <AccountName id={row.id} name={row.key} />
            </button>
            <span className="sh-num">{props.words(row)}</span>
          </li>
        ))}
      </ul>
      {props.more > 0 && <p className="lab-note">{t('label.andMore', { count: props.more })}</p>}
    </>
  )
}
