import { basename, dirname } from 'node:path'
import type { FoundFile, FoundFiles } from './found.ts'

/** One table that a data platform wrote as many files: by `key=value` folders, or by names that it made up itself. */
export interface DataSet {
  /** For messages: the folder, or the place in an archive. */
  label: string
  /** What mappings match: the folder's name, or where a folder holds several tables, what their files are called. */
  name: string
  /** In the order in which they were found. */
  parts: FoundFile[]
  /** What folders are called for, outermost first. */
  partitions: string[]
  /** True where the folder is a Delta table, whose older files lie beside those that count. */
  delta: boolean
}

export interface DataPart {
  set: DataSet
  /** The file's own name. */
  fileName: string
  /** Its place below the data set's folder, with slashes. */
  relative: string
  /** What its folders say, outermost first; '' for the platform's name for none. */
  values: { name: string; value: string }[]
}

/**
 * Puts files that are parts of one table together: those below `key=value` folders, and those with names as Spark, Hive,
 * Trino, pyarrow, Dask and BigQuery make them up. Files that merely lie together or have the same columns stay what they
 * are. What platforms put beside parts (_SUCCESS, _metadata, _delta_log) goes. `named`: files that were given by name; one
 * alone stays a file.
 */
export function groupDataSets(found: FoundFiles, named: ReadonlySet<FoundFile>): void {
  const groups = new Map<string, { place: Place; files: FoundFile[] }>()
  for (const file of found.files) {
    const place = placeOf(file)
    if (place === null || !isPartitionData(place.relative)) continue
    const key = `${place.root}\0${place.shape}`
    const group = groups.get(key) ?? { place, files: [] }
    group.files.push(file)
    groups.set(key, group)
  }
  const sets = [...groups.values()].filter(
    ({ place, files }) => place.values.length > 0 || files.length > 1 || !named.has(files[0]!),
  )
  if (sets.length === 0) return
  const roots = [...new Set(sets.map(({ place }) => place.root))]
  const beside = (place: string): boolean => roots.some((root) => isBeside(root, place))
  const delta = new Set(
    [...found.files, ...found.ignored].flatMap(
      (file) => /^(.*)[\\/]_delta_log[\\/]/.exec(labelOf(file))?.[1] ?? [],
    ),
  )
  const parts = new Map<FoundFile, FoundFile>()
  for (const { place, files } of sets) {
    if (beside(place.root)) continue
    const alone = sets.filter((other) => other.place.root === place.root).length === 1
    const set: DataSet = {
      label: alone ? place.root : `${place.root} (${place.shape})`,
      name: (alone ? place.rootName : place.shape) || 'data',
      parts: [],
      partitions: [],
      delta: delta.has(place.root),
    }
    for (const file of files) {
      const { relative, values, fileName } = placeOf(file)!
      // The methods are closures of what made the file, so that a copy is as good.
      const part = { ...file, name: set.name, part: { set, fileName, relative, values } }
      set.parts.push(part)
      parts.set(file, part)
      for (const { name } of values) if (!set.partitions.includes(name)) set.partitions.push(name)
    }
  }
  found.files = found.files.flatMap((file) => parts.get(file) ?? (beside(labelOf(file)) ? [] : [file]))
  found.ignored = found.ignored.filter((file) => !beside(labelOf(file)))
}

function labelOf({ path, entry }: { path: string; entry: string | null }): string {
  return entry === null ? path : `${path} › ${entry}`
}

/** Whether a place lies in a data set's folder and is no part of it. */
function isBeside(root: string, place: string): boolean {
  const below = /^(?:[\\/]| › )(.*)$/s.exec(place.startsWith(root) ? place.slice(root.length) : '')
  return below !== null && !isPartitionData(below[1]!)
}

interface Place {
  /** The folder of the data set, as messages say it. */
  root: string
  rootName: string
  relative: string
  fileName: string
  values: DataPart['values']
  /** What files of one table have in common, of their names. */
  shape: string
}

