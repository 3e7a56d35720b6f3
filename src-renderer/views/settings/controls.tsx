import { Button, Icon } from '@blueprintjs/core'
import { useState, type ReactNode } from 'react'
import { useQuery } from '../../client/use-query.ts'
import { goToStart } from '../../frame/saved.ts'
import { PRESETS, useLayout } from '../../state/layout.ts'
import {
  chosenPrefs,
  defaultPrefs,
  LANGUAGES,
  MOTIONS,
  TEXT_SIZES,
  THEMES,
  usePrefs,
  ZONE_CHOICES,
  type Prefs,
} from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { WINDOW } from '../../state/window.ts'
import { NumberInput, useRefusalText } from '../../ui/form/number-input.tsx'
import type { Refusal } from '../../ui/form/read-number.ts'
import { formatBytes, formatNumber } from '../../ui/format.ts'
import { translate, useT } from '../../ui/i18n/index.ts'
import { ErrorState } from '../../ui/states.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { usePicker } from '../../ui/use-picker.tsx'
import { Choice } from './choice.tsx'
import { nameOf, type SettingId } from './list.ts'

interface ControlProps {
  /** Id of the line that says what the setting does. */
  describedBy: string
}

function Language({ describedBy }: ControlProps) {
  const t = useT()
  const { language, set } = usePrefs()
  return (
    <Choice
      label={nameOf('language', t)}
      describedBy={describedBy}
      options={LANGUAGES.map((value) => ({ value, name: t(`frame.language.${value}`), lang: value }))}
      value={language}
      testId="setting-language"
      onValue={(value) => set({ language: value })}
    />
  )
}

function Theme({ describedBy }: ControlProps) {
  const t = useT()
  const { theme, set } = usePrefs()
  return (
    <Choice
      label={nameOf('theme', t)}
      describedBy={describedBy}
      options={THEMES.map((value) => ({ value, name: t(`frame.theme.${value}`) }))}
      value={theme}
      testId="setting-theme"
      onValue={(value) => set({ theme: value })}
    />
  )
}

function TextSize({ describedBy }: ControlProps) {
  const t = useT()
  const { textSize, set } = usePrefs()
  return (
    <Choice
      label={nameOf('textSize', t)}
      describedBy={describedBy}
      options={TEXT_SIZES.map((value) => ({ value, name: t('settings.textSize.value', { n: value }) }))}
      value={textSize}
      testId="setting-text"
      onValue={(value) => set({ textSize: value })}
    />
  )
}

function Motion({ describedBy }: ControlProps) {
  const t = useT()
  const { motion, set } = usePrefs()
  return (
    <Choice
      label={nameOf('motion', t)}
      describedBy={describedBy}
      options={MOTIONS.map((value) => ({ value, name: t(`settings.motion.${value}`) }))}
      value={motion}
      testId="setting-motion"
      onValue={(value) => set({ motion: value })}
    />
  )
}

function HideNames({ describedBy }: ControlProps) {
  const t = useT()
  const { hideNames, set } = usePrefs()
  return (
    <Choice
      label={nameOf('hideNames', t)}
      describedBy={describedBy}
      options={[
        { value: 'off', name: t('settings.hideNames.off') },
        { value: 'on', name: t('settings.hideNames.on') },
      ]}
      value={hideNames ? 'on' : 'off'}
      testId="setting-names"
      onValue={(value) => set({ hideNames: value === 'on' })}
    />
  )
}

function Zone({ describedBy }: ControlProps) {
  const t = useT()
  const { zone, set } = usePrefs()
  return (
    <Choice
      label={nameOf('zone', t)}
      describedBy={describedBy}
      options={ZONE_CHOICES.map((value) => ({ value, name: t(`settings.zone.${value}`) }))}
      value={zone}
      testId="setting-zone"
      onValue={(value) => set({ zone: value })}
    />
  )
}

const REVIEWS = { integer: true, min: 1, max: 1_000_000 }
function DailyReviews({ describedBy }: ControlProps) {
  const t = useT()
  const { dailyReviews, set } = usePrefs()
  const [refused, setRefused] = useState<Refusal | null>(null)
  const said = useRefusalText()
  const id = describedBy.replace(/-about$/, '')
  return (
    <div className="sh-settings-number">
      <NumberInput
        id={id}
        label={nameOf('dailyReviews', t)}
        value={dailyReviews}
        limits={REVIEWS}
        step={10}
        unit={t('settings.dailyReviews.unit')}
        turn={0}
        refused={refused !== null}
        onValue={(value) => set({ dailyReviews: value })}
        onRefused={setRefused}
      />
      {refused && (
        <p id={`${id}-refused`} className="sh-bad" role="alert">
          {said(refused, REVIEWS)}
        </p>
      )}
    </div>
  )
}

function WorkspacesDir({ describedBy }: ControlProps) {
  const t = useT()
  const set = usePrefs((s) => s.set)
  const folder = useWorkspace((s) => s.host?.documentsDir ?? '')
  const { pick, dialog } = usePicker()
  const choose = async () => {
    const picked = await pick('folder')
    if (picked?.[0]) set({ workspacesDir: picked[0] })
  }
  return (
    <>
      <bdi className="sh-settings-path" data-testid="setting-folder">
        {folder}
      </bdi>
      <Button
        size="small"
        icon="folder-open"
        text={t('settings.workspacesDir.choose')}
        aria-describedby={describedBy}
        data-testid="setting-folder-choose"
        onClick={() => void choose()}
      />
      {dialog}
    </>
  )
}

