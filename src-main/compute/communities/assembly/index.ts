/** Kernels of community detection. Built by `node build/wasm.ts` into ../communities.wasm.ts. */
export { community, part, partCommunity, setLevel, setWork } from './state'
export { sweepUnsettled } from './propagate'
export { seed } from './random'
export { moveStart, sweep, sweepGained, sweepMoved, sweepStart } from './move'
export { compact, partCount, refine, refineStart, sortMembers, splitParts, wholeParts } from './refine'
export {
  aggregate,
  aggregateEntries,
  aggregateStart,
  levelSquares,
  levelWeight,
  nextCommunities,
} from './aggregate'
