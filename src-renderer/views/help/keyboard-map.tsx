import { keysText, useCommands, type Command } from '../../frame/commands.ts'
import { useT } from '../../ui/i18n/index.ts'

const GROUPS = ['go', 'edit', 'view', 'layout', 'window', 'case', 'data', 'help'] as const

/** Keys that belong to one view while it has the focus, with what they do there. */
const IN_VIEWS = ['map', 'timeline', 'table', 'queue', 'present'] as const

/** Every key there is: those of commands as they are registered, those of views as their pages describe them. */
export function KeyboardMap() {
  const t = useT()
  const commands = useCommands().filter((command) => (command.keys?.length ?? 0) > 0)
  const group = (name: Command['group']) => commands.filter((command) => command.group === name)
  return (
    <article className="sh-help-text" data-testid="help-keys">
      <h2>{t('help.keys.title')}</h2>
      <p>{t('help.keys.about')}</p>
      <div className="sh-help-keys">
        {GROUPS.filter((name) => group(name).length > 0).map((name) => (
          <section key={name}>
            <h3>{t(`help.keys.group.${name}`)}</h3>
            <dl>
              {group(name).map((command) => (
                <div key={command.id}>
                  <dt>{t(command.titleKey, command.titleValues)}</dt>
                  <dd>
                    {command.keys!.map((keys) => (
                      <kbd key={keys} className="sh-kbd">
                        {keysText(keys)}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        {IN_VIEWS.map((view) => (
          <section key={view}>
            <h3>{t(`help.keys.in.${view}.title`)}</h3>
            <p className="sh-help-lines">{t(`help.keys.in.${view}.text`)}</p>
          </section>
        ))}
      </div>
    </article>
  )
}
