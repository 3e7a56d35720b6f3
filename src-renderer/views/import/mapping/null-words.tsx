import { useState } from 'react'
import { withNulls } from '../../../../src-main/common/mapping/edit.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { changeShape, type Shape } from './draft.ts'

/** The words that stand for no value in the shape's cells: NULL is nobody's id. */
export function NullWords({ shape }: { shape: Shape }) {
  const t = useT()
  const { key, mapping } = shape
  const words = mapping.nulls ?? []
  // What is typed: the mapping has it without the space behind a word that is not finished.
  const [typed, setTyped] = useState(words.join(' '))
  if (wordsOf(typed).join(' ') !== words.join(' ')) setTyped(words.join(' '))
  if (mapping.outputs.length === 0) return null
  return (
    <label>
      {t('mapping.nulls')}{' '}
      <input
        className="bp6-input bp6-small sh-mapping-nulls"
        value={typed}
        maxLength={200}
        spellCheck={false}
        title={t('mapping.nullsAbout')}
        data-testid="mapping-nulls"
        onChange={(event) => {
          const { value } = event.currentTarget
          setTyped(value)
          changeShape(key, (old) => withNulls(old, wordsOf(value)))
        }}
      />
    </label>
  )
}

function wordsOf(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((word) => word !== '' && word.length <= 40))].slice(0, 40)
}
