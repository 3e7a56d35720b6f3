import { Button, Icon, InputGroup, PopoverNext, type IconName } from '@blueprintjs/core'
import { memo, useState, type ReactNode } from 'react'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { isEmptySelection, useSelection, without } from '../../state/selection.ts'
import { Hint } from '../../ui/explain.tsx'
import { communityName } from '../../ui/format.ts'
import { useT, type MessageKey } from '../../ui/i18n/index.ts'
import { useAccountName } from '../../ui/text.tsx'
import { useSteady } from '../../ui/use-steady.ts'
import { hideSelected, toggleOnly } from './actions.ts'
import { useMap } from './store.ts'

/** The communities that are meant: the selected ones, else the one in the inspector. */
export function useMeantCommunities(): number[] {
  const selected = useSelection((s) => s.selection.communities)
  const focus = useFocus((s) => s.focus)
  if (selected && selected.length > 0) return selected
  return focus?.kind === 'community' ? [focus.id] : []
}

/** The accounts that are meant: the selected ones, else the one in the inspector. */
export function useMeantAccounts(): number[] {
  const selected = useSelection((s) => s.selection.accounts)
  const focus = useFocus((s) => s.focus)
  if (selected && selected.length > 0) return selected
  return focus?.kind === 'account' ? [focus.id] : []
}

/** Where one is, and what can be done here. */
export const Toolbar = memo(function Toolbar() {
  const t = useT()
  const tool = useMap((s) => s.tool)
  const only = useMap((s) => s.only)
  const heat = useMap((s) => s.heat)
  const landmarks = useMap((s) => s.landmarks)
  const compared = useMap((s) => s.compared)
  const paths = useMap((s) => s.paths)
  const around = useMap((s) => s.around)
  const set = useMap((s) => s.set)
  const pin = useMap((s) => s.pin)
  const selection = useSelection((s) => s.selection)
  const communities = useMeantCommunities()
  const accounts = useMeantAccounts()
  const some = !isEmptySelection(without(selection, 'withoutSets'))
  const pinned = communities.length > 0 && communities.every((id) => landmarks.includes(id))
  return (
    <div className="sh-map-bar" role="toolbar" aria-label={t('mapTools.bar')}>
      <Breadcrumb />
      <div className="sh-map-tools" hidden={around !== null}>
        <Tool
          id="lasso"
          icon="polygon-filter"
          keys="L"
          on={tool === 'lasso'}
          run={() => set({ tool: tool === 'lasso' ? 'pan' : 'lasso' })}
        />
        <Tool
          id="box"
          icon="select"
          keys="B"
          on={tool === 'box'}
          run={() => set({ tool: tool === 'box' ? 'pan' : 'box' })}
        />
        <span className="sh-map-tools-gap" />
        <Tool id="hide" icon="eye-off" keys="H" off={!some} run={() => void hideSelected()} />
        <Tool id="only" icon="filter" keys="O" on={only} off={!some && !only} run={toggleOnly} />
        <span className="sh-map-tools-gap" />
        <Tool
          id="pin"
          icon="pin"
          on={pinned}
          off={communities.length === 0 || communities.length > 20}
          run={() => communities.filter((id) => pinned || !landmarks.includes(id)).forEach(pin)}
        />
        <GroupTool communities={communities} />
        <Tool
          id="compare"
          icon="comparison"
          keys="C"
          on={compared !== null}
          off={compared === null && communities.length !== 2}
          run={() => set({ compared: compared ? null : [communities[0]!, communities[1]!] })}
        />
        <Tool
          id="paths"
          icon="flow-linear"
          keys="P"
          on={paths !== null}
          off={paths === null && accounts.length !== 2}
          run={() => set({ paths: paths ? null : [accounts[0]!, accounts[1]!] })}
        />
        <Tool
          id="around"
          icon="graph"
          keys="A"
          off={accounts.length === 0}
          run={() => set({ around: accounts.slice(0, 20) })}
        />
        <span className="sh-map-tools-gap" />
        <Tool id="heat" icon="heatmap" keys="D" on={heat} run={() => set({ heat: !heat })} />
      </div>
    </div>
  )
})

type ToolId = 'lasso' | 'box' | 'hide' | 'only' | 'pin' | 'compare' | 'paths' | 'around' | 'heat'

interface ToolProps {
  id: ToolId
  icon: IconName
  keys?: string
  on?: boolean
  off?: boolean
  run(): void
}

