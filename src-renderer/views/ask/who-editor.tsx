import { Button } from '@blueprintjs/core'
import type { AskVocabulary } from '../../../src-main/common/contract/ask.ts'
import type { Selection } from '../../../src-main/common/contract/selection.ts'
import { isEmptySelection, useSelection } from '../../state/selection.ts'
import { NumberField, SomeOf } from '../../ui/choice.tsx'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'

const VERDICTS = ['malicious', 'benign', 'unsure'] as const

/** Whom a question or a part is about: anybody, or accounts held for something; also the selection as it is now. */
export function WhoEditor(props: {
  value: Selection
  vocabulary: AskVocabulary
  onValue(value: Selection): void
}) {
  const t = useT()
  const dynamic = useDynamicT()
  const selection = useSelection((s) => s.selection)
  const { value, vocabulary } = props
  const patch = (part: Selection) => {
    const next = { ...value, ...part }
    props.onValue(
      Object.fromEntries(
        Object.entries(next).filter(([, v]) => v !== undefined && !(Array.isArray(v) && v.length === 0)),
      ) as Selection,
    )
  }
  return (
    <>
      <div className="sh-choice-buttons">
        <Button
          size="small"
          text={t('ask.who.anybody')}
          disabled={isEmptySelection(value)}
          data-testid="who-anybody"
          onClick={() => props.onValue({})}
        />
        <Button
          size="small"
          text={t('ask.who.selection')}
          disabled={isEmptySelection(selection)}
          title={isEmptySelection(selection) ? t('ask.who.nothingSelected') : t('ask.who.selectionAbout')}
          data-testid="who-selection"
          onClick={() => props.onValue(selection)}
        />
      </div>
      {vocabulary.labels.length > 0 && (
        <SomeOf
          label={t('ask.who.labels')}
          options={vocabulary.labels.map((l) => ({ value: l, name: dynamic('common.verdict', l, l) }))}
          values={value.labels ?? []}
          onValues={(labels) => patch({ labels })}
        />
      )}
      <SomeOf
        label={t('ask.who.verdicts')}
        options={VERDICTS.map((v) => ({ value: v, name: t(`common.verdict.${v}`) }))}
        values={value.verdicts ?? []}
        onValues={(verdicts) => patch({ verdicts: verdicts as Selection['verdicts'] })}
      />
      <NumberField
        label={t('ask.who.risk')}
        value={value.risk?.min ?? 0}
        limits={{ min: 0, max: 1 }}
        step={0.05}
        testId="who-risk"
        onValue={(min) => patch({ risk: min > 0 ? { min, max: value.risk?.max ?? 1 } : undefined })}
      />
      {vocabulary.reportClasses.length > 0 && (
        <SomeOf
          label={t('ask.who.reportClasses')}
          options={vocabulary.reportClasses.map((c) => ({ value: c, name: dynamic('common.class', c, c) }))}
          values={value.reportClasses ?? []}
          onValues={(reportClasses) => patch({ reportClasses })}
        />
      )}
      {vocabulary.tags.length > 0 && (
        <SomeOf
          label={t('ask.who.tags')}
          options={vocabulary.tags.map((tag) => ({ value: tag, name: `#${tag}` }))}
          values={value.tags ?? []}
          onValues={(tags) => patch({ tags })}
        />
      )}
    </>
  )
}
