import { Button, Checkbox, HTMLSelect, Switch } from '@blueprintjs/core'
import { useRef, useState } from 'react'
import type { ProtocolInput } from '../../../../src-main/common/contract/lab.ts'
import type { LabelState, ScorerInfo } from '../../../../src-main/common/contract/learning.ts'
import { toErrorShape, type ErrorShape } from '../../../../src-main/common/errors.ts'
import { parseSplits } from '../../../../src-main/common/splits-file.ts'
import { api } from '../../../client/api.ts'
import type { Query } from '../../../client/use-query.ts'
import { useJobs } from '../../../state/jobs.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { JobLine, useRunning } from '../../../ui/job-line.tsx'
import { Section } from '../../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../../ui/states.tsx'
import type { Design } from '../../design/designs.tsx'
import { useRecipeName } from '../../design/words.ts'
import { NumberField, type NumberFieldProps } from '../number-field.tsx'
import { useScorerWords } from '../scorer-words.ts'
import {
  PROTOCOLS,
  protocolOf,
  useCapacity,
  useLab,
  type BenchForm as Form,
  type ProtocolKind,
} from '../store.ts'

type Splits = Extract<ProtocolInput, { kind: 'splits' }>
const GROUPS: readonly ScorerInfo['group'][] = [
  'ensemble',
  'trees',
  'network',
  'spreading',
  'baseline',
  'control',
  'unusual',
]
type Count = 'train' | 'test' | 'seeds' | 'timeTrain' | 'windows' | 'folds'
const FIELDS: Record<ProtocolKind, readonly Count[]> = {
  stratified: ['train', 'test', 'seeds'],
  random: ['train', 'test', 'seeds'],
  time: ['timeTrain', 'windows'],
  community: ['folds'],
  splits: [],
}
const LIMITS: Record<Count | 'capacity' | 'seed', Pick<NumberFieldProps, 'limits' | 'step' | 'unit'>> = {
  train: { limits: { integer: true, min: 1, max: 99 }, step: 5, unit: '%' },
  test: { limits: { integer: true, min: 1, max: 99 }, step: 5, unit: '%' },
  timeTrain: { limits: { integer: true, min: 1, max: 99 }, step: 5, unit: '%' },
  seeds: { limits: { integer: true, min: 1, max: 50 }, step: 1 },
  windows: { limits: { integer: true, min: 1, max: 12 }, step: 1 },
  folds: { limits: { integer: true, min: 2, max: 10 }, step: 1 },
  capacity: { limits: { integer: true, min: 1 }, step: 10 },
  seed: { limits: { integer: true, min: 0 }, step: 1 },
}

