import { Icon } from '@blueprintjs/core'
import type { Ref } from 'react'
import { CATEGORICAL, OTHER } from '../../../graph/channel-colors.ts'
import { channelStyle, MAP_PALETTES } from '../../../graph/palette.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { communityName, formatNumber } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { riskColor, RISK_BANDS, UNSCORED } from '../../../ui/theme/risk.ts'
import { EdgeSample } from '../edge-sample.tsx'
import { thingIcon } from './icons.ts'
import { communitiesBySize } from './look.ts'
import type { AroundModel } from './model.ts'
import { COLORS, toggleKind } from './state.ts'
import { useAround } from './store.ts'
import { countKinds, useChannelWords, useTypeWords } from './words.ts'

/** What colours, shapes and lines mean; each kind of tie and thing can be switched off or picked as a whole. */
export function AroundLegend(props: {
  ref: Ref<HTMLDivElement>
  model: AroundModel
  colorTitle?: string | undefined
  open: boolean
  onOpen(open: boolean): void
}) {
  const { model, colorTitle, open } = props
  const t = useT()
  const channelWords = useChannelWords()
  const typeWords = useTypeWords()
  const theme = usePrefs((s) => s.resolvedTheme)
  const language = usePrefs((s) => s.language)
  const { color, hiddenKinds } = useAround((s) => s.state)
  const change = useAround((s) => s.change)
  const pick = useAround((s) => s.pick)
  const { channels, types } = countKinds(model)
  const n = (value: number) => formatNumber(value, language)
  const { scene } = model
  // A kind that is switched off draws nothing, and must stay here to be switched on again.
  const tieKinds = scene.channels.filter((id) => channels.has(id) || hiddenKinds.includes(`channel:${id}`))
  const thingKinds = scene.types.filter((type) => types.has(type) || hiddenKinds.includes(`type:${type}`))
  const toggle = (
    <button
      type="button"
      className="sh-around-legend-toggle"
      aria-expanded={open}
      data-testid="around-legend"
      onClick={() => props.onOpen(!open)}
    >
      <Icon icon={open ? 'chevron-down' : 'chevron-up'} size={12} />
      {t('around.legend.label')}
    </button>
  )
  if (!open)
    return (
      <div ref={props.ref} className="sh-around-legend is-closed">
        {toggle}
      </div>
    )
  return (
    <div ref={props.ref} className="sh-around-legend" role="group" aria-label={t('around.legend.label')}>
      {toggle}
      {colorTitle ? (
        <div className="sh-caps">{colorTitle}</div>
      ) : (
        <label className="sh-around-color">
          <span className="sh-caps">{t('around.legend.color')}</span>
          <select
            value={color}
            data-testid="around-color"
            onChange={(event) =>
              change((state) => ({ ...state, color: COLORS.find((c) => c === event.target.value) ?? 'risk' }))
            }
          >
            {COLORS.map((name) => (
              <option key={name} value={name}>
                {t(`around.legend.by.${name}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      {!colorTitle && <ColorKey model={model} />}
      {thingKinds.length > 0 && (
        <>
          <div className="sh-caps">{t('around.legend.things')}</div>
          <ul>
            {thingKinds.map((type) => {
              const kind = `type:${type}`
              const off = hiddenKinds.includes(kind)
              return (
                <li key={type}>
                  <button
                    type="button"
                    aria-pressed={!off}
                    className={off ? 'is-off' : undefined}
                    data-testid={`around-type-${type}`}
                    title={t(off ? 'around.legend.show' : 'around.legend.hide', { what: typeWords(type) })}
                    onClick={() => change((state) => toggleKind(state, kind))}
                  >
                    <Icon icon={thingIcon(type).name} size={12} />
                    <span>{typeWords(type)}</span>
                    <span className="sh-quiet sh-number">{off ? '' : n(types.get(type) ?? 0)}</span>
                  </button>
                  <button
                    type="button"
                    className="sh-around-all"
                    disabled={off}
                    aria-label={t('around.legend.pickAll', { what: typeWords(type) })}
                    title={t('around.legend.pickAll', { what: typeWords(type) })}
                    data-testid={`around-pick-${type}`}
                    onClick={() =>
                      pick(
                        model.nodes.flatMap(({ key, kind: of, index }) =>
                          of === 'thing' && scene.types[scene.things.type[index]!] === type ? key : [],
                        ),
                        'add',
                      )
                    }
                  >
                    <Icon icon="select" size={11} />
                  </button>
                </li>
              )
            })}
          </ul>
        </>
      )}
      {tieKinds.length > 0 && (
        <>
          <div className="sh-caps">{t('around.legend.ties')}</div>
          <ul>
            {tieKinds.map((id) => {
              const style = channelStyle(scene.channels.indexOf(id), MAP_PALETTES[theme])
              const kind = `channel:${id}`
              const off = hiddenKinds.includes(kind)
              return (
                <li key={id}>
                  <button
                    type="button"
                    aria-pressed={!off}
                    className={off ? 'is-off' : undefined}
                    data-testid={`around-tie-${id}`}
                    title={t(off ? 'around.legend.show' : 'around.legend.hide', { what: channelWords(id) })}
                    onClick={() => change((state) => toggleKind(state, kind))}
                  >
                    <EdgeSample color={style.color} dash={style.dash} />
                    <span>{channelWords(id)}</span>
                    <span className="sh-quiet sh-number">{off ? '' : n(channels.get(id) ?? 0)}</span>
                  </button>
                </li>
              )
            })}
          </ul>
        </>
      )}
      {(scene.omittedEdges > 0 || scene.omittedThings > 0) && (
        <p className="sh-quiet">
          {scene.omittedEdges > 0 && `${t('around.legend.omittedEdges', { n: n(scene.omittedEdges) })} `}
          {scene.omittedHubs > 0 &&
            `${t('around.legend.omittedHubs', { count: scene.omittedHubs, n: n(scene.omittedHubs), cap: n(scene.hubCap) })} `}
          {scene.omittedThings > scene.omittedHubs &&
            t('around.legend.omittedThings', { n: n(scene.omittedThings - scene.omittedHubs) })}
        </p>
      )}
    </div>
  )
}

function ColorKey({ model }: { model: AroundModel }) {
  const t = useT()
  const theme = usePrefs((s) => s.resolvedTheme)
  const color = useAround((s) => s.state.color)
  const rows: [string, string][] =
    color === 'risk'
      ? RISK_BANDS.map((band): [string, string] => [
          riskColor((band.min + band.max) / 2, theme),
          t(`common.risk.${band.key}`),
        ]).reverse()
      : color === 'label'
        ? [
            [riskColor(1, theme), t('common.verdict.malicious')],
            [riskColor(0, theme), t('common.verdict.benign')],
            [UNSCORED[theme], t('around.legend.unlabelled')],
          ]
        : color === 'hop'
          ? []
          : [
              ...communitiesBySize(model)
                .slice(0, 5)
                .map((id, i): [string, string] => [CATEGORICAL[theme][i]!, communityName(id)]),
              [OTHER[theme], t('around.legend.otherCommunities')],
            ]
  if (rows.length === 0) return <p className="sh-quiet">{t('around.legend.hops')}</p>
  return (
    <ul className="sh-around-key">
      {rows.map(([css, text]) => (
        <li key={text}>
          <svg width="9" height="9" viewBox="0 0 10 10" aria-hidden="true">
            <circle cx="5" cy="5" r="4.6" fill={css} />
          </svg>
          <span className="sh-quiet">{text}</span>
        </li>
      ))}
    </ul>
  )
}
