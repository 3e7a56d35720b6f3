/** A name for a workspace from what is imported: the folder's or archive's, without its ending. */
export function suggestedName(sources: string[]): string {
  const first = sources[0]?.replace(/[\\/]+$/, '') ?? ''
  const parts = first.split(/[\\/]/)
  const last = parts.at(-1) ?? ''
  // A single CSV is called "accounts.csv": the folder around it says more.
  const name = /\.(csv|tsv)$/i.test(last) ? (parts.at(-2) ?? '') : last.replace(/\.zip$/i, '')
  return name.trim() || 'workspace'
}
