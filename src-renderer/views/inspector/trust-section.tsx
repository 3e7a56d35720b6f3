import type { CommunityDetail, CommunityTest } from '../../../src-main/common/contract/communities.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { Explained } from '../../ui/explain.tsx'
import { formatNumber } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { KeyValue, Section } from '../../ui/panel.tsx'
import { amounts, qWords, rarity, standsOut, windowWords } from './chance-words.ts'
import { runName, useRun } from './runs.tsx'
import './trust.css'

/** Whether the community comes back when the search is repeated, and which members do. */
export function StabilitySection(props: { community: CommunityDetail }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { community: c } = props
  const run = useRun(c.trust?.runId)
  if (c.trust === null || c.stability === null || c.grade === null) return null
  const { trust, grade } = c
  const named = runName(run, trust.runId)
  const share = (value: number) => formatNumber(value, language, 2)
  const dropped = `${formatNumber(trust.dropped * 100, language)}%`
  const how = t('trust.gradeHow', { seeds: trust.seeds, bootstraps: trust.bootstraps, dropped })
  return (
    <Section title={t('trust.stability')} testId="stability">
      <KeyValue
        rows={[
          {
            key: 'grade',
            name: t('trust.stability'),
            value: (
              <Explained what={t('trust.gradeWhat')} how={how} run={named}>
                <span className={`grade grade-${grade}`}>{grade}</span> {share(c.stability)} ·{' '}
                {t(`trust.grade.${grade}`)}
              </Explained>
            ),
          },
          {
            key: 'seed',
            name: t('trust.bySeed'),
            value:
              trust.seeds > 0 ? (
                <Explained what={t('trust.bySeedWhat')} how={how} run={named}>
                  {share(trust.bySeed)}
                </Explained>
              ) : (
                <span className="sh-quiet">{t('trust.notRepeated')}</span>
              ),
          },
          {
            key: 'edges',
            name: t('trust.byEdges'),
            value: trust.bootstraps > 0 && (
              <Explained what={t('trust.byEdgesWhat', { dropped })} how={how} run={named}>
                {share(trust.byEdges)}
              </Explained>
            ),
          },
          {
            key: 'core',
            name: t('trust.core'),
            value: (
              <Explained what={t('trust.coreWhat')} how={how} run={named}>
                {t('trust.coreFringe', {
                  core: formatNumber(trust.core, language),
                  fringe: formatNumber(c.size - trust.core, language),
                })}
              </Explained>
            ),
          },
        ].filter((row) => row.value !== false)}
      />
    </Section>
  )
}

const COLUMNS = ['observed', 'expected', 'z', 'q'] as const

/** Every statistic of the community against chance, each with a sentence that says what its numbers mean. */
export function ChanceSection(props: { community: CommunityDetail }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { community: c } = props
  const run = useRun(c.trust?.runId)
  if (c.trust === null) return null
  const named = runName(run, c.trust.runId)
  return (
    <Section
      title={t('trust.chance.title')}
      testId="chance"
      tools={
        c.surprise !== null &&
        c.surpriseQ !== null && (
          <Explained what={t('trust.surprise.what')} run={named}>
            <span className={c.surpriseQ < 0.05 ? 'chance-strong' : 'sh-quiet'}>
              {t('trust.surprise.overall', {
                value: formatNumber(c.surprise, language, 1),
                q: qWords(c.surpriseQ, language),
              })}
            </span>
          </Explained>
        )
      }
    >
      {c.tests.length === 0 ? (
        <p className="sh-quiet">{t(c.size < 3 ? 'trust.chance.small' : 'trust.chance.none')}</p>
      ) : (
        <>
          <p className="sh-quiet section-note">{t('trust.chance.lead')}</p>
          <table className="chance">
            <thead>
              <tr>
                <th scope="col">{t('trust.chance.statistic')}</th>
                {COLUMNS.map((column) => (
                  <th key={column} scope="col" className="is-number">
                    <Explained what={t(`trust.chance.${column}What`)} run={named}>
                      {t(`trust.chance.${column}`)}
                    </Explained>
                  </th>
                ))}
              </tr>
            </thead>
            {c.tests.map((test) => (
              <TestRows key={test.statistic} test={test} />
            ))}
          </table>
        </>
      )}
    </Section>
  )
}

function TestRows(props: { test: CommunityTest }) {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const show = useFocus((s) => s.show)
  const { test } = props
  const { observed, expected } = amounts(test, language)
  const { key, values } = rarity(test.p, language)
  const entity = test.entity
  // The entity stands in the sentence as a link: the text is cut where it goes.
  const [before, after] = t(`trust.fact.${test.statistic}` as 'trust.fact.age_spread', {
    observed,
    expected,
    window: windowWords(test, language),
    entity: '\u0000',
  }).split('\u0000')
  return (
    <tbody
      className={standsOut(test) ? 'stands-out' : undefined}
      data-testid="chance-row"
      data-statistic={test.statistic}
    >
      <tr>
        <th scope="row">{dynamic('trust.name', test.statistic, test.statistic)}</th>
        <td>{observed}</td>
        <td>{expected}</td>
        <td>{test.z === null ? '–' : formatNumber(test.z, language, 1)}</td>
        <td>{qWords(test.q, language)}</td>
      </tr>
      <tr>
        <td colSpan={5} className="chance-words">
          {before}
          {entity && (
            <>
              {dynamic('inspector.channel', entity.type, entity.type)}{' '}
              <button type="button" className="link" onClick={() => show({ kind: 'entity', id: entity.id })}>
                {entity.key}
              </button>
            </>
          )}
          {after}
          {language === 'zh-CN' ? '' : ' '}
          {t(`trust.clause.${key}`, values)}
        </td>
      </tr>
    </tbody>
  )
}
