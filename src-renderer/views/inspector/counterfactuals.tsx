import { Checkbox } from '@blueprintjs/core'
import { useEffect, useMemo, useState } from 'react'
import type { AccountDetail } from '../../../src-main/common/contract/accounts.ts'
import type { Counterfactuals, WhatIf } from '../../../src-main/common/contract/lab.ts'
import { useQuery } from '../../client/use-query.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { spaceLatin } from '../../ui/sentences.ts'
import { RiskDot } from '../../ui/risk.tsx'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { useAccountName } from '../../ui/text.tsx'
import { choicesOf, fidelityOf, keyOf, type Choice } from './counterfactuals.ts'
import { useChannelName } from './wording.ts'

const FIRST = 5
const NEIGHBOURS = 12
const ASK_AFTER_MS = 250

/** Which of its evidence an account's score hangs on, found by running the model again without it. */
export function CounterfactualsSection({ account }: { account: AccountDetail }) {
  const t = useT()
  const found = useQuery('accounts.counterfactuals', { id: account.id }, { on: ['runs'], reset: true })
  const data = found.data
  const unsupported = found.error?.code === 'unsupported_here' || found.error?.code === 'model_invalid'
  return (
    <Section title={t('reasons.what.title')} testId="counterfactuals">
      {found.error && unsupported && <p className="sh-quiet">{t('reasons.what.unsupported')}</p>}
      {found.error && !unsupported && <ErrorState error={found.error} onRetry={found.refetch} compact />}
      {found.loading && data === undefined && (
        <div className="why-wait">
          <Spinner size={16} />
          <span className="sh-quiet">{t('reasons.what.loading')}</span>
        </div>
      )}
      {data === null && <p className="sh-quiet">{t('inspector.why.none')}</p>}
      {data && <WhatIfList account={account} found={data} />}
    </Section>
  )
}

/** What each thing is called in a sentence. */
function useWhatName(): (one: WhatIf) => string {
  const t = useT()
  const dynamic = useDynamicT()
  const channelName = useChannelName()
  const call = useAccountName()
  return (one) => {
    switch (one.kind) {
      case 'entity':
        return t('reasons.what.entity', {
          type: one.type ? dynamic('inspector.channel', one.type, one.type) : '',
          name: one.label,
        }).trim()
      case 'neighbour':
        return call(Number(one.ref), one.label)
      case 'relation':
        return t('reasons.what.relation', { name: channelName(one.ref) })
      case 'feature':
        return t('reasons.what.feature', {
          name: dynamic('inspector.feature', one.ref, one.label.replaceAll('_', ' ')),
        })
    }
  }
}