/** `on`: a switch and whether it is on; `off`: there is nothing to do it with, and the hint says what it takes. */
function Tool(props: ToolProps) {
  const run = useSteady(props.run)
  return <ToolButton {...props} run={run} />
}

const ToolButton = memo(function ToolButton(props: ToolProps) {
  const t = useT()
  const { id, keys, on, off = false } = props
  const name = t(`mapTools.tool.${id}`)
  const needs: Partial<Record<ToolId, MessageKey>> = {
    hide: 'mapTools.needs.selection',
    only: 'mapTools.needs.selection',
    pin: 'mapTools.needs.community',
    compare: 'mapTools.needs.twoCommunities',
    paths: 'mapTools.needs.twoAccounts',
    around: 'mapTools.needs.account',
  }
  const need = off ? needs[id] : undefined
  return (
    <Hint text={need ? `${name} · ${t(need)}` : name} {...(keys ? { keys } : {})}>
      <Button
        variant="minimal"
        size="small"
        icon={props.icon}
        active={on === true}
        aria-label={name}
        aria-pressed={on}
        aria-disabled={off}
        className={off ? 'is-idle' : undefined}
        data-testid={`map-${id}`}
        onClick={() => !off && props.run()}
      />
    </Hint>
  )
})

/** Gives several communities an outline and a name of their own. */
function GroupTool({ communities }: { communities: number[] }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const group = useMap((s) => s.group)
  const off = communities.length < 2
  const save = () => {
    if (name.trim() === '') return
    group({ name: name.trim(), communities })
    setName('')
    setOpen(false)
  }
  return (
    <PopoverNext
      isOpen={open && !off}
      onInteraction={setOpen}
      disabled={off}
      placement="bottom"
      content={
        <form
          className="sh-group-form"
          onSubmit={(event) => {
            event.preventDefault()
            save()
          }}
        >
          <p className="sh-quiet">{t('mapTools.group.about', { count: communities.length })}</p>
          <InputGroup
            autoFocus
            size="small"
            value={name}
            aria-label={t('mapTools.group.name')}
            placeholder={t('mapTools.group.name')}
            data-testid="group-name"
            onValueChange={setName}
            rightElement={
              <Button
                type="submit"
                variant="minimal"
                size="small"
                icon="tick"
                aria-label={t('mapTools.group.save')}
                disabled={name.trim() === ''}
              />
            }
          />
        </form>
      }
      renderTarget={({ isOpen: _open, ref, ...target }) => (
        <Button
          {...target}
          ref={ref}
          variant="minimal"
          size="small"
          icon="group-objects"
          title={
            off
              ? `${t('mapTools.tool.group')} · ${t('mapTools.needs.communities')}`
              : t('mapTools.tool.group')
          }
          aria-label={t('mapTools.tool.group')}
          aria-disabled={off}
          className={off ? 'is-idle' : undefined}
          data-testid="map-group"
        />
      )}
    />
  )
}

/** The level and what it is in; each step leads back there. */
function Breadcrumb() {
  const t = useT()
  const open = useFocus((s) => s.openCommunity)
  const around = useMap((s) => s.around)
  const set = useMap((s) => s.set)
  const steps: { key: string; text: ReactNode; go: (() => void) | null; testId?: string }[] = [
    {
      key: 'all',
      text: t('mapTools.crumb.all'),
      go:
        open === null && around === null
          ? null
          : () => {
              set({ around: null })
              useFocus.getState().open(null)
            },
      testId: 'map-back',
    },
  ]
  if (open !== null)
    steps.push({
      key: 'community',
      text: communityName(open),
      go: around === null ? null : () => set({ around: null }),
    })
  if (around !== null)
    steps.push({
      key: 'around',
      text:
        around.length === 1 ? (
          <SeedName id={around[0]!} />
        ) : (
          t('mapTools.crumb.around', { count: around.length })
        ),
      go: null,
    })
  return (
    <nav className="sh-crumbs" aria-label={t('mapTools.crumb.label')}>
      {steps.map(({ key, text, go, testId }, index) => (
        <span key={key}>
          {index > 0 && <Icon icon="chevron-right" size={12} />}
          {go ? (
            <button type="button" data-testid={testId} onClick={go}>
              {text}
            </button>
          ) : (
            <b aria-current="location">{text}</b>
          )}
        </span>
      ))}
    </nav>
  )
}

function SeedName({ id }: { id: number }) {
  const call = useAccountName()
  const account = useQuery('accounts.get', { id })
  return <>{account.data ? call(id, account.data.key) : '…'}</>
}
