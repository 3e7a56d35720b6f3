import type { SourceRow } from '../../../src-main/common/contract/jobs.ts'

type Place = Pick<SourceRow, 'path' | 'entry' | 'part'>

/**
 * What sources are called in a list: the file's name, and as many of the folders above it as tell it from another one's.
 * The same path twice, as a file that was exported anew, stays as it is: its hash tells those apart.
 */
export function sourceNames(sources: readonly Place[]): string[] {
  const parts = sources.map(({ path, entry }) => (entry ?? path).split(/[\\/]/).filter(Boolean))
  const shown = parts.map(() => 1)
  const nameOf = (i: number) => parts[i]!.slice(-shown[i]!).join('/')
  for (;;) {
    const alike = new Map<string, number[]>()
    sources.forEach(({ part }, i) => {
      const key = JSON.stringify([nameOf(i), part])
      alike.set(key, [...(alike.get(key) ?? []), i])
    })
    const longer = [...alike.values()].filter((group) => differ(group, parts)).flat()
    const more = longer.filter((i) => shown[i]! < parts[i]!.length)
    if (more.length === 0) return sources.map((_, i) => nameOf(i))
    for (const i of more) shown[i]!++
  }
}

/** Whether some of them lie elsewhere. */
const differ = (group: readonly number[], parts: readonly string[][]) =>
  new Set(group.map((i) => parts[i]!.join('/'))).size > 1
