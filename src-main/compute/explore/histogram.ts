import type { Histogram } from '../../common/contract/explore.ts'
import type { Selection } from '../../common/contract/selection.ts'
import { has } from './bitset.ts'
import { keptFor, scaleFor, valuesOf, wordsOf, type Values } from './channels.ts'
import { chosenOf, type Chosen } from './chosen.ts'
import { binOf, edgesOf, NO_VALUE } from './scale.ts'
import { latest, type Snapshot } from './state.ts'

/** What of a selection is not applied to a channel's own histogram: what a click on its legend sets. */
function withoutOwn(id: string, filters: keyof Selection | null, selection: Selection): Selection {
  if (filters === null) return selection
  const { [filters]: _, ...rest } = selection
  if (filters === 'attributes') {
    const others = selection.attributes?.filter(({ name }) => `attribute:${name}` !== id) ?? []
    if (others.length > 0) return { ...rest, attributes: others }
  }
  return rest
}

/** How many of all and of the selected accounts have which value. */
export async function histogram(
  id: string,
  selection: Selection,
  bins: number,
  at: Snapshot,
): Promise<Histogram> {
  const { channel, values } = await valuesOf(id, at)
  const chosen = await chosenOf(at, withoutOwn(id, channel.filters, selection))
  const { codes, edges, categories, all } = await binned(id, values, bins, at)
  return {
    channel: id,
    edges,
    categories,
    selected: chosen.bits === null ? all : countOf(codes, chosen, all.length),
    all,
  }
}

/** A channel's values as bins or categories, 255: none; and how many accounts each holds. */
interface Binned {
  codes: Uint8Array
  edges: Float64Array
  categories: (string | null)[]
  all: Uint32Array
}
function binned(id: string, values: Values, bins: number, at: Snapshot): Promise<Binned> {
  return latest(keptFor(id, at), `bins ${id}`, String(bins), async () => {
    if (values.kind === 'category') {
      const { bytes, categories } = await wordsOf(id, values, at)
      return {
        codes: bytes,
        edges: new Float64Array(0),
        categories: categories.map((c) => c.value),
        all: Uint32Array.from(categories, (c) => c.accounts),
      }
    }
    const edges = edgesOf(await scaleFor(id, values, at), bins)
    const all = new Uint32Array(bins)
    const codes = new Uint8Array(values.values.length).fill(NO_VALUE)
    for (let r = 0; r < codes.length; r++) {
      const value = values.values[r]
      if (value !== value) continue
      codes[r] = binOf(edges, value)
      all[codes[r]]++
    }
    return { codes, edges, categories: [], all }
  })
}

function countOf(codes: Uint8Array, { bits, rows }: Chosen, size: number): Uint32Array {
  const counts = new Uint32Array(NO_VALUE + 1)
  if (rows !== null) for (let i = 0; i < rows.length; i++) counts[codes[rows[i]]]++
  else for (let r = 0; r < codes.length; r++) if (has(bits!, r)) counts[codes[r]]++
  return counts.slice(0, size)
}
