import { Button, HTMLSelect } from '@blueprintjs/core'
import { useMemo, useState, type KeyboardEvent } from 'react'
import type { DesignPair } from '../../../src-main/common/contract/recipes.ts'
import { MAP_PALETTES } from '../../graph/palette.ts'
import { useFocus } from '../../state/focus.ts'
import { useLayout } from '../../state/layout.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useSelection } from '../../state/selection.ts'
import { communityName } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useSize } from '../../ui/use-size.ts'
import { alluvial, bandPath, OTHERS, type AlluvialBand, type AlluvialNode } from './alluvial.ts'
import { designLetter } from './metrics.ts'
import { useNumbers } from '../../ui/numbers.ts'

const COUNTS = [8, 12, 20, 40]
const BAR = 10
const LABEL = 132
const LINE = 22
/** Room for a bar's label. */
const SLOT = 15

/** Where the largest communities of one design are in the other. */
export function Flows(props: {
  pair: DesignPair
  letters: [number, number]
  /** Communities run that the views show. */
  shown: number | null
  onSwap(): void
}) {
  const t = useT()
  const { pair, letters, shown } = props
  const { n, percent } = useNumbers()
  const theme = usePrefs((s) => s.resolvedTheme)
  const [count, setCount] = useState(12)
  const [at, setAt] = useState<AlluvialBand | AlluvialNode | null>(null)
  const [measure, size] = useSize()
  const picture = useMemo(
    () => alluvial(pair.flows, { height: Math.max(180, (count + 1) * LINE), count, gap: 5, slot: SLOT }),
    [pair.flows, count],
  )
  const names = { a: designLetter(letters[0]), b: designLetter(letters[1]) }
  const runs = { a: pair.a, b: pair.b }
  const name = (id: number, side: 'a' | 'b') =>
    id === OTHERS ? t('design.flows.others') : `${names[side]} ${communityName(id)}`
  const sizes = useMemo(() => {
    const of = { a: new Map<number, number>(), b: new Map<number, number>() }
    for (const flow of pair.flows) {
      of.a.set(flow.from, flow.fromSize)
      of.b.set(flow.to, flow.toSize)
    }
    return of
  }, [pair.flows])
  const bandWords = (band: AlluvialBand) => {
    const first = t('design.flows.band', {
      from: name(band.from, 'a'),
      to: name(band.to, 'b'),
      n: n(band.accounts),
    })
    const from = sizes.a.get(band.from)
    const to = sizes.b.get(band.to)
    if (from === undefined || to === undefined) return first
    const shares = t('design.flows.bandShares', {
      from: name(band.from, 'a'),
      to: name(band.to, 'b'),
      fromShare: percent(band.accounts / from),
      toShare: percent(band.accounts / to),
    })
    return `${first} · ${shares}`
  }
  const nodeWords = (node: AlluvialNode) => {
    if (node.id === OTHERS) return `${t('design.flows.others')}: ${n(node.accounts)}`
    const words = t('design.flows.node', {
      name: communityName(node.id),
      design: names[node.side],
      n: n(node.accounts),
    })
    return runs[node.side] === shown
      ? `${words}. ${t('design.flows.nodeSelect')}`
      : `${words}. ${t('design.flows.notShown', { design: names[node.side] })}`
  }
  const isNode = (it: AlluvialBand | AlluvialNode): it is AlluvialNode => 'side' in it
  const touches = (band: AlluvialBand) =>
    at === null || at === band || (isNode(at) && (at.side === 'a' ? band.from : band.to) === at.id)
  const open = (node: AlluvialNode) => {
    if (node.id === OTHERS || runs[node.side] !== shown) return
    useSelection.getState().toggle('communities', node.id)
    useFocus.getState().show({ kind: 'community', id: node.id })
    useLayout.getState().show('inspector')
  }
  const onKey = (event: KeyboardEvent, node: AlluvialNode) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    open(node)
  }
  const order = picture.nodes.filter((node) => node.side === 'a').map((node) => node.id)
  const colours = MAP_PALETTES[theme].channels
  const colour = (band: AlluvialBand) =>
    band.from === OTHERS ? 'var(--sh-line-strong)' : colours[order.indexOf(band.from) % colours.length]
  const width = Math.max(320, Math.min(size.width, 1100))
  const x0 = LABEL + BAR
  const x1 = width - LABEL - BAR
  const height =
    Math.max(0, ...picture.nodes.map((node) => node.y + Math.max(node.height, SLOT / 2))) + SLOT / 2
  const communities = sizes.a.size
  const choices = COUNTS.filter((_, i) => i === 0 || communities > COUNTS[i - 1]!)
  return (
    <section className="sh-section sh-design-flows" data-testid="flows">
      <div className="sh-section-head">
        <h3>{t('design.flows.title', names)}</h3>
        <span className="sh-design-gap" />
        <Button
          size="small"
          variant="minimal"
          icon="swap-horizontal"
          aria-label={t('design.flows.swap', names)}
          title={t('design.flows.swap', names)}
          data-testid="flows-swap"
          onClick={() => {
            setAt(null)
            props.onSwap()
          }}
        />
        <HTMLSelect
          value={count}
          aria-label={t('design.flows.countLabel')}
          onChange={(event) => setCount(Number(event.currentTarget.value))}
          options={choices.map((value) => ({ value, label: t('design.flows.count', { count: value }) }))}
        />
      </div>
      {picture.shown === 0 ? (
        <p className="sh-quiet">{t('design.flows.empty')}</p>
      ) : (
        <>
          <p className="sh-design-flow-words" role="status">
            {at
              ? isNode(at)
                ? nodeWords(at)
                : bandWords(at)
              : t('design.flows.caption', { n: n(picture.shown), ...names })}
          </p>
          <div ref={measure}>
            <svg
              width={width}
              height={height}
              role="group"
              aria-label={t('design.flows.title', names)}
              onPointerLeave={() => setAt(null)}
            >
              {picture.bands.map((band) => (
                <path
                  key={`${band.from}-${band.to}`}
                  d={bandPath(band, x0, x1)}
                  fill={colour(band)}
                  fillOpacity={at !== null && touches(band) ? 0.75 : touches(band) ? 0.38 : 0.1}
                  data-testid="flow-band"
                  onPointerEnter={() => setAt(band)}
                >
                  <title>{bandWords(band)}</title>
                </path>
              ))}
              {picture.nodes.map((node) => {
                const left = node.side === 'a'
                const canOpen = node.id !== OTHERS && runs[node.side] === shown
                return (
                  <g
                    key={`${node.side}${node.id}`}
                    className={canOpen ? 'sh-design-node is-link' : 'sh-design-node'}
                    role={canOpen ? 'button' : 'img'}
                    tabIndex={0}
                    aria-label={nodeWords(node)}
                    data-testid={`flow-${node.side}-${node.id}`}
                    onPointerEnter={() => setAt(node)}
                    onFocus={() => setAt(node)}
                    onBlur={() => setAt(null)}
                    onClick={() => open(node)}
                    onKeyDown={(event) => onKey(event, node)}
                  >
                    {/* All of the label and the bar can be pointed at, not only their ink. */}
                    <rect
                      className="sh-design-hit"
                      x={left ? 0 : x1}
                      y={node.y - 1}
                      width={LABEL + BAR}
                      height={Math.max(SLOT - 2, node.height + 2)}
                    />
                    <rect x={left ? x0 - BAR : x1} y={node.y} width={BAR} height={Math.max(1, node.height)} />
                    <text
                      x={left ? x0 - BAR - 6 : x1 + BAR + 6}
                      y={node.y + node.height / 2}
                      dy="0.32em"
                      textAnchor={left ? 'end' : 'start'}
                    >
                      {node.id === OTHERS ? t('design.flows.others') : communityName(node.id)}{' '}
                      <tspan className="sh-design-count">{n(node.accounts)}</tspan>
                    </text>
                  </g>
                )
              })}
            </svg>
          </div>
          <FlowTable pair={pair} names={names} />
        </>
      )}
    </section>
  )
}

