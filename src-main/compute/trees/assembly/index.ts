export { boostGradients, histogram, bestSplit, partition, addToRows } from './boosting'
export { randomSplit, nodeTotals } from './extra'
