import { resolve } from 'node:path'
import type { Look, LookedFile, LookedTable } from '../../../common/contract/imports.ts'
import { isCancelled, toErrorShape } from '../../../common/errors.ts'
import type { Identity, Mapping, TableMapping } from '../../../common/mapping/mapping.ts'
import type { Pace } from '../../../common/pace.ts'
import { findFiles } from '../find/find.ts'
import type { FoundFile } from '../find/found.ts'
import type { ReadOptions } from '../read/reader.ts'
import {
  chooseMapping,
  isLayout,
  isSure,
  mayBelong,
  type Choice,
  type MappingChoices,
  type Named,
  VERBATIM,
} from './choose.ts'
import { hasRules } from '../plan/tally.ts'
import { headsOf } from './heads.ts'
import { SAMPLE_ROWS } from './open.ts'
import { readsAsked } from './reads.ts'
import { sampleParts } from './sample.ts'
import { unitsOf, type Unit } from './units.ts'

/**
 * Looks at files without importing them, from as little of each as its format allows: a file that can't be read says so
 * and keeps nobody from the others. Throws ShoalError import_missing_file, import_archive (of a .zip as a whole),
 * import_unreadable (of a folder), cancelled.
 */
export async function lookAt(
  input: { paths: string[]; rows: number; reads?: Record<string, TableMapping['read']> } & MappingChoices,
  pace: Pace,
): Promise<Look> {
  const found = await findFiles(input.paths.map((path) => resolve(path)))
  try {
    const layout = isLayout(found.files)
    const files: LookedFile[] = []
    const identities: Identity[] = []
    let sure = true
    const units = unitsOf(found.files)
    for (const [i, unit] of units.entries()) {
      await pace.checkpoint()
      pace.progress({
        phase: 'import.look',
        done: i,
        total: units.length,
        unit: 'steps',
        detail: unit.named.label,
      })
      const belongs = mayBelong(unit.named, layout, input)
      const looked = await lookAtUnit(unit, belongs, input, pace)
      files.push(looked.file)
      if (belongs) sure &&= looked.sure
      identities.push(...looked.identities)
    }
    const tables = files.flatMap(({ tables }) => tables.flatMap(({ mapping }) => (mapping ? [mapping] : [])))
    const some = tables.some(({ outputs }) => outputs.length > 0)
    return {
      files,
      ignored: found.ignored.map(({ path, entry }) => (entry === null ? path : `${path} › ${entry}`)),
      mapping: some ? composed(tables, identities, input.given) : null,
      sure: sure && some,
    }
  } finally {
    await found.close()
  }
}

/** One mapping of what was found for each table; tables of the same shape share theirs. */
function composed(
  tables: readonly TableMapping[],
  identities: readonly Identity[],
  given: Mapping | undefined,
): Mapping {
  const distinct = new Map<string, TableMapping>()
  for (const { nulls, ...table } of tables) {
    const key = JSON.stringify(table)
    // One file has words for no value that another of its shape happens not to have.
    const all = [...new Set([...(distinct.get(key)?.nulls ?? []), ...(nulls ?? [])])].slice(0, 40)
    distinct.set(key, all.length > 0 ? { ...table, nulls: all } : table)
  }
  return {
    shoalMapping: 1,
    name: given?.name ?? 'guess',
    tables: given?.tables ?? [...distinct.values()],
    // A saved mapping's rules are as much of it as its columns.
    identity: given?.identity ?? identities.find(hasRules) ?? VERBATIM,
  }
}

async function lookAtUnit(
  unit: Unit,
  belongs: boolean,
  input: { rows: number; reads?: Record<string, TableMapping['read']> } & MappingChoices,
  pace: Pace,
): Promise<{ file: LookedFile; sure: boolean; identities: Identity[] }> {
  const { name, label } = unit.named
  const looked: LookedFile = {
    path: unit.set === null ? unit.file.path : unit.set.parts[0]!.path,
    entry: unit.set === null ? unit.file.entry : unit.set.parts[0]!.entry,
    label,
    name,
    bytes: unit.set === null ? unit.file.bytes : bytesOf(unit.set.parts),
    parts: unit.set?.parts.length ?? null,
    format: null,
    tables: [],
    error: null,
  }
  let sure = true
  const identities: Identity[] = []
  try {
    const reads = readsAsked(unit.named, input.reads ?? {}, input)
    for (const { format, info, parts } of await headsOf(unit, reads, pace)) {
      looked.format = format
      const rows = await sampleParts(parts, Math.max(input.rows, SAMPLE_ROWS), pace)
      const { choice, error } = belongs
        ? await choiceOf(unit.named, info, input, rows)
        : { choice: null, error: null }
      if (error) looked.error = error
      if (choice) identities.push(choice.identity)
      // So that what is imported is read as what was looked at.
      const asked = reads.said(info.name)
      if (choice && asked) choice.mapping = { ...choice.mapping, read: asked }
      sure &&= error === null && (choice === null || isSure(choice))
      const folders = unit.set?.partitions ?? []
      looked.tables.push(describe(info, folders, rows.slice(0, input.rows), choice))
    }
  } catch (error) {
    if (isCancelled(error)) throw error
    looked.error = toErrorShape(error)
    sure = false
  }
  return { file: looked, sure, identities }
}

/** A file that is called as one of the layout and lacks its columns is looked at as any other, and still says so. */
async function choiceOf(
  file: Named,
  info: Parameters<typeof chooseMapping>[1],
  input: MappingChoices,
  rows: string[][],
): Promise<{ choice: Choice | null; error: LookedFile['error'] }> {
  const sample = () => Promise.resolve(rows)
  try {
    return { choice: await chooseMapping(file, info, input, sample), error: null }
  } catch (error) {
    const other = { ...file, name: `_${file.name}` }
    const choice = await chooseMapping(other, info, input, sample)
    // The mapping is for the file as it is called.
    if (choice) choice.mapping.match.file = choice.mapping.match.file.replace(/^_/, '')
    return { choice, error: toErrorShape(error) }
  }
}

function bytesOf(parts: readonly FoundFile[]): number | null {
  return parts.reduce<number | null>(
    (sum, { bytes }) => (sum === null || bytes === null ? null : sum + bytes),
    0,
  )
}

/** What was found out that a person may overrule. */
function shownRead({ encoding, delimiter, quote, headerRow }: ReadOptions): LookedTable['read'] {
  return {
    ...(encoding !== undefined && { encoding }),
    ...(delimiter !== undefined && { delimiter }),
    ...(quote !== undefined && { quote }),
    ...(headerRow !== undefined && { headerRow }),
  }
}

function describe(
  info: Parameters<typeof chooseMapping>[1],
  folders: readonly string[],
  sample: string[][],
  choice: Choice | null,
): LookedTable {
  return {
    name: info.name,
    columns: info.columns.map(({ name, declared }) => ({ name, declared, folder: folders.includes(name) })),
    rows: info.rows,
    read: shownRead(info.found),
    notes: info.notes,
    sample,
    mapping: choice?.mapping ?? null,
    by: choice?.by ?? null,
    saved: choice?.saved ?? null,
    guess: choice?.guess
      ? {
          kind: choice.guess.kind,
          sure: choice.guess.sure,
          columns: choice.guess.columns,
          notes: choice.guess.notes,
        }
      : null,
  }
}
