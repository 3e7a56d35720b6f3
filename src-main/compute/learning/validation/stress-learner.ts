import { stressOf, type StressLearner } from './panel.ts'

/** The quick learner of the parts that train dozens of times: boosted trees, smaller than those of the scorers. */
export async function stressLearner(): Promise<StressLearner> {
  const { boosting, boostingParams } = await import('../../trees/index.ts')
  return stressOf('boosting', boosting, boostingParams.parse({ trees: 60, rate: 0.12 }))
}
