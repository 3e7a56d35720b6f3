export { boostGradients, histogram, bestSplit, subtract, partition, addToRows } from './boosting'
export { randomSplit, nodeTotals } from './extra'
export { seed } from '../../communities/assembly/random'
