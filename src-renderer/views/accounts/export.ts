import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { isCancelled, toErrorShape } from '../../../src-main/common/errors.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import type { LoadPage } from '../../ui/page-cache.ts'
import { saveCsv } from '../../ui/save-csv.ts'
import { collectPages, csvLine, csvText, type CsvField } from './csv.ts'

/** More than this is a file's business, not the clipboard's. */
const CLIPBOARD_ROWS = 20_000

export interface TableExport {
  /** While it runs. */
  progress: { done: number; total: number } | null
  busy: boolean
  cancel(): void
  copy(): void
  download(): void
}

/** Exactly what a table shows as CSV, into a file or the clipboard: its rows in its order, its columns in theirs. */
export function useTableExport<R>(options: {
  loadPage: LoadPage<R>
  fields: readonly CsvField<R>[]
  /** End of the file's name, e.g. 'accounts'. */
  name: string
  say(text: string): void
}): TableExport {
  const t = useT()
  const { loadPage, fields, name, say } = options
  const [progress, setProgress] = useState<TableExport['progress']>(null)
  const controller = useRef<AbortController | null>(null)
  useEffect(() => () => controller.current?.abort(), [])

  const collect = useCallback(
    async (use: (lines: string[]) => Promise<void> | void, most = Infinity) => {
      const stop = new AbortController()
      controller.current = stop
      setProgress({ done: 0, total: 0 })
      try {
        const lines = await collectPages(
          async (offset, limit) => {
            const page = await loadPage(offset, limit, stop.signal)
            if (page.total > most) throw new TooMany(page.total)
            return { total: page.total, rows: page.rows.map((row) => csvLine(row, fields)) }
          },
          stop.signal,
          (done, total) => setProgress({ done, total }),
        )
        await use(lines)
      } catch (error) {
        if (error instanceof TooMany) say(t('accounts.copyTooMany', { count: error.count }))
        else if (!isCancelled(error)) say(toErrorShape(error).message)
      } finally {
        setProgress(null)
      }
    },
    [loadPage, fields, say, t],
  )

  return useMemo(
    () => ({
      progress,
      busy: progress !== null,
      cancel: () => controller.current?.abort(),
      copy: () =>
        void collect(async (lines) => {
          await navigator.clipboard.writeText(csvText(lines, fields))
          say(t('pages.table.copied', { count: lines.length }))
        }, CLIPBOARD_ROWS),
      download: () =>
        void collect((lines) => {
          const file = `${useWorkspace.getState().info?.name ?? 'shoal'}-${name}.csv`
          saveCsv(csvText(lines, fields), file)
          say(t('pages.table.exported', { count: lines.length, file }))
        }),
    }),
    [progress, collect, fields, name, say, t],
  )
}

class TooMany extends Error {
  readonly count: number
  constructor(count: number) {
    super('too many')
    this.count = count
  }
}
