import type { LeanSigma } from './lean-sigma.ts'
import type { LineProgram } from './line-program.ts'
import type { MapModel } from './model.ts'
import type { ShapeProgram } from './shape-program.ts'
import { communityEdge, communityShape, discStyle, lineStyle, type MapLook } from './style.ts'

const disc = discStyle()
const line = lineStyle()

/**
 * Gives the first level another look by writing it straight into what is sent to the graphics, as sigma's refresh would have
 * written it: no copies of ten thousand discs, no places worked out anew, and nothing is sent or drawn where all looks as
 * before. False where it cannot: a community is open, or sigma has something new to place.
 */
export function restyleCommunities(sigma: LeanSigma, model: MapModel, look: MapLook): boolean {
  const slots = model.open === null && model.communities ? sigma.slotsOf() : null
  if (!slots) return false
  const programs = sigma.programs()
  const discs = programs.nodes as InstanceType<typeof ShapeProgram>
  const lines = programs.edges as LineProgram
  for (const { key, row, offset, id } of slots.nodes) {
    communityShape(model, row, look, disc)
    if (disc.hidden) {
      if (discs.isWiped(offset)) continue
      sigma.dataOf(key).hidden = true
      discs.wipe(offset)
    } else if (discs.isWiped(offset)) {
      discs.process(id, offset, Object.assign(sigma.dataOf(key), disc))
    } else discs.restyle(offset, disc)
  }
  for (const { row, offset, id, source, target } of slots.edges) {
    communityEdge(model, row, look, line)
    if (line.hidden) lines.wipe(offset)
    else lines.restyle(id, offset, sigma.dataOf(source), sigma.dataOf(target), line)
  }
  if (discs.isChanged || lines.isChanged) sigma.redraw()
  return true
}
