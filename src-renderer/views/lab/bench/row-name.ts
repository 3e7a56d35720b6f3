import type { BenchResult, BenchRow } from '../../../../src-main/common/contract/lab.ts'
import { useRecipeName } from '../../design/words.ts'
import { useScorerWords } from '../scorer-words.ts'

/** What a row is called: the scorer, and its graph where there are several. */
export function useRowName(result: BenchResult): (row: BenchRow) => string {
  const words = useScorerWords()
  const recipeName = useRecipeName()
  const several = result.graphs.length > 1
  return (row) => {
    const graph = result.graphs.find(({ graphRunId }) => graphRunId === row.graphRunId)
    const name = words({ id: row.scorer }).name
    return several && graph ? `${name} · ${recipeName(graph.recipe)}` : name
  }
}