/** Where a file lies in a data set; null where nothing says that it is part of one. */
function placeOf({ path, entry }: FoundFile): Place | null {
  const whole = (entry ?? path).replaceAll('\\', '/')
  const segments = whole.split('/')
  const fileName = segments.at(-1)!
  let first = segments.length - 1
  while (first > 0 && isPartition(segments[first - 1]!)) first--
  if (!MANY.test(fileName)) return null
  const relative = segments.slice(first).join('/')
  const values = partitionColumns(relative)
  if (values.length === 0 && !isMadeUp(fileName)) return null
  const folder = segments.slice(0, first).join('/')
  const root = entry === null ? rootOf(path, relative) : folder === '' ? path : `${path} › ${folder}`
  const rootName = folder === '' && entry !== null ? basename(path).replace(/\.zip$/i, '') : basename(folder)
  return { root, rootName, relative, fileName, values, shape: shapeOf(fileName) }
}

function rootOf(path: string, relative: string): string {
  let root = path
  for (let levels = relative.split('/').length; levels > 0; levels--) root = dirname(root)
  return root
}

/** Formats that platforms write in parts; workbooks and graphs in such folders stay what they are. */
const MANY = /(?:^[^.]+|\.(?:csv|tsv|txt|json|jsonl|ndjson|parquet|parq|pq|arrow|feather|ipc))(?:\.gz)?$/i

function isPartition(folder: string): boolean {
  return /^[^=]+=/.test(folder)
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
const HASH = /^(?=.*\d)[0-9a-f]{6,}$/
const TRINO = /^\d{8}_\d{6}_\d{5}_[a-z0-9]{5}_/i

/** Whether a platform made the name up: part-00000-….c000.snappy.parquet, part-r-00000, 000000_0, part.0.parquet. */
export function isMadeUp(fileName: string): boolean {
  return (
    /^part[-_.](?:[rm][-_])?\d+/i.test(fileName) ||
    /\.c\d{3}\./i.test(fileName) ||
    /^\d{6}_\d+(?:_copy_\d+)?(?:\.|$)/.test(fileName) ||
    /^\d{12}\.[a-z]+/.test(fileName) ||
    TRINO.test(fileName)
  )
}

const NO_WORDS = new Set('part data run r m c copy snappy gz gzip zstd lz4 brotli uncompressed'.split(' '))

/** A part's name without what differs between parts: numbers, hashes, codecs. '' and an ending where nothing is left. */
function shapeOf(fileName: string): string {
  const bare = fileName.toLowerCase().replace(/\.gz$/, '')
  const ending = /\.([a-z]+)$/.exec(bare)?.[1] ?? ''
  const words = (ending === '' ? bare : bare.slice(0, -ending.length - 1))
    .replace(TRINO, '')
    .replaceAll(UUID, '')
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => (HASH.test(word) ? '' : word.replaceAll(/\d+/g, '')))
    .filter((word) => word !== '' && !NO_WORDS.has(word))
  return `${words.join('-')}${ending === '' ? '' : `.${ending}`}`
}

/**
 * Columns that a data platform puts into folder names: 'dt=2024-01-31/country=DE/part-0.parquet' has dt and country.
 * `relativePath`: from the data set's folder. Values are as written, '' for the platform's name for none.
 */
export function partitionColumns(relativePath: string): { name: string; value: string }[] {
  const columns: { name: string; value: string }[] = []
  for (const folder of relativePath.split(/[\\/]/).slice(0, -1)) {
    const at = folder.indexOf('=')
    if (at < 1) continue
    const value = unescapePath(folder.slice(at + 1))
    columns.push({ name: unescapePath(folder.slice(0, at)), value: value === HIVE_NULL ? '' : value })
  }
  return columns
}

/** Whether a file of a data set's folder holds rows: platforms put others beside them (_SUCCESS, _metadata, .crc). */
export function isPartitionData(relativePath: string): boolean {
  return !relativePath.split(/[\\/]/).some((part) => /^[_.]/.test(part) && !part.includes('='))
}

/** Whether a file whose name has no ending may hold rows nonetheless: platforms leave it out. */
export function isBarePart(folder: string, fileName: string): boolean {
  const bare = fileName.replace(/\.gz$/i, '')
  return !bare.includes('.') && !bare.startsWith('_') && (isPartition(folder) || isMadeUp(bare))
}

const HIVE_NULL = '__HIVE_DEFAULT_PARTITION__'

function unescapePath(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
