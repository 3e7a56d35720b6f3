export { boosting } from './boosting.ts'
export { extraTrees } from './extra-trees.ts'
export { TreeMember, treesFromBytes } from './member.ts'
export { boostingParams, extraTreesParams, type BoostingParams, type ExtraTreesParams } from './params.ts'
