import type { ValidationReport } from '../../../../src-main/common/contract/lab.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { useNumbers } from '../../../ui/numbers.ts'
import { LineChart } from '../charts/line-chart.tsx'
import { Part } from './part.tsx'

/** What is left when those who hide move their ties, or imitate ordinary accounts. */
export function CamouflagePart({ report }: { report: ValidationReport }) {
  const t = useT()
  const { percent } = useNumbers()
  const { rewiring, mimicry } = report.camouflage
  if (rewiring.length === 0 && mimicry.length === 0) return null
  const base = report.splits.find(({ protocol }) => protocol === 'random')?.baseRate
  return (
    <Part title={t('validation.camouflage')} about={t('validation.camouflageAbout')} testId="part-camouflage">
      <LineChart
        lines={[
          {
            id: 'rewiring',
            name: t('validation.rewiring'),
            points: rewiring.map((point) => ({ x: point.share, y: point.auprc })),
            strong: true,
          },
          {
            id: 'mimicry',
            name: t('validation.mimicry'),
            points: mimicry.map((point) => ({ x: point.share, y: point.auprc })),
            strong: true,
            dashed: true,
          },
        ]}
        label={t('validation.camouflage')}
        xName={t('validation.shareChanged')}
        xText={(x) => `${percent(x)}%`}
        yName={t('score.auprc')}
        least={0}
        most={1}
        mark={base === undefined ? undefined : { value: base, label: t('bench.baseRate') }}
      />
      <p className="lab-note">{t('validation.camouflageNote')}</p>
    </Part>
  )
}
