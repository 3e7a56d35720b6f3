import type { Estimate } from '../../common/contract/learning.ts'
import type { ValidationReport } from '../../common/contract/lab.ts'
import { findingSentence, type NameWords } from '../../common/finding-words.ts'
import { FAMILY_WORDS, FEATURE_WORDS } from './feature-words.ts'
import { escape } from './markup.ts'
import { t } from './report.ts'
import type { Scope } from './scope.ts'

/** The verdict on the scores, in words of both languages, with what it rests on. */
export function validationSection(report: ValidationReport | null): string {
  if (report === null) return `<p>${t('validationNone')}</p>`
  const findings = report.verdict.findings.map(
    (f) =>
      `<li class="finding-${escape(f.level)}"><span lang="en">${escape(findingSentence(f, 'en', names(0)))}</span><span lang="zh-CN">${escape(findingSentence(f, 'zh-CN', names(1)))}</span></li>`,
  )
  const rows = report.splits.map(
    (s) =>
      `<tr><td>${t(`split_${s.protocol}`)}</td><td class="n">${interval(s.auroc)}</td><td class="n">${interval(s.auprc)}</td><td class="n">${interval(s.precisionAtK)}</td><td class="n">${s.baseRate.toFixed(3)}</td></tr>`,
  )
  const head = `<tr><th>${t('heldOut')}</th><th class="n">AUROC</th><th class="n">AUPRC</th><th class="n">${t('atCapacity', { k: report.capacity })}</th><th class="n">${t('baseRate')}</th></tr>`
  return `<p><b>${t(`verdict_${report.verdict.level}`)}</b></p><ul>${findings.join('')}</ul><p class="quiet">${t('validationHow', { run: report.runId, scorer: report.scorer })}</p><div class="scroll"><table><thead>${head}</thead><tbody>${rows.join('\n')}</tbody></table></div>`
}

const names =
  (language: 0 | 1): NameWords =>
  (kind, name) => {
    const words = kind === 'feature' ? FEATURE_WORDS : FAMILY_WORDS
    return Object.hasOwn(words, name) ? words[name]![language] : name
  }

const interval = (e: Estimate): string => `${e.mean.toFixed(3)} (${e.low.toFixed(3)}–${e.high.toFixed(3)})`

/** The report for the pack: accounts whose labels to re-check keep the pack's names and stay inside the case. */
export function packedValidation(scope: Scope): ValidationReport {
  const report = scope.validation!
  if (report.noise === null) return report
  const inCase = scope.db.prepare('SELECT 1 FROM temp.pack_account WHERE id = ?').pluck()
  const accounts = report.noise.accounts
    .filter((a) => inCase.get(a.accountId) !== undefined)
    .map((a) => ({ ...a, key: scope.names.account(a.accountId, a.key) }))
  return { ...report, noise: { ...report.noise, accounts } }
}
