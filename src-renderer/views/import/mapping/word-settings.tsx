import { HTMLSelect } from '@blueprintjs/core'
import { withWord } from '../../../../src-main/common/mapping/edit.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { changeShape, type Shape } from './draft.ts'

/** Words of the sample that are shown, the most frequent first. */
const SHOWN = 6

/** Which words of a label column mean malicious and benign. */
export function WordSettings(props: {
  shape: Shape
  column: string
  at: number
  words: Record<string, string>
}) {
  const t = useT()
  const { shape, column, at, words } = props
  const counts = new Map<string, number>(Object.keys(words).map((word) => [word, 0]))
  for (const { table } of shape.tables)
    for (const row of table.sample) {
      const word = row[at]?.trim() ?? ''
      if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1)
    }
  const shown = [...counts].sort((a, b) => b[1] - a[1]).slice(0, SHOWN)
  return (
    <span className="sh-mapping-words">
      {shown.map(([word]) => (
        <label key={word}>
          <span title={word}>{word.slice(0, 16)}</span>
          <HTMLSelect
            value={Object.hasOwn(words, word) ? words[word] || 'nothing' : ''}
            data-testid={`mapping-word-${word}`}
            onChange={(event) => {
              const { value } = event.currentTarget
              const meaning = value === '' ? null : value === 'nothing' ? '' : value
              changeShape(shape.key, (old) => withWord(old, column, word, meaning))
            }}
          >
            <option value="malicious">{t('mapping.word.malicious')}</option>
            <option value="benign">{t('mapping.word.benign')}</option>
            <option value="">{t('mapping.word.asIs')}</option>
            <option value="nothing">{t('mapping.word.nothing')}</option>
          </HTMLSelect>
        </label>
      ))}
    </span>
  )
}
