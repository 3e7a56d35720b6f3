import { Button, HTMLSelect } from '@blueprintjs/core'
import { useState } from 'react'
import type {
  LabelState,
  ModelRow,
  ScorerInfo,
  TrainResult,
} from '../../../../src-main/common/contract/learning.ts'
import { toErrorShape, type ErrorShape } from '../../../../src-main/common/errors.ts'
import { api } from '../../../client/api.ts'
import { useQuery, type Query } from '../../../client/use-query.ts'
import { useJobs } from '../../../state/jobs.ts'
import { NumberInput, useRefusalText } from '../../../ui/form/number-input.tsx'
import { ParamForm } from '../../../ui/form/param-form.tsx'
import { changedParams, knownParams } from '../../../ui/form/params.ts'
import type { Refusal } from '../../../ui/form/read-number.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { JobLine, useRunning } from '../../../ui/job-line.tsx'
import { useNumbers } from '../../../ui/numbers.ts'
import { Section } from '../../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../../ui/states.tsx'
import { useFigure } from '../charts/interval.tsx'
import { useMemberName, useScorerWords } from '../scorer-words.ts'
import { useLab } from '../store.ts'

/** Training a scorer from the workspace's labels, and fitting the newest one anew. */
export function TrainPanel(props: {
  labels: LabelState | undefined
  scorers: Query<ScorerInfo[]>
  models: readonly ModelRow[]
}) {
  const t = useT()
  const { scorers } = props
  if (scorers.error && !scorers.data)
    return (
      <Section title={t('score.train')}>
        <ErrorState error={scorers.error} onRetry={scorers.refetch} compact />
      </Section>
    )
  if (!scorers.data) return <Spinner />
  const trainable = scorers.data.filter((scorer) => scorer.trainable)
  if (trainable.length === 0)
    return (
      <Section title={t('score.train')}>
        <p className="sh-quiet">{t('score.noScorers')}</p>
      </Section>
    )
  return <TrainForm labels={props.labels} scorers={trainable} models={props.models} />
}

function TrainForm(props: {
  labels: LabelState | undefined
  scorers: ScorerInfo[]
  models: readonly ModelRow[]
}) {
  const t = useT()
  const words = useScorerWords()
  const refusalText = useRefusalText()
  const form = useLab((s) => s.train)
  const put = useLab((s) => s.put)
  const running = useRunning('train')
  const [started, setStarted] = useState<number | null>(null)
  const job = useJobs((s) => (started === null ? null : (s.jobs.find(({ id }) => id === started) ?? null)))
  const [error, setError] = useState<ErrorShape | null>(null)
  const [open, setOpen] = useState(false)
  const [bad, setBad] = useState<Record<string, true>>({})
  const [seedRefused, setSeedRefused] = useState<Refusal | null>(null)
  const scorer = props.scorers.find(({ id }) => id === form.scorer) ?? props.scorers[0]!
  const values = knownParams(scorer.params, form.params[scorer.id] ?? {})
  const changed = Object.keys(changedParams(scorer.params, values)).length
  const earlier = props.models.find((model) => model.origin === 'trained' && model.scorer === scorer.id)
  const state = props.labels?.state
  const enough = state === 'few' || state === 'enough'
  const mark = (name: string, invalid: boolean) =>
    setBad(({ [name]: _gone, ...rest }) => (invalid ? { ...rest, [name]: true as const } : rest))
  const start = async (refit: boolean) => {
    setError(null)
    try {
      const { id } = await api.call('scorers.train', {
        scorer: scorer.id,
        params: changedParams(scorer.params, values),
        seed: form.seed,
        refit,
      })
      setStarted(id)
    } catch (failure) {
      setError(toErrorShape(failure))
    }
  }
  const off = running !== null || Object.keys(bad).length > 0 || !enough
  return (
    <Section title={t('score.train')} testId="train">
      <div className="lab-field">
        <label htmlFor="train-scorer">{t('score.scorer')}</label>
        <HTMLSelect
          id="train-scorer"
          fill
          value={scorer.id}
          data-testid="train-scorer"
          onChange={(event) => {
            setBad({})
            put({ train: { ...form, scorer: event.currentTarget.value } })
          }}
        >
          {props.scorers.map((one) => (
            <option key={one.id} value={one.id}>
              {words(one).name}
            </option>
          ))}
        </HTMLSelect>
      </div>
      <p className="sh-form-about">{words(scorer).help}</p>
      <Button
        size="small"
        variant="minimal"
        className="lab-fold"
        icon={open ? 'chevron-down' : 'chevron-right'}
        aria-expanded={open}
        text={changed > 0 ? t('score.settingsChanged', { count: changed }) : t('score.settings')}
        data-testid="train-settings"
        onClick={() => setOpen(!open)}
      />
      {open && (
        <div className="lab-settings">
          <div className="lab-field">
            <label htmlFor="train-seed">{t('score.seed')}</label>
            <NumberInput
              id="train-seed"
              value={form.seed}
              limits={{ integer: true, min: 0 }}
              step={1}
              turn={0}
              refused={seedRefused !== null}
              onValue={(seed) => put({ train: { ...form, seed } })}
              onRefused={(why) => {
                setSeedRefused(why)
                mark('seed', why !== null)
              }}
            />
          </div>
          <p className="sh-form-about" id="train-seed-about">
            {t('score.seedAbout')}
          </p>
          {seedRefused && (
            <p className="sh-form-refused" role="alert" id="train-seed-refused">
              {refusalText(seedRefused, { min: 0 })}
            </p>
          )}
          <ParamForm
            key={scorer.id}
            words={`scorer.${scorer.id}`}
            params={scorer.params}
            values={values}
            turn={0}
            onValue={(name, value) =>
              put({
                train: {
                  ...form,
                  scorer: scorer.id,
                  params: { ...form.params, [scorer.id]: { ...values, [name]: value } },
                },
              })
            }
            onInvalid={mark}
          />
          <p className="sh-form-about">{t('score.source', { source: scorer.source })}</p>
        </div>
      )}
      {error && <ErrorState error={error} compact />}
      {running ? <JobLine job={running} /> : job && <JobLine job={job} />}
      <div className="lab-actions">
        <Button
          intent="primary"
          icon="play"
          text={t('score.start')}
          disabled={off}
          data-testid="train-start"
          onClick={() => void start(false)}
        />
        {earlier && (
          <Button
            icon="refresh"
            text={t('score.refit')}
            title={t('score.refitAbout', { name: earlier.name, version: earlier.version })}
            disabled={off}
            data-testid="train-refit"
            onClick={() => void start(true)}
          />
        )}
      </div>
      {props.labels && !enough && <p className="lab-note">{t('score.needsLabels')}</p>}
      {state === 'few' && <p className="lab-note">{t('score.fewLabels')}</p>}
      <Trained job={running ? null : job} models={props.models} />
    </Section>
  )
}