function FlowTable({ pair, names }: { pair: DesignPair; names: { a: string; b: string } }) {
  const t = useT()
  const { n, percent } = useNumbers()
  return (
    <details className="sh-design-words">
      <summary>{t('design.flows.table')}</summary>
      <div className="sh-design-scroll">
        <table className="sh-design-table">
          <thead>
            <tr>
              <th scope="col">{t('design.flows.from', { design: names.a })}</th>
              <th scope="col">{t('design.flows.from', { design: names.b })}</th>
              <th scope="col" className="sh-num">
                {t('design.flows.accounts')}
              </th>
              <th scope="col" className="sh-num">
                {t('design.flows.shareOf', { design: names.a })}
              </th>
              <th scope="col" className="sh-num">
                {t('design.flows.shareOf', { design: names.b })}
              </th>
            </tr>
          </thead>
          <tbody>
            {pair.flows.map((flow) => (
              <tr key={`${flow.from}-${flow.to}`}>
                <td>{communityName(flow.from)}</td>
                <td>{communityName(flow.to)}</td>
                <td className="sh-num">{n(flow.accounts)}</td>
                <td className="sh-num">{percent(flow.accounts / flow.fromSize)}%</td>
                <td className="sh-num">{percent(flow.accounts / flow.toSize)}%</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