function Layout({ describedBy }: ControlProps) {
  const t = useT()
  const arrange = useLayout((s) => s.arrange)
  return (
    <div className="sh-settings-buttons">
      {PRESETS.map((preset) => (
        <Button
          key={preset}
          size="small"
          text={preset === 'investigate' ? t('settings.layout.reset') : t(`session.preset.${preset}`)}
          title={t(`session.presetAbout.${preset}`)}
          aria-describedby={describedBy}
          data-testid={`setting-layout-${preset}`}
          onClick={() => arrange(preset)}
        />
      ))}
    </div>
  )
}

function Start({ describedBy }: ControlProps) {
  const t = useT()
  return (
    <Button
      size="small"
      icon="reset"
      text={t('settings.start.do')}
      aria-describedby={describedBy}
      data-testid="setting-start"
      onClick={goToStart}
    />
  )
}

function History({ describedBy }: ControlProps) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const show = useLayout((s) => s.show)
  const { data } = useQuery('session.history', { window: WINDOW, limit: 1 }, { on: ['views', 'judgements'] })
  return (
    <>
      {data && (
        <span className="sh-settings-fact">
          {t('settings.history.steps', { count: data.total, n: formatNumber(data.total, language) })}
        </span>
      )}
      <Button
        size="small"
        icon="history"
        text={t('settings.history.open')}
        aria-describedby={describedBy}
        onClick={() => show('history')}
      />
    </>
  )
}

function WorkspaceFiles() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const hidden = usePrefs((s) => s.hideNames)
  const info = useWorkspace((s) => s.info)
  const { data } = useQuery('workspace.recent', {}, { on: ['facts', 'runs'] })
  const bytes = data?.find(({ path }) => path === info?.path)?.bytes ?? null
  if (!info || bytes === null) return null
  return (
    <span className="sh-settings-path">
      {t('settings.workspace.where', {
        path: hidden ? info.name : info.path,
        size: formatBytes(bytes, language),
      })}
    </span>
  )
}

function Providers() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { data, error, refetch } = useQuery('host.providers', {}, { on: [] })
  if (error) return <ErrorState error={error} onRetry={refetch} compact />
  if (!data) return <span className="sh-quiet">{t('settings.providers.trying')}</span>
  return (
    <ul className="sh-settings-providers" data-testid="setting-providers">
      {data.map((one, i) => (
        <li key={one.provider} className={one.works ? undefined : 'sh-quiet'}>
          <Icon icon={one.works ? 'tick' : 'cross'} size={12} />
          <b>{one.provider.toUpperCase()}</b>
          <span className="sh-settings-why" title={one.error}>
            {one.works
              ? t('settings.providers.works', { ms: formatNumber(one.ms ?? 0, language, 1) })
              : t('settings.providers.fails', { why: one.error ?? '–' })}
          </span>
          {i === 0 && one.works && (
            <span className="sh-settings-used">{t('settings.providers.fastest')}</span>
          )}
        </li>
      ))}
    </ul>
  )
}

function App() {
  const t = useT()
  const host = useWorkspace((s) => s.host)
  if (!host) return null
  return (
    <div className="sh-settings-facts">
      <span>{t('settings.app.version', { version: host.version })}</span>
      {host.preferencesFile && (
        <span className="sh-quiet sh-settings-path">
          {t('settings.app.kept', { file: host.preferencesFile })}
        </span>
      )}
    </div>
  )
}

/** Sets everything back, with a way to take that back. */
export function restoreDefaults(): void {
  const before = chosenPrefs()
  // The language is how the person reads what is said now; what they hide stays hidden until they say otherwise.
  const { language: _language, hideNames: _hideNames, ...rest } = defaultPrefs()
  usePrefs.getState().set(changesOf(before, { ...before, ...rest }))
  useToasts.getState().say(translate('settings.restored'), 'done', {
    text: translate('settings.undo'),
    run: () => usePrefs.getState().set(changesOf(chosenPrefs(), before)),
  })
}
const changesOf = (from: Prefs, to: Prefs): Partial<Prefs> =>
  Object.fromEntries(
    Object.entries(to).filter(([key, value]) => from[key as keyof Prefs] !== value),
  ) as Partial<Prefs>

function Restore({ describedBy }: ControlProps) {
  const t = useT()
  const prefs = usePrefs()
  const { language: _language, hideNames: _hideNames, ...fresh } = defaultPrefs()
  const changed = Object.entries(fresh).some(([key, value]) => prefs[key as keyof Prefs] !== value)
  return changed ? (
    <Button
      size="small"
      icon="reset"
      text={t('settings.restore.do')}
      aria-describedby={describedBy}
      data-testid="setting-restore"
      onClick={restoreDefaults}
    />
  ) : (
    <span className="sh-quiet">{t('settings.restore.nothing')}</span>
  )
}

export const CONTROLS: Record<SettingId, (props: ControlProps) => ReactNode> = {
  language: Language,
  theme: Theme,
  textSize: TextSize,
  motion: Motion,
  hideNames: HideNames,
  zone: Zone,
  dailyReviews: DailyReviews,
  workspacesDir: WorkspacesDir,
  layout: Layout,
  start: Start,
  history: History,
  workspace: WorkspaceFiles,
  providers: Providers,
  app: App,
  restore: Restore,
}