/** What is compared, on which splits, over which graphs. */
export function BenchForm(props: {
  labels: LabelState | undefined
  scorers: Query<ScorerInfo[]>
  designs: readonly Design[]
  started: number | null
  onStarted(id: number): void
}) {
  const t = useT()
  const form = useLab((s) => s.bench)
  const capacity = useCapacity(form.capacity)
  const putAll = useLab((s) => s.put)
  const put = (part: Partial<Form>) => putAll({ bench: { ...form, ...part } })
  const running = useRunning('bench')
  const job = useJobs((s) => s.jobs.find(({ id }) => id === props.started) ?? null)
  const [error, setError] = useState<ErrorShape | null>(null)
  const [bad, setBad] = useState<Record<string, true>>({})
  const [splits, setSplits] = useState<Splits | null>(null)
  const mark = (name: string, invalid: boolean) =>
    setBad(({ [name]: _gone, ...rest }) => (invalid ? { ...rest, [name]: true as const } : rest))
  const state = props.labels?.state
  const enough = state === 'few' || state === 'enough'
  const over = (form.protocol === 'stratified' || form.protocol === 'random') && form.train + form.test > 100
  const protocol = protocolOf(form, splits)
  const start = async () => {
    if (!protocol) return
    setError(null)
    const known = new Set(props.scorers.data?.map(({ id }) => id))
    const graphs = form.graphRunIds.filter((id) => props.designs.some((d) => d.graphRunId === id))
    try {
      const { id } = await api.call('bench.start', {
        protocol,
        scorers: form.scorers?.filter((one) => known.has(one)) ?? [],
        capacity,
        graphRunIds: graphs,
        controls: form.controls,
        curve: form.curve,
        seed: form.seed,
      })
      props.onStarted(id)
    } catch (failure) {
      setError(toErrorShape(failure))
    }
  }
  const number = (name: Count | 'capacity' | 'seed') => (
    <NumberField
      key={name}
      id={`bench-${name}`}
      name={t(`bench.field.${name}`)}
      about={t(`bench.fieldAbout.${name}`)}
      value={name === 'capacity' ? capacity : form[name]}
      {...LIMITS[name]}
      onValue={(value) => put({ [name]: value })}
      onInvalid={(invalid) => mark(name, invalid)}
    />
  )
  return (
    <>
      <Section title={t('bench.protocol')}>
        <HTMLSelect
          fill
          value={form.protocol}
          aria-label={t('bench.protocol')}
          data-testid="bench-protocol"
          options={PROTOCOLS.map((value) => ({ value, label: t(`bench.protocols.${value}`) }))}
          onChange={(event) => {
            setBad({})
            put({ protocol: event.currentTarget.value as ProtocolKind })
          }}
        />
        <p className="sh-form-about">{t(`bench.protocolAbout.${form.protocol}`)}</p>
        <div className="lab-numbers">{FIELDS[form.protocol].map(number)}</div>
        {over && (
          <p className="sh-form-refused" role="alert">
            {t('bench.over')}
          </p>
        )}
        {form.protocol === 'splits' && <SplitsFile splits={splits} onSplits={setSplits} />}
        <div className="lab-numbers">{(['capacity', 'seed'] as const).map(number)}</div>
        <div className="lab-switches">
          <Switch
            checked={form.controls}
            data-testid="bench-controls"
            onChange={(event) => put({ controls: event.currentTarget.checked })}
          >
            {t('bench.controls')}
            <span className="sh-form-about">{t('bench.controlsAbout')}</span>
          </Switch>
          <Switch
            checked={form.curve}
            data-testid="bench-curve"
            onChange={(event) => put({ curve: event.currentTarget.checked })}
          >
            {t('bench.curve')}
            <span className="sh-form-about">{t('bench.curveAbout')}</span>
          </Switch>
        </div>
        {error && <ErrorState error={error} compact />}
        {running ? <JobLine job={running} /> : job && <JobLine job={job} />}
        <div className="lab-actions">
          <Button
            intent="primary"
            icon="play"
            text={t('bench.start')}
            disabled={running !== null || !enough || over || protocol === null || Object.keys(bad).length > 0}
            data-testid="bench-start"
            onClick={() => void start()}
          />
        </div>
        {props.labels && !enough && <p className="lab-note">{t('score.needsLabels')}</p>}
      </Section>
      <ScorerChoice scorers={props.scorers} chosen={form.scorers} onChosen={(scorers) => put({ scorers })} />
      {props.designs.length > 1 && (
        <DesignChoice
          designs={props.designs}
          chosen={form.graphRunIds}
          onChosen={(graphRunIds) => put({ graphRunIds })}
        />
      )}
    </>
  )
}

