import { Button, Icon, Menu, MenuDivider, MenuItem, PopoverNext } from '@blueprintjs/core'
import { usePrefs } from '../../../state/prefs.ts'
import { formatNumber } from '../../../ui/format.ts'
import { Hint } from '../../../ui/explain.tsx'
import { useT } from '../../../ui/i18n/index.ts'
import { saveCsv } from '../../../ui/save-csv.ts'
import { exportRows, saveText, toCsv, toGraphml } from './export.ts'
import type { AroundModel } from './model.ts'
import type { AroundStage } from './stage.ts'
import { LAYOUTS, LIMITS, type NodeKey } from './state.ts'
import { useAround } from './store.ts'
import { reducedMotion } from './use-canvas.ts'

const LAYOUT_ICONS = {
  force: 'graph',
  rings: 'target',
  time: 'timeline-events',
  communities: 'column-layout',
} as const
const TOOLS = [
  { tool: 'point', icon: 'select', keys: 'Esc' },
  { tool: 'box', icon: 'widget', keys: 'B' },
  { tool: 'lasso', icon: 'polygon-filter', keys: 'L' },
] as const

/** Above the canvas: where we are, how it is laid out, what an expansion brings, tools, export. */
export function AroundToolbar(props: {
  model: AroundModel | null
  stage: AroundStage | null
  busy: boolean
  nameOf(key: NodeKey): string
  onClose?: (() => void) | undefined
}) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { model, stage, nameOf } = props
  const state = useAround((s) => s.state)
  const tool = useAround((s) => s.tool)
  const side = useAround((s) => s.side)
  const waiting = useAround((s) => s.waiting)
  const { change, setLayout } = useAround.getState()
  const n = (value: number) => formatNumber(value, language)
  const [first, ...others] = state.seeds
  const name = first ? nameOf(first) : ''
  const accounts = model?.nodes.filter(({ kind }) => kind === 'account').length ?? 0
  return (
    <div className="sh-around-bar" role="toolbar" aria-label={t('around.tool.label')}>
      {props.onClose && (
        <Button
          size="small"
          icon="arrow-left"
          text={t('around.tool.back')}
          data-testid="around-back"
          onClick={props.onClose}
        />
      )}
      <span className="sh-around-title" data-testid="around-title">
        {first
          ? others.length > 0
            ? t('around.title.several', { name, n: n(others.length) })
            : t('around.title.one', { name })
          : t('around.title.none')}
        {model && (
          <span className="sh-quiet">
            {' '}
            {t('around.title.counts', { accounts: n(accounts), edges: n(model.edges.length) })}
          </span>
        )}
        {(props.busy || waiting > 0) && (
          <span className="sh-quiet" role="status">
            {' · '}
            {t(waiting > 0 ? 'around.title.asking' : 'around.title.placing')}
          </span>
        )}
      </span>
      <span className="sh-around-gap" />
      <div
        className="sh-around-layouts"
        role="radiogroup"
        aria-label={t('around.layout.label')}
        data-no-picture
      >
        {LAYOUTS.map((layout) => (
          <Hint key={layout} text={t(`around.layout.${layout}What`)}>
            <button
              type="button"
              role="radio"
              aria-checked={state.layout === layout}
              className={state.layout === layout ? 'is-on' : undefined}
              data-testid={`around-layout-${layout}`}
              onClick={() => setLayout(layout)}
            >
              <Icon icon={LAYOUT_ICONS[layout]} size={12} />
              <span className="sh-around-word">{t(`around.layout.${layout}`)}</span>
            </button>
          </Hint>
        ))}
      </div>
      <div className="sh-around-tools" data-no-picture>
        <Hint text={t('around.tool.between')} keys="T">
          <Button
            variant="minimal"
            size="small"
            icon="many-to-many"
            active={state.between}
            aria-pressed={state.between}
            aria-label={t('around.tool.between')}
            data-testid="around-between"
            onClick={() => change((s) => ({ ...s, between: !s.between }))}
          />
        </Hint>
        {TOOLS.map(({ tool: name, icon, keys }) => (
          <Hint key={name} text={t(`around.tool.${name}`)} keys={keys}>
            <Button
              variant="minimal"
              size="small"
              icon={icon}
              active={tool === name}
              aria-pressed={tool === name}
              aria-label={t(`around.tool.${name}`)}
              data-testid={`around-tool-${name}`}
              onClick={() => useAround.setState({ tool: name })}
            />
          </Hint>
        ))}
        <Hint text={t('around.tool.fit')} keys="0">
          <Button
            variant="minimal"
            size="small"
            icon="zoom-to-fit"
            aria-label={t('around.tool.fit')}
            data-testid="around-fit"
            onClick={() => stage?.fit(!reducedMotion())}
          />
        </Hint>
        <PopoverNext
          placement="bottom-end"
          content={
            <Menu>
              {LIMITS.map((limit) => (
                <MenuItem
                  key={limit}
                  icon={state.limit === limit ? 'tick' : 'blank'}
                  text={t('around.limit.most', { n: n(limit) })}
                  onClick={() => change((s) => ({ ...s, limit }))}
                />
              ))}
              <MenuDivider />
              {(['strongest', 'riskiest', 'newest'] as const).map((sort) => (
                <MenuItem
                  key={sort}
                  icon={state.sort === sort ? 'tick' : 'blank'}
                  text={t(`around.sort.${sort}`)}
                  onClick={() => change((s) => ({ ...s, sort }))}
                />
              ))}
            </Menu>
          }
        >
          <Button
            size="small"
            variant="minimal"
            icon="arrows-horizontal"
            endIcon="caret-down"
            text={n(state.limit)}
            aria-label={`${t('around.limit.label')}: ${n(state.limit)}`}
            title={t('around.limit.label')}
            data-testid="around-limit"
          />
        </PopoverNext>
        <PopoverNext
          placement="bottom-end"
          content={
            <Menu>
              <MenuItem
                text={t('around.export.graphml')}
                onClick={() =>
                  model &&
                  saveText(toGraphml(rows(model, stage, nameOf)), 'around.graphml', 'application/xml')
                }
              />
              <MenuItem
                text={t('around.export.nodes')}
                onClick={() => model && saveCsv(toCsv(rows(model, stage, nameOf).nodes), 'around-nodes.csv')}
              />
              <MenuItem
                text={t('around.export.edges')}
                onClick={() => model && saveCsv(toCsv(rows(model, stage, nameOf).edges), 'around-edges.csv')}
              />
            </Menu>
          }
        >
          <Button
            variant="minimal"
            size="small"
            icon="export"
            disabled={!model}
            aria-label={t('around.export.label')}
            title={t('around.export.label')}
            data-testid="around-export"
          />
        </PopoverNext>
        <Hint text={t('around.tree.toggle')}>
          <Button
            variant="minimal"
            size="small"
            icon="diagram-tree"
            active={side !== null}
            aria-pressed={side !== null}
            aria-label={t('around.tree.toggle')}
            data-testid="around-side"
            onClick={() => useAround.setState({ side: side === null ? { kind: 'tree' } : null })}
          />
        </Hint>
      </div>
    </div>
  )
}

function rows(model: AroundModel, stage: AroundStage | null, nameOf: (key: NodeKey) => string) {
  return exportRows(model, useAround.getState().state, nameOf, (key) => stage?.placeOfNode(key) ?? null)
}
