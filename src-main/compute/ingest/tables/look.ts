import { resolve } from 'node:path'
import type { Look, LookedFile, LookedTable } from '../../../common/contract/imports.ts'
import { isCancelled, toErrorShape } from '../../../common/errors.ts'
import type { Mapping, TableMapping } from '../../../common/mapping/mapping.ts'
import type { Pace } from '../../../common/pace.ts'
import { findFiles } from '../find/find.ts'
import type { FoundFile } from '../find/found.ts'
import { readerOf } from '../read/formats.ts'
import { chooseMapping, isLayout, isSure, mayBelong, type Choice, type MappingChoices } from './choose.ts'
import { formatOfFile, readOptions, SAMPLE_ROWS } from './open.ts'
import { sampleRows } from './sample.ts'

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
    let sure = true
    for (const [i, file] of found.files.entries()) {
      await pace.checkpoint()
      pace.progress({
        phase: 'import.look',
        done: i,
        total: found.files.length,
        unit: 'steps',
        detail: file.label,
      })
      const belongs = mayBelong(file, layout, input)
      const looked = await lookAtFile(file, belongs, input, pace)
      files.push(looked.file)
      if (belongs) sure &&= looked.sure
    }
    const tables = files.flatMap(({ tables }) => tables.flatMap(({ mapping }) => (mapping ? [mapping] : [])))
    const some = tables.some(({ outputs }) => outputs.length > 0)
    return {
      files,
      ignored: found.ignored.map(({ path, entry }) => (entry === null ? path : `${path} › ${entry}`)),
      mapping: some ? composed(tables, input.given) : null,
      sure: sure && some,
    }
  } finally {
    await found.close()
  }
}

/** One mapping of what was found for each table; tables of the same shape share theirs. */
function composed(tables: readonly TableMapping[], given: Mapping | undefined): Mapping {
  const distinct = new Map(tables.map((table) => [JSON.stringify(table), table]))
  return {
    shoalMapping: 1,
    name: given?.name ?? 'guess',
    tables: given?.tables ?? [...distinct.values()],
    identity: given?.identity ?? { account: [], entity: {}, region: 'CN' },
  }
}

async function lookAtFile(
  file: FoundFile,
  belongs: boolean,
  input: { rows: number; reads?: Record<string, TableMapping['read']> } & MappingChoices,
  pace: Pace,
): Promise<{ file: LookedFile; sure: boolean }> {
  const { path, entry, label, name, bytes } = file
  const looked: LookedFile = {
    path,
    entry,
    label,
    name,
    bytes,
    format: null,
    read: {},
    tables: [],
    error: null,
  }
  let sure = true
  try {
    const asked = input.reads && Object.hasOwn(input.reads, label) ? input.reads[label] : undefined
    looked.format = await formatOfFile(file)
    const reader = readerOf(looked.format as never)
    const infos = await reader.tables(file, asked ?? readOptions(file, input), 'head', pace)
    for (const info of infos) {
      const rows = await sampleRows(reader, file, info, Math.max(input.rows, SAMPLE_ROWS), pace)
      const { choice, error } = belongs
        ? await choiceOf(file, info, input, rows)
        : { choice: null, error: null }
      if (error) looked.error = error
      // So that what is imported is read as what was looked at.
      if (choice && asked) choice.mapping = { ...choice.mapping, read: asked }
      sure &&= error === null && (choice === null || isSure(choice))
      const { encoding, delimiter, quote, headerRow } = info.found
      looked.read = {
        ...(encoding !== undefined && { encoding }),
        ...(delimiter !== undefined && { delimiter }),
        ...(quote !== undefined && { quote }),
        ...(headerRow !== undefined && { headerRow }),
      }
      looked.tables.push(describe(info, rows.slice(0, input.rows), choice))
    }
  } catch (error) {
    if (isCancelled(error)) throw error
    looked.error = toErrorShape(error)
    sure = false
  }
  return { file: looked, sure }
}

/** A file that is called as one of the layout and lacks its columns is looked at as any other, and still says so. */
async function choiceOf(
  file: FoundFile,
  info: Parameters<typeof chooseMapping>[1],
  input: MappingChoices,
  rows: string[][],
): Promise<{ choice: Choice | null; error: LookedFile['error'] }> {
  const sample = () => Promise.resolve(rows)
  try {
    return { choice: await chooseMapping(file, info, input, sample), error: null }
  } catch (error) {
    const other = { ...file, name: `_${file.name}` }
    return { choice: await chooseMapping(other, info, input, sample), error: toErrorShape(error) }
  }
}

function describe(
  info: Parameters<typeof chooseMapping>[1],
  sample: string[][],
  choice: Choice | null,
): LookedTable {
  return {
    name: info.name,
    columns: info.columns.map(({ name, declared }) => ({ name, declared })),
    rows: info.rows,
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
