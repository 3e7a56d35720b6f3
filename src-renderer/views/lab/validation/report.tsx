import { Button, Icon } from '@blueprintjs/core'
import type { Finding, FindingLevel, ValidationReport } from '../../../../src-main/common/contract/lab.ts'
import { findingSentence } from '../../../../src-main/common/finding-words.ts'
import { validationMarkdown, VERDICT_WORDS } from '../../../../src-main/common/validation-words.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { formatDuration } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { TimeText, useCopy } from '../../../ui/text.tsx'
import { useScorerWords } from '../scorer-words.ts'
import { CalibrationPart } from './calibration.tsx'
import { CamouflagePart } from './camouflage.tsx'
import { DriftPart } from './drift.tsx'
import { LeakagePart } from './leakage.tsx'
import { NoisePart } from './noise.tsx'
import { ReplayPart } from './replay.tsx'
import { SplitsPart } from './splits.tsx'
import { LEVEL_ICONS, useFactName, useLevelName } from './words.ts'

const ORDER: readonly FindingLevel[] = ['bad', 'warn', 'good', 'info']

/** A validation: the verdict in words first, then what it rests on. */
export function ReportView({ report }: { report: ValidationReport }) {
  return (
    <article data-testid="report">
      <Verdict report={report} />
      <div className="lab-report-parts">
        <SplitsPart report={report} />
        {report.calibration && <CalibrationPart calibration={report.calibration} />}
        <LeakagePart leakage={report.leakage} />
        {report.drift && <DriftPart drift={report.drift} />}
        <CamouflagePart report={report} />
        {report.replay && <ReplayPart replay={report.replay} capacity={report.capacity} />}
        {report.noise && <NoisePart noise={report.noise} />}
      </div>
    </article>
  )
}

function Verdict({ report }: { report: ValidationReport }) {
  const t = useT()
  const words = useScorerWords()
  const language = usePrefs((s) => s.language)
  const name = useFactName()
  const { copied, copy } = useCopy()
  const { level, findings } = report.verdict
  const groups = ORDER.map((one) => findings.filter((finding) => finding.level === one)).filter(
    (list) => list.length > 0,
  )
  return (
    <header className={`lab-verdict-head is-${level}`} data-testid="verdict" data-level={level}>
      <p className="sh-caps">{t('validation.question')}</p>
      <h3>{t(`validation.verdict.${level}`)}</h3>
      <p className="lab-verdict-about">{VERDICT_WORDS[level][language]}</p>
      <p className="sh-quiet">{t(`validation.verdictAbout.${level}`)}</p>
      <div className="lab-findings">
        {groups.map((list) => (
          <ul key={list[0]!.level}>
            {list.map((finding, i) => (
              <FindingLine key={`${finding.code}:${i}`} finding={finding} />
            ))}
          </ul>
        ))}
      </div>
      <Button
        size="small"
        icon={copied ? 'tick' : 'duplicate'}
        className="lab-verdict-copy"
        text={t(copied ? 'common.copied' : 'validation.copy')}
        title={t('validation.copyAbout')}
        onClick={() => copy(validationMarkdown(report, language, name))}
      />
      <p className="sh-quiet lab-verdict-run">
        {words({ id: report.scorer }).name} · {t('inspector.provenance.run')} #{report.runId} ·{' '}
        <TimeText ms={report.startedAt} /> · {t('bench.took', { time: formatDuration(report.seconds) })}
        {report.stressScorer !== report.scorer &&
          ` · ${t('validation.stress', { scorer: words({ id: report.stressScorer }).name })}`}
        {report.simulated && (
          <>
            {' '}
            <span className="sh-tag sh-tag-inferred">{t('score.simulated')}</span>
          </>
        )}
      </p>
    </header>
  )
}

function FindingLine({ finding }: { finding: Finding }) {
  const language = usePrefs((s) => s.language)
  const levelName = useLevelName()
  const name = useFactName()
  return (
    <li className={`is-${finding.level}`} data-testid="finding" data-code={finding.code}>
      <Icon icon={LEVEL_ICONS[finding.level]} size={14} title={levelName(finding.level)} />
      <span>{findingSentence(finding, language, name)}</span>
    </li>
  )
}
