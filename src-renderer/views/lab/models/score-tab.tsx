import type { LabelState } from '../../../../src-main/common/contract/learning.ts'
import { useQuery, type Query } from '../../../client/use-query.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { LabelsPanel } from './labels-panel.tsx'
import { ModelList } from './model-list.tsx'
import { TrainPanel } from './train-panel.tsx'
import './models.css'

/** From labels to scores: what there is to learn from, training, and the models there are. */
export function ScoreTab(props: { labels: Query<LabelState> }) {
  const t = useT()
  const scorers = useQuery('scorers.list', {}, { on: [] })
  const models = useQuery('models.list', {}, { on: ['runs', 'facts'] })
  return (
    <div className="lab-score" data-testid="lab-score">
      <div className="lab-score-side" tabIndex={0} role="region" aria-label={t('score.learn')}>
        <LabelsPanel labels={props.labels} />
        <TrainPanel labels={props.labels.data} scorers={scorers} models={models.data ?? []} />
      </div>
      <div className="lab-score-main" tabIndex={0} role="region" aria-label={t('score.models')}>
        <ModelList models={models} />
      </div>
    </div>
  )
}
