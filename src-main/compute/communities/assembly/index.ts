/** Kernels of community detection. Built by `node build/wasm.ts` into ../communities.wasm.ts. */
export { community, part, partCount, setLevel, setWork } from './state'
export { sweepUnsettled } from './propagate'
export { seed } from './random'
export { alive, moveStart, repack, sweep, sweepGained, sweepMoved, sweepStart } from './move'
export { compact, sortMembers, split, splitStart, wholeParts } from './members'
export { refine, refineStart } from './refine'
export {
  aggregate,
  aggregateEntries,
  aggregateStart,
  levelSquares,
  levelWeight,
  nextCommunities,
} from './aggregate'
