/** Endings of files that import reads, lower case, without the dot. Any of them may be followed by `.gz`. */
export const DATA_ENDINGS: readonly string[] = [
  'csv tsv tab txt psv dat edges edgelist log',
  'json jsonl ndjson jsonlines ldjson geojson har',
  'xlsx xlsm xltx xltm parquet parq pq arrow arrows feather ipc',
  'graphml xgml gexf gml',
].flatMap((endings) => endings.split(' '))

/** Whether a file's name says that it may be imported: a format that is read, also packed, or an archive. */
export function isDataFile(name: string): boolean {
  const bare = name.replace(/\.gz$/i, '')
  const ending = /\.([^.]+)$/.exec(bare)?.[1]?.toLowerCase() ?? ''
  return ending === 'zip' || DATA_ENDINGS.includes(ending)
}
