import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { ShoalError } from '../../../common/errors.ts'
import { openArchive } from './archive.ts'
import { groupDataSets, isBarePart } from './data-set.ts'
import { bareName, endingKnown, isHidden, type FoundFile, type FoundFiles } from './found.ts'
import { gzippedFile, headOf, plainFile, statOf, unreadable } from './plain.ts'

export type { FoundFiles } from './found.ts'

/** Folders inside a given folder that are looked into. */
const MAX_DEPTH = 6
/** More files than this are no export: somebody chose the wrong folder. */
const MAX_FILES = 10_000

/** Files without a known ending that are tried where a folder has no others. */
const MAX_UNNAMED = 50

/**
 * Finds what can be imported under the given paths: files, folders, .zip archives, .gz of each. In folders and archives
 * files go by their ending; a file that is named itself is taken whatever it is called, and so are texts where nothing
 * else is there (`out.ego-facebook`, `SMSSpamCollection`). The same file comes once. Files
 * that a data platform wrote as parts of one table are marked as such (data-set.ts).
 * Throws ShoalError import_missing_file, import_archive, import_unreadable.
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFiles> {
  const closers: (() => Promise<void>)[] = []
  const found: FoundFiles = {
    files: [],
    ignored: [],
    async close() {
      for (const file of found.files) await file.close()
      for (const close of closers.splice(0)) await close()
    },
  }
  const seen = new Set<string>()
  const named = new Set<FoundFile>()
  try {
    for (const given of paths) {
      const path = resolve(given)
      if ((await statOf(path)).isDirectory()) await addFolder(path, 0, found, seen, closers)
      else {
        const before = found.files.length
        await addFile(path, true, found, seen, closers)
        for (const file of found.files.slice(before)) if (file.entry === null) named.add(file)
      }
    }
    if (found.files.length === 0) await takeTexts(found)
    groupDataSets(found, named)
  } catch (error) {
    await found.close()
    throw error
  }
  if (found.files.length === 0) {
    const others = found.ignored.map(({ path, entry }) => basename(entry ?? path))
    const what = others.length > 5 ? `${others.slice(0, 5).join(', ')}, …` : others.join(', ')
    throw new ShoalError(
      'import_missing_file',
      `No table of an export was found in ${paths.join(', ') || 'no path'}. Shoal reads CSV, TSV, JSON, JSON lines, ` +
        'Excel (.xlsx), Parquet, Arrow, GraphML, GEXF and GML files, also in a folder or a .zip, or as .gz.' +
        (others.length > 0 ? ` What is there is nothing of that: ${what}.` : ''),
      { paths: [...paths], ignored: found.ignored.map((file) => file.entry ?? file.path) },
    )
  }
  return found
}

/** Takes what has no ending that says anything and is text. */
async function takeTexts(found: FoundFiles): Promise<void> {
  const unnamed = found.ignored.filter(
    ({ path, entry, reason }) => entry === null && reason === 'unknown_name' && !NO_DATA.test(path),
  )
  for (const ignored of unnamed.slice(0, MAX_UNNAMED)) {
    if (!isText(await headOf(ignored.path, 4096))) continue
    found.files.push(plainFile(ignored.path, Number((await statOf(ignored.path)).size)))
    found.ignored.splice(found.ignored.indexOf(ignored), 1)
  }
}

/** Texts that are no tables, whatever stands in them. */
const NO_DATA =
  /(?:^|[\\/])(?:readme|licen[cs]e|changelog|notice)[^\\/]*$|\.(?:md|rst|pdf|docx?|html?|py|r|m|sh|ya?ml|toml|ini)$/i

function isText(head: Buffer): boolean {
  return head.length > 0 && !head.some((byte) => byte < 9 && byte !== 1)
}

async function addFolder(
  folder: string,
  depth: number,
  found: FoundFiles,
  seen: Set<string>,
  closers: (() => Promise<void>)[],
): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw unreadable(error, folder)
  })
  for (const name of names.sort()) {
    if (isHidden(name)) continue
    const path = join(folder, name)
    const info = await stat(path).catch(() => null)
    if (info?.isDirectory()) {
      // A workspace that lies among the files is no part of the export.
      if (depth < MAX_DEPTH && !name.endsWith('.shoal'))
        await addFolder(path, depth + 1, found, seen, closers)
    } else if (
      info?.isFile() &&
      (endingKnown(bareName(name)) || ZIP.test(name) || isBarePart(basename(folder), name))
    ) {
      await addFile(path, false, found, seen, closers)
    } else {
      found.ignored.push({ path, entry: null, reason: info?.isFile() ? 'unknown_name' : 'not_a_file' })
    }
    if (found.files.length > MAX_FILES) {
      throw new ShoalError(
        'import_unreadable',
        `${folder} holds more than ${MAX_FILES} files that could be tables. Choose the folder of the export itself.`,
        { path: folder },
      )
    }
  }
}

async function addFile(
  path: string,
  named: boolean,
  found: FoundFiles,
  seen: Set<string>,
  closers: (() => Promise<void>)[],
): Promise<void> {
  const info = await statOf(path)
  if (!info.isFile()) {
    throw new ShoalError('import_unreadable', `${path} is no regular file.`, { path })
  }
  const real = await realpath(path)
  if (seen.has(real)) return
  seen.add(real)
  if ((named || ZIP.test(path)) && (await isArchive(path))) {
    const archive = await openArchive(path)
    closers.push(archive.close)
    found.files.push(...archive.files)
    found.ignored.push(...archive.ignored)
  } else if (/\.gz$/i.test(path)) {
    found.files.push(gzippedFile(path, Number(info.size)))
  } else {
    found.files.push(plainFile(path, Number(info.size)))
  }
}

const ZIP = /\.zip$/i

/** A .zip by its name, or by its first bytes where the name says nothing; a workbook is a .zip too, but no archive. */
async function isArchive(path: string): Promise<boolean> {
  if (ZIP.test(path)) return true
  if (endingKnown(bareName(path))) return false
  const head = await headOf(path, 4)
  return head.length === 4 && head.readUInt32LE(0) === 0x04034b50
}
