import { useCallback } from 'react'
import type { ProblemSample } from '../../../src-main/common/contract/problems.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatNumber } from '../format.ts'
import { useT } from '../i18n/index.ts'

/** Characters of a cell that a sentence holds. */
const SHOWN = 60

/**
 * What is wrong with a row, in the reader's language, from its code and cells; null where only the message that import
 * wrote, in English, knows.
 */
export function useProblemWords(): (
  code: string,
  columns: readonly string[],
  row: Pick<ProblemSample, 'column' | 'cells' | 'message'>,
) => string | null {
  const t = useT()
  const language = usePrefs((s) => s.language)
  return useCallback(
    (code, columns, { column, cells, message }) => {
      const n = (value: number) => formatNumber(value, language)
      const cell = column === null ? undefined : cells?.[columns.indexOf(column)]
      const about = { column: column ?? '', value: clip(cell ?? '') }
      switch (code) {
        case 'ragged_row':
          return cells
            ? t('problems.why.ragged_row', { cells: n(cells.length), columns: n(columns.length) })
            : null
        case 'bad_time':
          if (cell === undefined) return null
          return t(
            /before 1990 or after 2100/.test(message) ? 'problems.why.time_range' : 'problems.why.bad_time',
            about,
          )
        case 'bad_number':
          return cell === undefined ? null : t('problems.why.bad_number', about)
        case 'missing_value':
          return column ? t('problems.why.missing_value', about) : null
        case 'bad_quote':
        case 'unterminated_quote':
        case 'nul_byte':
        case 'row_too_long':
        case 'bad_range':
          return t(`problems.why.${code}`)
        default:
          return null
      }
    },
    [t, language],
  )
}

const clip = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)
