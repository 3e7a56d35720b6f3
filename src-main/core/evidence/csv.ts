/** Splits streamed CSV text into records; feed chunks, then `end`. Quoted newlines and quotes are understood. */
export function createCsvSplitter(onRecord: (cells: string[]) => void): {
  push(text: string): void
  end(): void
} {
  let cells: string[] = []
  let cell = ''
  let quoted = false
  let closing = false
  let any = false
  const endRecord = () => {
    cells.push(cell)
    onRecord(cells)
    cells = []
    cell = ''
    any = false
  }
  return {
    push(text) {
      for (const c of text) {
        any = true
        if (quoted && !closing) {
          if (c === '"') closing = true
          else cell += c
          continue
        }
        if (closing) {
          closing = false
          if (c === '"') {
            cell += '"'
            continue
          }
          quoted = false
        }
        if (c === '"' && cell === '') quoted = true
        else if (c === ',') {
          cells.push(cell)
          cell = ''
        } else if (c === '\n') endRecord()
        else if (c !== '\r') cell += c
      }
    },
    end() {
      if (any || cells.length > 0) endRecord()
    },
  }
}

const pad = (n: number, width = 2): string => String(n).padStart(width, '0')

export const utc = (ms: number | null | undefined): string =>
  ms === null || ms === undefined || !Number.isFinite(ms) ? '' : new Date(ms).toISOString()

/** The time in the offset that the file stated, e.g. 2026-03-02T02:10:00.000+08:00; '' where it stated none. */
export function original(ms: number | null | undefined, offset: number | null | undefined): string {
  if (ms === null || ms === undefined || offset === null || offset === undefined) return ''
  const minutes = Math.abs(offset)
  const zone = `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`
  return new Date(ms + offset * 60_000).toISOString().replace('Z', zone)
}