/** Splits that somebody else made: read here, so that what is wrong with the file is said at once. */
function SplitsFile(props: { splits: Splits | null; onSplits(splits: Splits | null): void }) {
  const t = useT()
  const input = useRef<HTMLInputElement>(null)
  const [refused, setRefused] = useState<string | null>(null)
  const read = async (file: File) => {
    setRefused(null)
    try {
      const splits = parseSplits(await file.text(), file.name)
      props.onSplits({ kind: 'splits', file: file.name, splits })
    } catch (error) {
      props.onSplits(null)
      setRefused(toErrorShape(error).message)
    }
  }
  return (
    <div className="lab-splits">
      <input
        ref={input}
        type="file"
        accept=".csv,text/csv"
        className="sh-visually-hidden"
        tabIndex={-1}
        aria-label={t('bench.splitsFile')}
        data-testid="splits-file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          event.currentTarget.value = ''
          if (file) void read(file)
        }}
      />
      <Button
        size="small"
        icon="document-open"
        text={t('bench.splitsFile')}
        onClick={() => input.current?.click()}
      />
      {props.splits && (
        <span className="sh-quiet">
          {t('bench.splitsRead', { count: props.splits.splits.length, file: props.splits.file ?? '' })}
        </span>
      )}
      {refused && (
        <p className="sh-form-refused" role="alert">
          {refused}
        </p>
      )}
    </div>
  )
}

function ScorerChoice(props: {
  scorers: Query<ScorerInfo[]>
  chosen: string[] | null
  onChosen(chosen: string[] | null): void
}) {
  const t = useT()
  const words = useScorerWords()
  const { scorers, chosen } = props
  if (scorers.error && !scorers.data)
    return <ErrorState error={scorers.error} onRetry={scorers.refetch} compact />
  if (!scorers.data) return <Spinner />
  const all = scorers.data
  const on = (id: string) => chosen === null || chosen.includes(id)
  const toggle = (id: string) => {
    const next = all.map((one) => one.id).filter((one) => (one === id ? !on(one) : on(one)))
    props.onChosen(next.length === all.length ? null : next)
  }
  return (
    <Section
      title={t('bench.scorers')}
      testId="bench-scorers"
      tools={
        chosen !== null && (
          <button type="button" className="sh-link" onClick={() => props.onChosen(null)}>
            {t('bench.allScorers')}
          </button>
        )
      }
    >
      {GROUPS.map((group) => {
        const here = all.filter((one) => one.group === group)
        if (here.length === 0) return null
        return (
          <div key={group} className="lab-scorers" role="group" aria-label={t(`scorer.group.${group}`)}>
            <p className="sh-quiet">{t(`scorer.group.${group}`)}</p>
            {here.map((one) => (
              <Checkbox
                key={one.id}
                checked={on(one.id)}
                title={words(one).help}
                data-testid={`bench-scorer-${one.id}`}
                onChange={() => toggle(one.id)}
              >
                {words(one).name}
              </Checkbox>
            ))}
          </div>
        )
      })}
      <p className="lab-note">{t('bench.unusualAbout')}</p>
    </Section>
  )
}

function DesignChoice(props: {
  designs: readonly Design[]
  chosen: readonly number[]
  onChosen(chosen: number[]): void
}) {
  const t = useT()
  const recipeName = useRecipeName()
  // Several detections may stand on one graph; the bench looks at graphs.
  const graphs = [...new Map(props.designs.map((design) => [design.graphRunId, design])).values()]
  const shown = props.designs.find((design) => design.shown)?.graphRunId
  const chosen = props.chosen.length > 0 ? props.chosen : shown === undefined ? [] : [shown]
  if (graphs.length < 2) return null
  const toggle = (id: number) => {
    const next = chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]
    props.onChosen(next.length === 1 && next[0] === shown ? [] : next)
  }
  return (
    <Section title={t('bench.designs')} testId="bench-designs">
      {graphs.map((design) => (
        <Checkbox
          key={design.graphRunId}
          checked={chosen.includes(design.graphRunId)}
          onChange={() => toggle(design.graphRunId)}
        >
          {recipeName(design.recipe.name)}
          <span className="sh-quiet">
            {' '}
            #{design.graphRunId}
            {design.graphRunId === shown && ` · ${t('design.designs.shown')}`}
          </span>
        </Checkbox>
      ))}
      <p className="lab-note">{t('bench.designsAbout')}</p>
    </Section>
  )
}
