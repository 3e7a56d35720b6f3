import { Button, Dialog, DialogBody } from '@blueprintjs/core'
import { useState } from 'react'
import type { ModelRow } from '../../../../src-main/common/contract/learning.ts'
import { toErrorShape, type ErrorShape } from '../../../../src-main/common/errors.ts'
import { api } from '../../../client/api.ts'
import { useQuery, type Query } from '../../../client/use-query.ts'
import { useJobs } from '../../../state/jobs.ts'
import { useDynamicT, useT } from '../../../ui/i18n/index.ts'
import { JobLine, useRunning } from '../../../ui/job-line.tsx'
import { useNumbers } from '../../../ui/numbers.ts'
import { Section } from '../../../ui/panel.tsx'
import { EmptyState, ErrorState, Spinner } from '../../../ui/states.tsx'
import { HashText, TimeText } from '../../../ui/text.tsx'
import { usePicker } from '../../../ui/use-picker.tsx'
import { useFigure } from '../charts/interval.tsx'
import { useScorerWords } from '../scorer-words.ts'

/** The models there are, the used one marked; others can be used, brought in, read about and removed. */
export function ModelList({ models }: { models: Query<ModelRow[]> }) {
  const t = useT()
  const { pick, dialog } = usePicker()
  const importing = useRunning('model')
  const scoring = useRunning('score')
  const [started, setStarted] = useState<number | null>(null)
  const job = useJobs((s) => (started === null ? null : (s.jobs.find(({ id }) => id === started) ?? null)))
  const [error, setError] = useState<ErrorShape | null>(null)
  const [reading, setReading] = useState<ModelRow | null>(null)
  const [removing, setRemoving] = useState<number | null>(null)
  const act = async (work: () => Promise<{ id: number } | null>) => {
    setError(null)
    try {
      const begun = await work()
      if (begun) setStarted(begun.id)
    } catch (failure) {
      const shape = toErrorShape(failure)
      if (shape.code !== 'cancelled') setError(shape)
    }
  }
  const bring = async () => {
    const paths = await pick('folder').catch(() => null)
    const path = paths?.[0]
    if (path !== undefined) await act(() => api.call('models.import', { path }))
  }
  const busy = importing ?? scoring
  return (
    <>
      <Section
        title={t('score.models')}
        testId="models"
        tools={
          <Button
            size="small"
            icon="import"
            text={t('score.import')}
            title={t('score.importAbout')}
            disabled={importing !== null}
            data-testid="model-import"
            onClick={() => void bring()}
          />
        }
      >
        {error && <ErrorState error={error} compact />}
        {busy ? <JobLine job={busy} /> : job && <JobLine job={job} />}
        {models.error && !models.data && <ErrorState error={models.error} onRetry={models.refetch} />}
        {!models.data && !models.error && <Spinner />}
        {models.data?.length === 0 && (
          <EmptyState icon="cube" title={t('score.noModels')}>
            {t('score.noModelsText')}
          </EmptyState>
        )}
        <ul className="lab-models">
          {inOrder(models.data ?? []).map((model) => (
            <Model
              key={model.id}
              model={model}
              busy={busy !== null}
              removing={removing === model.id}
              onUse={() => void act(() => api.call('models.use', { id: model.id }))}
              onCard={() => setReading(model)}
              onRemove={() => {
                if (removing !== model.id) return setRemoving(model.id)
                setRemoving(null)
                void act(() => api.call('models.remove', { id: model.id }))
              }}
              onKeep={() => setRemoving(null)}
            />
          ))}
        </ul>
        <p className="lab-note">{t('score.modelsAbout')}</p>
      </Section>
      {dialog}
      {reading && <ModelCard model={reading} onClose={() => setReading(null)} />}
    </>
  )
}

/** The used one first. */
const inOrder = (models: readonly ModelRow[]) => [...models].sort((a, b) => Number(b.used) - Number(a.used))