/** What the newest training made: its worth on labels that were held out, and who counts how much in it. */
function Trained(props: {
  job: { status: string; result: Record<string, unknown> | null } | null
  models: readonly ModelRow[]
}) {
  const t = useT()
  const { n } = useNumbers()
  const figure = useFigure()
  const memberName = useMemberName()
  const runs = useQuery('runs.list', {}, { on: ['runs'] })
  const fresh = props.job?.status === 'done' ? (props.job.result as Partial<TrainResult> | null) : null
  const used = props.models.find((model) => model.used && model.origin === 'trained')
  const runId = fresh?.trainingRunId ?? used?.trainingRunId
  const stats = runs.data?.find((run) => run.id === runId)?.stats
  const inner = (stats?.['inner'] ?? {}) as Record<string, unknown>
  const interval = (name: 'auroc' | 'auprc') => {
    const ends = inner[`${name}Interval`]
    if (!Array.isArray(ends) || !ends.every((end) => typeof end === 'number')) return null
    return (
      <span className="sh-quiet">
        {' '}
        {t('score.interval', { low: figure(ends[0] ?? 0), high: figure(ends[1] ?? 0) })}
      </span>
    )
  }
  const members = readMembers(fresh?.members ?? stats?.['members'])
  const auroc = fresh ? (fresh.auroc ?? null) : (used?.auroc ?? null)
  const auprc = fresh ? (fresh.auprc ?? null) : (used?.auprc ?? null)
  if (!fresh && !used) return null
  const malicious = fresh?.malicious ?? used?.malicious ?? 0
  const benign = fresh?.benign ?? used?.benign ?? 0
  return (
    <div className="lab-trained" data-testid="trained">
      <h4 className="sh-caps">{t(fresh ? 'score.justTrained' : 'score.inUse')}</h4>
      <p>
        {t('score.trainedOn', { malicious: n(malicious), benign: n(benign) })}
        {fresh?.seconds !== undefined &&
          ` · ${t('lab.seconds', { seconds: figure(fresh.seconds, fresh.seconds < 10 ? 1 : 0) })}`}
      </p>
      {auroc !== null && auprc !== null ? (
        <>
          <dl className="lab-figures">
            <div>
              <dt>{t('score.auroc')}</dt>
              <dd>
                {figure(auroc)}
                {interval('auroc')}
              </dd>
            </div>
            <div>
              <dt>{t('score.auprc')}</dt>
              <dd>
                {figure(auprc)}
                {interval('auprc')}
              </dd>
            </div>
            {malicious + benign > 0 && (
              <div>
                <dt>{t('score.baseRate')}</dt>
                <dd>{figure(malicious / (malicious + benign))}</dd>
              </div>
            )}
          </dl>
          <p className="lab-note">{t('score.innerAbout')}</p>
        </>
      ) : (
        <p className="lab-note">{t('score.noInner')}</p>
      )}
      {members.length > 1 && (
        <>
          <h4 className="sh-caps">{t('score.members')}</h4>
          <ul className="lab-weights">
            {members.map(({ id, weight }) => (
              <li key={id}>
                <span>{memberName(id)}</span>
                <span className="lab-weight" aria-hidden="true">
                  <i style={{ width: `${weight * 100}%` }} />
                </span>
                <span className="sh-num">{figure(weight, 2)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

/** Members of an ensemble as a run recorded them, largest first; nothing for any other shape. */
export function readMembers(value: unknown): { id: string; weight: number }[] {
  const list = Array.isArray(value)
    ? value
    : typeof value === 'object' && value !== null
      ? Object.entries(value).map(([id, weight]) => ({ id, weight: weight as unknown }))
      : []
  return list
    .filter(
      (one): one is { id: string; weight: number } =>
        typeof one === 'object' &&
        one !== null &&
        typeof (one as { id?: unknown }).id === 'string' &&
        typeof (one as { weight?: unknown }).weight === 'number',
    )
    .map(({ id, weight }) => ({ id, weight }))
    .sort((a, b) => b.weight - a.weight)
}
