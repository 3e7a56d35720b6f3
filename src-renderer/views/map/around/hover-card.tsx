import { MEMBER_FLAG } from '../../../../src-main/common/contract/communities.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { communityName, formatNumber } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { KeyValue } from '../../../ui/panel.tsx'
import { RiskScore } from '../../../ui/risk.tsx'
import { TimeText } from '../../../ui/text.tsx'
import { riskBand } from '../../../ui/theme/risk.ts'
import type { AroundModel } from './model.ts'
import type { AroundStage } from './stage.ts'
import type { AroundState, NodeKey } from './state.ts'
import { kindsOf, useChannelWords, useTypeWords } from './words.ts'

const WIDTH = 240

/** Says what is pointed at, beside it; it never takes the pointer itself. */
export function AroundHover(props: {
  stage: AroundStage
  model: AroundModel
  state: AroundState
  hover: NodeKey | null
  edge: [NodeKey, NodeKey] | null
  nameOf(key: NodeKey): string
}) {
  const { stage, hover, edge } = props
  const at =
    hover !== null
      ? stage.pixelOf(hover)
      : edge !== null
        ? middle(stage.pixelOf(edge[0]), stage.pixelOf(edge[1]))
        : null
  if (!at) return null
  const { width, height } = stage.sigma.getDimensions()
  const left = at.x + 22 + WIDTH > width ? at.x - WIDTH - 22 : at.x + 22
  const top = Math.max(8, Math.min(at.y - 12, height - 170))
  return (
    <div
      className="sh-hover-card"
      style={{ width: WIDTH, transform: `translate(${Math.max(8, left)}px, ${top}px)` }}
      data-testid="around-hover"
    >
      {hover !== null ? <NodeCard {...props} node={hover} /> : <EdgeCard {...props} ends={edge!} />}
    </div>
  )
}

const middle = (a: { x: number; y: number } | null, b: { x: number; y: number } | null) =>
  a && b ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : null

function NodeCard(props: {
  model: AroundModel
  state: AroundState
  node: NodeKey
  nameOf(key: NodeKey): string
}) {
  const t = useT()
  const typeWords = useTypeWords()
  const language = usePrefs((s) => s.language)
  const { model, state } = props
  const place = model.placeOf.get(props.node)
  if (place === undefined) return null
  const node = model.nodes[place]!
  const n = (value: number) => formatNumber(value, language)
  const name = props.nameOf(props.node)
  if (node.kind === 'account') {
    const { accounts } = model.scene
    const i = node.index
    const flags = accounts.flags[i]!
    const score = Number.isNaN(accounts.score[i]!) ? null : accounts.score[i]!
    const label =
      flags & MEMBER_FLAG.labelMalicious ? 'malicious' : flags & MEMBER_FLAG.labelBenign ? 'benign' : null
    const verdict =
      flags & MEMBER_FLAG.judgedMalicious ? 'malicious' : flags & MEMBER_FLAG.judgedBenign ? 'benign' : null
    const community = accounts.community[i]!
    return (
      <>
        <div className="sh-hover-title">{name}</div>
        <KeyValue
          rows={[
            {
              key: 'risk',
              name: t('around.card.risk'),
              value: (
                <>
                  <RiskScore score={score} verdict={verdict} />
                  {score !== null && <span className="sh-quiet"> {t(`common.risk.${riskBand(score)}`)}</span>}
                </>
              ),
            },
            {
              key: 'community',
              name: t('around.card.community'),
              value: community === 0xffffffff ? null : communityName(community),
            },
            { key: 'label', name: t('around.card.label'), value: label && t(`common.verdict.${label}`) },
            {
              key: 'verdict',
              name: t('around.card.verdict'),
              value: verdict && t(`common.verdict.${verdict}`),
            },
            {
              key: 'registered',
              name: t('around.card.registered'),
              value: Number.isNaN(accounts.registered[i]!) ? null : (
                <TimeText ms={accounts.registered[i]!} time={false} showZone />
              ),
            },
            {
              key: 'ties',
              name: t('around.card.ties'),
              value: t('around.card.ofAll', {
                n: n(model.edgesOf[place]!.length),
                all: n(accounts.degree[i]!),
              }),
            },
          ]}
        />
        <p className="sh-hover-hint">{t('around.card.hint')}</p>
      </>
    )
  }
  if (node.kind === 'thing') {
    const { things, types } = model.scene
    const accounts = things.accounts[node.index]!
    return (
      <>
        <div className="sh-hover-title">
          {name} <span className="sh-quiet">{typeWords(types[things.type[node.index]!]!)}</span>
        </div>
        <KeyValue
          rows={[
            {
              key: 'users',
              name: t('around.card.users'),
              value: t('around.card.ofAll', { n: n(model.edgesOf[place]!.length), all: n(accounts) }),
            },
          ]}
        />
        {accounts > model.scene.hubCap && (
          <p className="sh-quiet">{t('around.card.hub', { cap: n(model.scene.hubCap) })}</p>
        )}
        <p className="sh-hover-hint">{t('around.card.hint')}</p>
      </>
    )
  }
  return (
    <>
      <div className="sh-hover-title">{name}</div>
      <p className="sh-quiet">
        {node.kind === 'more'
          ? t('around.card.more')
          : t('around.card.group', { n: n(state.groups[node.index]?.members.length ?? 0) })}
      </p>
    </>
  )
}

function EdgeCard(props: { model: AroundModel; ends: [NodeKey, NodeKey]; nameOf(key: NodeKey): string }) {
  const t = useT()
  const channel = useChannelWords()
  const language = usePrefs((s) => s.language)
  const { model, ends } = props
  const [a, b] = ends.map((key) => model.placeOf.get(key) ?? -1)
  const edge = model.edgesOf[a!]?.map((e) => model.edges[e]!).find((e) => e.a === b || e.b === b)
  if (!edge) return null
  return (
    <>
      <div className="sh-hover-title">
        {t('around.card.between', { a: props.nameOf(ends[0]), b: props.nameOf(ends[1]) })}
      </div>
      {edge.kind === 'tie' ? (
        <KeyValue
          rows={[
            {
              key: 'kinds',
              name: t('around.card.kinds'),
              value: kindsOf(model.scene, edge.mask, channel).join(' · '),
            },
            { key: 'weight', name: t('around.card.weight'), value: formatNumber(edge.weight, language, 2) },
          ]}
        />
      ) : (
        <p className="sh-quiet">{t(edge.kind === 'use' ? 'around.card.uses' : 'around.card.more')}</p>
      )}
      {edge.kind === 'tie' && <p className="sh-hover-hint">{t('around.card.edgeHint')}</p>}
    </>
  )
}
