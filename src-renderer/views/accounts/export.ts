import { useCallback, useEffect, useRef, useState } from 'react'
import type { AppInput } from '../../../src-main/common/contract/index.ts'
import { isCancelled, toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import type { Selection } from '../../state/selection.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { saveCsv } from '../../ui/save-csv.ts'
import type { Sort } from '../../ui/virtual-table.tsx'
import { collectPages, csvLine, csvText } from './csv.ts'

/** More than this is a file's business, not the clipboard's. */
const CLIPBOARD_ROWS = 20_000

interface Progress {
  done: number
  total: number
}

/** Exactly the selected accounts as CSV, into a file or the clipboard, in the table's order. */
export function useAccountsExport(selection: Selection, sort: Sort, say: (text: string) => void) {
  const t = useT()
  const [progress, setProgress] = useState<Progress | null>(null)
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
            const page = await api.call(
              'accounts.list',
              {
                selection,
                sort: sort.key as NonNullable<AppInput<'accounts.list'>['sort']>,
                descending: sort.descending,
                offset,
                limit,
              },
              { signal: stop.signal },
            )
            if (page.total > most) throw new TooMany(page.total)
            return { total: page.total, rows: page.rows.map(csvLine) }
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
    [selection, sort, say, t],
  )

  return {
    progress,
    busy: progress !== null,
    cancel: () => controller.current?.abort(),
    copy: () =>
      void collect(async (lines) => {
        await navigator.clipboard.writeText(csvText(lines))
        say(t('accounts.copiedCsv', { count: lines.length }))
      }, CLIPBOARD_ROWS),
    download: () =>
      void collect((lines) => {
        const file = `${useWorkspace.getState().info?.name ?? 'shoal'}-accounts.csv`
        saveCsv(csvText(lines), file)
        say(t('accounts.exported', { count: lines.length, file }))
      }),
  }
}

class TooMany extends Error {
  readonly count: number
  constructor(count: number) {
    super('too many')
    this.count = count
  }
}