function WhatIfList(props: { account: AccountDetail; found: Counterfactuals }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const whatName = useWhatName()
  const { account, found } = props
  const [ticked, setTicked] = useState<Record<string, WhatIf>>({})
  const [more, setMore] = useState(false)
  const neighbours = useQuery('accounts.neighbours', more ? { id: account.id, limit: NEIGHBOURS } : null, {
    on: ['runs'],
  })
  const further = useMemo(
    (): WhatIf[] => [
      ...account.entities
        .filter((e) => e.accounts > 1)
        .map((e) => ({ kind: 'entity' as const, ref: String(e.entityId), label: e.key, type: e.type })),
      ...(neighbours.data?.rows ?? []).map((n) => ({
        kind: 'neighbour' as const,
        ref: String(n.id),
        label: n.key,
        type: null,
      })),
    ],
    [account, neighbours.data],
  )
  const choices = choicesOf(found.single, further)
  const list = [...(more ? choices.asked : choices.asked.slice(0, FIRST)), ...(more ? choices.further : [])]
  const chosen = Object.values(ticked)
  const without = useLater(
    chosen.map(({ kind, ref }) => ({ kind, ref })),
    ASK_AFTER_MS,
  )
  const whatIf = useQuery('accounts.whatIf', without.length > 0 ? { id: account.id, without } : null, {
    on: ['runs'],
  })
  const pending = whatIf.loading || without.length !== chosen.length
  const toggle = (one: WhatIf) =>
    setTicked(({ [keyOf(one)]: had, ...rest }) => (had ? rest : { ...rest, [keyOf(one)]: one }))
  const threshold = formatScore(found.threshold)
  const { flip } = found
  const names = (things: readonly WhatIf[]) =>
    spaceLatin(new Intl.ListFormat(language, { type: 'conjunction' }).format(things.map(whatName)))
  const strongest = choices.asked[0]
  if (choices.asked.length === 0 && further.length === 0)
    return <p className="sh-quiet">{t('reasons.what.none')}</p>
  return (
    <>
      {strongest && strongest.after !== null && found.score - strongest.after >= 0.01 && (
        <p className="what-strongest" data-testid="what-strongest">
          {spaceLatin(
            t('reasons.what.single', {
              before: formatScore(found.score),
              after: formatScore(strongest.after),
              what: whatName(strongest),
            }),
          )}
        </p>
      )}
      <p className="sh-quiet section-note">{t('reasons.what.about')}</p>
      <ul className="what-list">
        {list.map((one) => (
          <WhatLine
            key={keyOf(one)}
            choice={one}
            score={found.score}
            name={whatName(one)}
            ticked={keyOf(one) in ticked}
            onToggle={() => toggle(one)}
          />
        ))}
      </ul>
      <button type="button" className="link" data-testid="what-more" onClick={() => setMore(!more)}>
        {t(more ? 'reasons.what.fewer' : 'reasons.what.more')}
      </button>
      {chosen.length > 0 && (
        <p className="what-chosen" role="status" data-testid="what-if">
          <span>{t('reasons.what.chosen', { count: chosen.length })}</span>
          <span className={pending ? 'is-stale' : undefined}>
            {whatIf.error && !pending ? (
              <span className="sh-bad">{whatIf.error.message}</span>
            ) : whatIf.data ? (
              <>
                {formatScore(whatIf.data.before)} → <RiskDot score={whatIf.data.after} />{' '}
                <b>{formatScore(whatIf.data.after)}</b>
              </>
            ) : (
              '…'
            )}
          </span>
          <button type="button" className="link" onClick={() => setTicked({})}>
            {t('reasons.what.clear')}
          </button>
        </p>
      )}
      <p className="what-flip" data-testid="what-flip">
        {found.score < found.threshold
          ? t('reasons.what.under', { threshold })
          : flip
            ? t(flip.exact ? 'reasons.what.flip' : 'reasons.what.flipSearch', {
                count: flip.without.length,
                threshold,
                list: names(flip.without),
                after: formatScore(flip.after),
              })
            : t('reasons.what.noFlip', { threshold })}{' '}
        {flip && found.score >= found.threshold && (
          <button
            type="button"
            className="link"
            data-testid="what-tick"
            onClick={() => setTicked(Object.fromEntries(flip.without.map((one) => [keyOf(one), one])))}
          >
            {t('reasons.what.tick')}
          </button>
        )}
      </p>
      {found.fidelity && <FidelityLine found={found.fidelity} />}
    </>
  )
}

function WhatLine(props: { choice: Choice; score: number; name: string; ticked: boolean; onToggle(): void }) {
  const t = useT()
  const { choice, score } = props
  return (
    <li data-testid="what-row" data-kind={choice.kind}>
      <Checkbox checked={props.ticked} onChange={props.onToggle}>
        <bdi>{props.name}</bdi> <span className="sh-quiet">{t(`reasons.what.kind.${choice.kind}`)}</span>
      </Checkbox>
      {choice.after === null ? (
        <span className="sh-quiet">{t('reasons.what.notAsked')}</span>
      ) : (
        <span className="sh-num">
          <span className="sh-quiet">{formatScore(score)} → </span>
          <RiskDot score={choice.after} /> {formatScore(choice.after)}
        </span>
      )}
    </li>
  )
}

function FidelityLine({ found }: { found: NonNullable<Counterfactuals['fidelity']> }) {
  const t = useT()
  const fidelity = fidelityOf(found)
  const values = {
    named: fidelity.named.toFixed(2),
    random: fidelity.random.toFixed(2),
    trials: fidelity.trials,
  }
  return (
    <p
      className={fidelity.kind === 'low' ? 'inspector-caution' : 'sh-quiet why-method'}
      data-testid="fidelity"
      data-kind={fidelity.kind}
    >
      {fidelity.kind === 'times'
        ? t('reasons.what.fidelity', {
            ...values,
            times: fidelity.times >= 10 ? Math.round(fidelity.times) : fidelity.times.toFixed(1),
          })
        : t(fidelity.kind === 'low' ? 'reasons.what.fidelityLow' : 'reasons.what.fidelityRandomNone', values)}
    </p>
  )
}

/** A value a moment after it last changed, so that ticking several asks once. */
function useLater<V>(value: V, ms: number): V {
  const [later, setLater] = useState(value)
  const text = JSON.stringify(value)
  useEffect(() => {
    const timer = setTimeout(() => setLater(JSON.parse(text) as V), ms)
    return () => clearTimeout(timer)
  }, [text, ms])
  return later
}
