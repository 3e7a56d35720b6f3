import type { RunRow } from '../../../src-main/common/contract/jobs.ts'
import { useQuery } from '../../client/use-query.ts'
import { HashText } from '../../ui/text.tsx'
import { useT } from '../../ui/i18n/index.ts'

/** The run of an id, once the list is there. */
export function useRun(id: number | null | undefined): RunRow | undefined {
  const runs = useQuery('runs.list', id === null || id === undefined ? null : {}, { on: ['runs'] })
  return runs.data?.find((run) => run.id === id)
}

/** 'leiden #12': how a run is called wherever an inference names it. */
export function runName(run: RunRow | undefined, id: number | null): string | undefined {
  if (run) return `${run.algorithm} #${run.id}`
  return id === null ? undefined : `#${id}`
}

/** True where a run says that its model learned from simulated accounts only. */
export function trainedOnSimulation(run: RunRow | undefined): boolean {
  const said = run?.stats['trained_on'] ?? run?.stats['trainedOn']
  return said === 'simulated'
}

/** One run as provenance: algorithm, number, seed, and the model's hash where there is one. */
export function RunLines(props: { run: RunRow | undefined }) {
  const t = useT()
  const { run } = props
  if (!run) return null
  return (
    <>
      <div>
        <dt>{t('inspector.provenance.run')}</dt>
        <dd>
          {run.algorithm} #{run.id}
          {run.seed !== null && ` · ${t('inspector.provenance.seed', { seed: run.seed })}`}
        </dd>
      </div>
      {run.modelName && (
        <div>
          <dt>{t('inspector.provenance.model')}</dt>
          <dd>
            {run.modelName} · <HashText hash={run.modelSha256} />
          </dd>
        </div>
      )}
    </>
  )
}
