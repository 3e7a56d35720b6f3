import type { DataSet } from '../find/data-set.ts'
import type { FoundFile } from '../find/found.ts'
import type { Named } from './choose.ts'

/** What a person sees as one thing: a file, or a data set of many. */
export type Unit =
  | { file: FoundFile; set: null; named: Named }
  /** `wanted`: those of its files that were asked for; the others still say what columns there are. */
  | { set: DataSet; named: Named; wanted: ReadonlySet<FoundFile> }

/** Files as units, in the order of the first file of each. */
export function unitsOf(files: readonly FoundFile[]): Unit[] {
  const units = new Map<FoundFile | DataSet, Unit>()
  for (const file of files) {
    const { part } = file
    if (!part) units.set(file, { file, set: null, named: file })
    else if (!units.has(part.set)) {
      const named = { name: part.set.name, label: part.set.label, part }
      const wanted = new Set(files.filter((other) => other.part?.set === part.set))
      units.set(part.set, { set: part.set, named, wanted })
    }
  }
  return [...units.values()]
}