function Model(props: {
  model: ModelRow
  busy: boolean
  removing: boolean
  onUse(): void
  onCard(): void
  onRemove(): void
  onKeep(): void
}) {
  const t = useT()
  const dynamic = useDynamicT()
  const { n } = useNumbers()
  const figure = useFigure()
  const words = useScorerWords()
  const { model } = props
  const labelled = (model.malicious ?? 0) + (model.benign ?? 0)
  return (
    <li
      className={`lab-model${model.used ? ' is-used' : ''}`}
      data-testid="model-row"
      data-origin={model.origin}
      data-used={model.used}
    >
      <div className="lab-model-head">
        <b>{model.scorer ? words({ id: model.scorer }).name : model.name}</b>
        <span className="sh-quiet">{model.scorer ? `${model.name} ${model.version}` : model.version}</span>
        <span className="sh-tag sh-tag-observed">{t(`score.origin.${model.origin}`)}</span>
        {model.trainedOn === 'simulated' && (
          <span className="sh-tag sh-tag-inferred">{t('score.simulated')}</span>
        )}
        {model.used && (
          <span className="sh-tag sh-tag-judged" data-testid="model-used">
            {t('score.used')}
          </span>
        )}
        {model.missing && <span className="lab-note">{t('score.missing')}</span>}
      </div>
      <dl className="lab-model-facts">
        <div>
          <dt>{t('score.kindName')}</dt>
          <dd>{t(`score.kind.${model.kind}`)}</dd>
        </div>
        <div>
          <dt>{t('lab.trainedOn')}</dt>
          <dd>
            {labelled > 0
              ? t('score.counts', { malicious: n(model.malicious ?? 0), benign: n(model.benign ?? 0) })
              : model.trainedOn
                ? dynamic('lab.trained', model.trainedOn, model.trainedOn)
                : t('common.notKnown')}
          </dd>
        </div>
        {model.auroc !== null && (
          <div title={t('score.innerAbout')}>
            <dt>{t('score.auroc')}</dt>
            <dd>{figure(model.auroc)}</dd>
          </div>
        )}
        {model.auprc !== null && (
          <div title={t('score.innerAbout')}>
            <dt>{t('score.auprc')}</dt>
            <dd>
              {figure(model.auprc)}
              {labelled > 0 && (
                <span className="sh-quiet">
                  {' '}
                  {t('score.ofBase', { base: figure((model.malicious ?? 0) / labelled) })}
                </span>
              )}
            </dd>
          </div>
        )}
        {model.threshold !== null && (
          <div>
            <dt>{t('lab.param.threshold')}</dt>
            <dd>{figure(model.threshold, 2)}</dd>
          </div>
        )}
        {model.addedAt !== null && (
          <div>
            <dt>{t('score.added')}</dt>
            <dd>
              <TimeText ms={model.addedAt} />
              {model.addedBy && <span className="sh-quiet"> {model.addedBy}</span>}
            </dd>
          </div>
        )}
        <div>
          <dt>{t('lab.modelHash')}</dt>
          <dd>
            <HashText hash={model.sha256} />
          </dd>
        </div>
      </dl>
      {(model.auroc !== null || model.auprc !== null) && <p className="lab-note">{t('score.innerShort')}</p>}
      <div className="lab-model-actions">
        {!model.used && (
          <Button
            size="small"
            text={t('score.use')}
            title={t('score.useAbout')}
            disabled={props.busy || model.missing}
            data-testid="model-use"
            onClick={props.onUse}
          />
        )}
        <Button
          size="small"
          variant="minimal"
          text={t('score.card')}
          data-testid="model-card-open"
          onClick={props.onCard}
        />
        {model.origin !== 'shipped' && !model.used && (
          <Button
            size="small"
            variant="minimal"
            {...(props.removing && { intent: 'danger' as const })}
            text={t(props.removing ? 'score.removeSure' : 'score.remove')}
            data-testid="model-remove"
            onBlur={props.onKeep}
            onClick={props.onRemove}
          />
        )}
      </div>
    </li>
  )
}

/** The card that travels with a model, as the text that it is. */
function ModelCard(props: { model: ModelRow; onClose(): void }) {
  const t = useT()
  const { model } = props
  const card = useQuery('models.card', { id: model.id }, { on: ['runs'] })
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={t('score.cardOf', { name: `${model.name} ${model.version}` })}
      className="lab-card"
    >
      <DialogBody>
        {card.error && <ErrorState error={card.error} onRetry={card.refetch} compact />}
        {!card.data && !card.error && <Spinner />}
        {card.data && (
          <pre className="lab-card-text" data-testid="model-card" tabIndex={0}>
            {card.data.text}
          </pre>
        )}
        <p className="lab-note">
          {t('score.folder')} <bdi className="sh-mono">{model.folder}</bdi>
        </p>
      </DialogBody>
    </Dialog>
  )
}
