import { Button, Menu, MenuDivider, MenuItem, PopoverNext } from '@blueprintjs/core'
import { usePrefs, type ThemeChoice } from '../state/prefs.ts'
import { useSession } from '../state/session.ts'
import { useWorkspace } from '../state/workspace.ts'
import { Hint } from '../ui/explain.tsx'
import { useT } from '../ui/i18n/index.ts'
import { AddToCase } from './add-to-case.tsx'
import { keysText, runCommand } from './commands.ts'
import { SavedMenus } from './saved-menus.tsx'
import { SearchBox } from './search-box.tsx'
import { SelectionSentence } from './selection-sentence.tsx'
import { redo, undo, undoName } from './undo.ts'
import './top-bar.css'

export function TopBar() {
  const t = useT()
  const simulated = useWorkspace((s) => s.info?.simulated ?? false)
  return (
    <header className="sh-top">
      <SearchBox />
      <SelectionSentence />
      <div className="sh-top-tools">
        {simulated && (
          <Hint text={t('frame.status.simulatedAbout')}>
            <span className="sh-simulated" data-testid="simulated">
              {t('frame.status.simulated')}
            </span>
          </Hint>
        )}
        <UndoButtons />
        <SavedMenus />
        <Present />
        <HideNames />
        <Preferences />
        <AddToCase />
      </div>
    </header>
  )
}

function UndoButtons() {
  const t = useT()
  const back = useSession((s) => s.back)
  const forward = useSession((s) => s.forward)
  const name = (verb: string, what: string | null, none: string) =>
    what === null ? none : `${verb}: ${undoName(what)}`
  const backText = name(t('frame.undo.back'), back, t('frame.undo.nothingBack'))
  const forwardText = name(t('frame.undo.forward'), forward, t('frame.undo.nothingForward'))
  return (
    <span className="sh-pair">
      <Hint text={backText} keys={keysText('Mod+Z')}>
        <Button
          variant="minimal"
          size="small"
          icon="undo"
          aria-label={backText}
          aria-disabled={back === null}
          data-testid="undo"
          onClick={() => back !== null && void undo()}
        />
      </Hint>
      <Hint text={forwardText} keys={keysText('Mod+Shift+Z')}>
        <Button
          variant="minimal"
          size="small"
          icon="redo"
          aria-label={forwardText}
          aria-disabled={forward === null}
          data-testid="redo"
          onClick={() => forward !== null && void redo()}
        />
      </Hint>
    </span>
  )
}

function Present() {
  const t = useT()
  return (
    <Hint text={t('story.presenter.command')} keys={keysText('F5')}>
      <Button
        variant="minimal"
        size="small"
        icon="presentation"
        aria-label={t('story.presenter.command')}
        data-testid="present"
        onClick={() => runCommand('present')}
      />
    </Hint>
  )
}

function HideNames() {
  const t = useT()
  const hidden = usePrefs((s) => s.hideNames)
  const set = usePrefs((s) => s.set)
  const text = hidden ? t('frame.names.show') : t('frame.names.hide')
  return (
    <Hint text={text}>
      <Button
        variant="minimal"
        size="small"
        icon={hidden ? 'eye-off' : 'eye-open'}
        active={hidden}
        aria-pressed={hidden}
        aria-label={text}
        data-testid="hide-names"
        onClick={() => set({ hideNames: !hidden })}
      />
    </Hint>
  )
}

/** Language and theme: also shown on the start screen. */
export function Preferences() {
  const t = useT()
  const { language, theme, resolvedTheme, set } = usePrefs()
  const themes: ThemeChoice[] = ['dark', 'light', 'system']
  return (
    <>
      <Hint text={t('frame.language.label')}>
        <Button
          variant="minimal"
          size="small"
          aria-label={`${t('frame.language.label')}: EN · 中文`}
          data-testid="language"
          onClick={() => set({ language: language === 'en' ? 'zh-CN' : 'en' })}
        >
          <span className={language === 'en' ? 'sh-on' : ''}>EN</span>
          {' · '}
          <span className={language === 'zh-CN' ? 'sh-on' : ''}>中文</span>
        </Button>
      </Hint>
      <PopoverNext
        placement="bottom-end"
        content={
          <Menu>
            <MenuDivider title={t('frame.theme.label')} />
            {themes.map((choice) => (
              <MenuItem
                key={choice}
                text={t(`frame.theme.${choice}`)}
                icon={choice === 'dark' ? 'moon' : choice === 'light' ? 'flash' : 'desktop'}
                active={theme === choice}
                roleStructure="listoption"
                selected={theme === choice}
                data-testid={`theme-${choice}`}
                onClick={() => set({ theme: choice })}
              />
            ))}
          </Menu>
        }
      >
        <Button
          variant="minimal"
          size="small"
          icon={resolvedTheme === 'dark' ? 'moon' : 'flash'}
          aria-label={t('frame.theme.label')}
          data-testid="theme"
        />
      </PopoverNext>
    </>
  )
}
