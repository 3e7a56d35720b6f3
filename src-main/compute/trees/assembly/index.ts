export { boostGradients, histogram, bestSplit, subtract, partition, addToRows } from './boosting'
export { randomSplit, nodeTotals, seed } from './extra'
