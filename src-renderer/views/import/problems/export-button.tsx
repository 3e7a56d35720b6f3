import { Button } from '@blueprintjs/core'
import { useState } from 'react'
import type { ProblemCsv } from '../../../../src-main/common/contract/problems.ts'
import { toErrorShape } from '../../../../src-main/common/errors.ts'
import { api } from '../../../client/api.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { formatBytes } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { fileName, saveFile } from '../../../ui/save-file.ts'
import { useToasts } from '../../../ui/toast.tsx'

/**
 * Saves problem rows as CSV. They come in pieces, which a Blob keeps outside the page's memory, so that there may be any
 * number of them.
 */
export function ExportButton(props: { name: string; label: string; sourceId?: number; code?: string }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const say = useToasts((s) => s.say)
  const [done, setDone] = useState<number | null>(null)
  const { sourceId, code } = props
  const save = async () => {
    // The byte order mark is for spreadsheets, which otherwise read Chinese in a legacy encoding.
    let content = new Blob(['\ufeff'], { type: 'text/csv;charset=utf-8' })
    setDone(0)
    try {
      let after: ProblemCsv['next'] = null
      do {
        const piece: ProblemCsv = await api.call('problems.csv', {
          ...(sourceId !== undefined && { sourceId }),
          ...(code !== undefined && { code }),
          ...(after && { after }),
        })
        content = new Blob([content, piece.text], { type: content.type })
        setDone(content.size)
        after = piece.next
      } while (after)
      saveFile(content, fileName(props.name, 'csv'))
    } catch (error) {
      say(toErrorShape(error).message, 'failed')
    }
    setDone(null)
  }
  return (
    <Button
      size="small"
      variant="minimal"
      icon="export"
      disabled={done !== null}
      text={
        done === null ? t('problems.export') : t('problems.exporting', { size: formatBytes(done, language) })
      }
      aria-label={props.label}
      title={props.label}
      data-testid="problem-export"
      onClick={() => void save()}
    />
  )
}
