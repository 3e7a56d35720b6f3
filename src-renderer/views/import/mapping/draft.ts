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
import { slice } from '../../../state/slices.ts'
import { useWorkspace } from '../../../state/workspace.ts'

/** Tables that one table mapping is for: files of the same name pattern and columns. */
export interface Shape {
  key: string
  mapping: TableMapping
  tables: { file: LookedFile; table: LookedTable }[]
}

/** Rejected rows of a source that are to be read again. */
export interface Retry {
  sourceId: number
  /** Only rows of this problem. */
  code?: string
}

/** What a person has said, and what it was said of: kept with the session, and undone step by step. */
interface Said {
  /** Of this import; ids are not used again. */
  id: string
  /** Files that are being mapped; null: none. */
  paths: string[] | null
  /** Not files, but rows that were rejected; `paths` then names their file. */
  retry: Retry | null
  chosen: string | null
  identity: Identity
  /** How files are read, by label, where that was overruled. */
  reads: Record<string, TableMapping['read']>
}
interface DraftState extends Said {
  /** True while files are looked at. */
  looking: boolean
  look: Look | null
  error: ErrorShape | null
  shapes: Shape[]
  /** What the first rows would become; null: not asked yet or out of date. */
  preview: ImportPreview | null
  previewError: ErrorShape | null
}
/** As it is kept: mappings by their shapes' keys, without what looking at the files gives again. */
interface Kept extends Said {
  mappings: Record<string, TableMapping>
}

