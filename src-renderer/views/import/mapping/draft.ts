import { create } from 'zustand'
import type {
  ImportPreview,
  Look,
  LookedFile,
  LookedTable,
} from '../../../../src-main/common/contract/imports.ts'
import { toErrorShape, type ErrorShape } from '../../../../src-main/common/errors.ts'
import { rolesMissing } from '../../../../src-main/common/mapping/edit.ts'
import type { Identity, Mapping, TableMapping } from '../../../../src-main/common/mapping/mapping.ts'
import { api } from '../../../client/api.ts'

/** Tables that one table mapping is for: files of the same name pattern and columns. */
export interface Shape {
  key: string
  mapping: TableMapping
  tables: { file: LookedFile; table: LookedTable }[]
}

interface DraftState {
  /** Files that are being mapped; null: none. */
  paths: string[] | null
  /** True while files are looked at. */
  looking: boolean
  look: Look | null
  error: ErrorShape | null
  shapes: Shape[]
  chosen: string | null
  identity: Identity
  /** How files are read, by label, where that was overruled. */
  reads: Record<string, TableMapping['read']>
  /** What the first rows would become; null: not asked yet or out of date. */
  preview: ImportPreview | null
  previewError: ErrorShape | null
}

const NOTHING: DraftState = {
  paths: null,
  looking: false,
  look: null,
  error: null,
  shapes: [],
  chosen: null,
  identity: { account: [], entity: {}, region: 'CN' },
  reads: {},
  preview: null,
  previewError: null,
}

/** An import that waits for a person to say what columns mean. */
export const useImportDraft = create<DraftState>()(() => NOTHING)

let looks = new AbortController()

/** Forgets the draft. */
export function leaveDraft(): void {
  looks.abort()
  useImportDraft.setState(NOTHING, true)
}

/**
 * Looks at files and starts importing them where nothing has to be asked: they are of the export layout, or a saved
 * mapping is for them. Else they are shown to be mapped. Resolves to true where the import was started.
 */
export async function beginImport(paths: string[]): Promise<boolean> {
  const look = await lookAgain(paths, {})
  if (!look) return false
  const tables = look.files.flatMap((file) => file.tables)
  const known = tables.every(({ by, mapping }) => mapping === null || by === 'layout' || by === 'saved')
  if (!(known && look.sure)) return false
  await api.call('imports.start', { paths, analyze: true })
  leaveDraft()
  return true
}

/** Looks at the files, with what was said of how they are read. Null where that failed or something newer was asked. */
export async function lookAgain(
  paths: string[],
  reads: Record<string, TableMapping['read']>,
): Promise<Look | null> {
  looks.abort()
  looks = new AbortController()
  const { signal } = looks
  useImportDraft.setState({ paths, reads, looking: true, error: null, preview: null, previewError: null })
  try {
    const look = await api.call('imports.look', { paths, reads }, { signal })
    if (signal.aborted) return null
    const shapes = shapesOf(look)
    const { chosen } = useImportDraft.getState()
    const still = shapes.find(({ key }) => key === chosen) ?? shapes[0]
    useImportDraft.setState({ looking: false, look, shapes, chosen: still?.key ?? null })
    return look
  } catch (error) {
    if (!signal.aborted) useImportDraft.setState({ looking: false, error: toErrorShape(error) })
    return null
  }
}

/** Tables that can be mapped together, in the order of the files. */
export function shapesOf(look: Look): Shape[] {
  const shapes = new Map<string, Shape>()
  for (const file of look.files) {
    for (const table of file.tables) {
      if (!table.mapping) continue
      const columns = table.columns.map(({ name }) => name)
      // Which tables a mapping is for is said by all of their columns: shapes that share some must not mix.
      const match = { ...table.mapping.match, columns }
      const key = JSON.stringify([match, table.mapping.read])
      const shape = shapes.get(key) ?? { key, mapping: { ...table.mapping, match }, tables: [] }
      shape.tables.push({ file, table })
      shapes.set(key, shape)
    }
  }
  // What can be imported comes first.
  return [...shapes.values()].sort(
    (a, b) => Number(b.mapping.outputs.length > 0) - Number(a.mapping.outputs.length > 0),
  )
}

/** Changes how the chosen shape's columns are mapped. */
export function changeShape(key: string, change: (mapping: TableMapping) => TableMapping): void {
  useImportDraft.setState(({ shapes }) => ({
    shapes: shapes.map((shape) => (shape.key === key ? { ...shape, mapping: change(shape.mapping) } : shape)),
  }))
}

/** The whole mapping as it stands. */
export function draftMapping(
  { shapes, identity }: Pick<DraftState, 'shapes' | 'identity'>,
  name: string,
): Mapping {
  return { shoalMapping: 1, name, tables: shapes.map(({ mapping }) => mapping), identity }
}

/** Shapes that can't be imported yet: a required role has no column. */
export function incomplete(shapes: readonly Shape[]): Shape[] {
  return shapes.filter(({ mapping }) => rolesMissing(mapping).length > 0)
}

/** Whether there is anything to import and nothing missing. */
export function mayStart({ shapes, looking }: Pick<DraftState, 'shapes' | 'looking'>): boolean {
  return (
    !looking && shapes.some(({ mapping }) => mapping.outputs.length > 0) && incomplete(shapes).length === 0
  )
}