const NOTHING: DraftState = {
  id: '',
  paths: null,
  retry: null,
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
/** Drafts that were imported: undoing goes back no further than to them. */
const imported = new Set<string>()

/** Forgets the draft. `done`: it was imported; else leaving it can be undone. */
export function leaveDraft(done = false): void {
  looks.abort()
  if (done) imported.add(useImportDraft.getState().id)
  useImportDraft.setState(NOTHING, true)
}

/**
 * Looks at files and starts importing them where nothing has to be asked: they are of the export layout, or a saved
 * mapping is for them. Else they are shown to be mapped. Resolves to true where the import was started.
 */
export async function beginImport(paths: string[]): Promise<boolean> {
  useImportDraft.setState({ ...NOTHING, id: crypto.randomUUID() }, true)
  const look = await lookAgain(paths, {})
  if (!look) return false
  // Rules of a saved mapping, or such as drop what an export put around every id.
  if (look.mapping) useImportDraft.setState({ identity: look.mapping.identity })
  const tables = look.files.flatMap((file) => file.tables)
  const known = tables.every(({ by, mapping }) => mapping === null || by === 'layout' || by === 'saved')
  // Files of the export layout must say who the accounts are; what they are for is asked where none does.
  const says = (table: LookedTable) =>
    table.by === 'saved' || table.mapping?.outputs.some(({ to }) => to === 'accounts' || to === 'relations')
  const someone = (useWorkspace.getState().info?.counts.accounts ?? 0) > 0
  if (!(known && look.sure && (someone || tables.some(says)))) return false
  await api.call('imports.start', { paths, analyze: true })
  leaveDraft(true)
  return true
}

/** Shows rejected rows of a source to be mapped anew, as they were mapped before. */
export async function beginRetry(retry: Retry): Promise<void> {
  useImportDraft.setState({ ...NOTHING, id: crypto.randomUUID(), retry }, true)
  const look = await lookAgain([], {})
  const identity = look?.mapping?.identity
  if (look)
    useImportDraft.setState({ paths: look.files.map(({ path }) => path), ...(identity && { identity }) })
}

/**
 * Looks at the files, with what was said of how they are read; what was said of columns stays where they are the same
 * still. Null where that failed or something newer was asked.
 */
export async function lookAgain(
  paths: string[],
  reads: Record<string, TableMapping['read']>,
  mappings = mappingsOf(useImportDraft.getState().shapes),
): Promise<Look | null> {
  looks.abort()
  looks = new AbortController()
  const { signal } = looks
  useImportDraft.setState({ paths, reads, looking: true, error: null, preview: null, previewError: null })
  try {
    const { retry } = useImportDraft.getState()
    const look = retry
      ? await api.call('problems.look', { ...retry, read: Object.values(reads)[0] ?? {} }, { signal })
      : await api.call('imports.look', { paths, reads }, { signal })
    if (signal.aborted) return null
    const found = shapesOf(look)
    const shapes = retry ? withReads(found, mappings) : withMappings(found, mappings)
    const { chosen } = useImportDraft.getState()
    const still = shapes.find(({ key }) => key === chosen) ?? shapes[0]
    useImportDraft.setState({ looking: false, look, shapes, chosen: still?.key ?? null })
    return look
  } catch (error) {
    if (!signal.aborted) useImportDraft.setState({ looking: false, error: toErrorShape(error) })
    return null
  }
}

function mappingsOf(shapes: readonly Shape[]): Kept['mappings'] {
  return Object.fromEntries(shapes.map(({ key, mapping }) => [key, mapping]))
}

function withMappings(shapes: readonly Shape[], mappings: Kept['mappings']): Shape[] {
  return shapes.map((shape) => {
    const said = Object.hasOwn(mappings, shape.key) ? mappings[shape.key] : undefined
    return said && said !== shape.mapping ? { ...shape, mapping: said } : shape
  })
}

/** What was said of columns, whatever is said of how rows are split: there is one table. */
function withReads([shape]: readonly Shape[], mappings: Kept['mappings']): Shape[] {
  if (!shape) return []
  const said = Object.values(mappings)[0]
  return [said ? { ...shape, mapping: { ...said, read: shape.mapping.read } } : shape]
}

/** Takes a draft as it was kept: from an earlier session, or as it was a step ago. */
function takeDraft(value: unknown): void {
  const kept = value as Kept | null
  if (!kept?.paths || imported.has(kept.id)) {
    // An import that has begun stays begun.
    if (!kept?.paths || useImportDraft.getState().id === kept.id) leaveDraft()
    return
  }
  const { mappings, ...said } = kept
  const { id, look, reads, shapes } = useImportDraft.getState()
  const same = id === said.id && look !== null && JSON.stringify(reads) === JSON.stringify(said.reads)
  useImportDraft.setState({
    ...said,
    retry: said.retry ?? null,
    ...(same ? { shapes: withMappings(shapes, mappings) } : { look: null, shapes: [] }),
  })
  if (!same) void lookAgain(kept.paths, said.reads, mappings)
}

slice<DraftState, Kept>({
  name: 'import-draft',
  store: useImportDraft,
  pick: ({ id, paths, retry, chosen, identity, reads, shapes }) => ({
    id,
    paths,
    retry,
    chosen,
    identity,
    reads,
    mappings: mappingsOf(shapes),
  }),
  apply: takeDraft,
  what(before, after) {
    if (before.paths === null || imported.has(before.id)) return null
    if (after.paths === null) return 'importLeft'
    if (JSON.stringify(before.reads) !== JSON.stringify(after.reads)) return 'importRead'
    // Looking at the files gives what was not there before: nobody has done anything.
    if (Object.keys(before.mappings).join() !== Object.keys(after.mappings).join()) return null
    const said = ({ identity, mappings }: Kept) => JSON.stringify([identity, mappings])
    return said(before) === said(after) ? null : 'importDraft'
  },
  settleMs: 600,
  byPart: true,
  inViews: false,
})

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
      const nulls = [...new Set([...(shape.mapping.nulls ?? []), ...(table.mapping.nulls ?? [])])].slice(
        0,
        40,
      )
      shapes.set(key, nulls.length > 0 ? { ...shape, mapping: { ...shape.mapping, nulls } } : shape)
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
