import { useMemo } from 'react'
import { usePrefs } from '../../state/prefs.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import type { Wording } from './edge-sentence.ts'

/** The reader's words for building sentences outside components. */
export function useWording(): Wording {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  return useMemo(
    () => ({ t, typeName: (type: string) => dynamic('inspector.channel', type, type), language }),
    [t, dynamic, language],
  )
}

/** What a channel of the graph is called: 'entity:device' is the device, 'event:device' meeting on one. */
export function useChannelName(): (channel: string) => string {
  const dynamic = useDynamicT()
  return (channel) => {
    const type = channel.slice(channel.indexOf(':') + 1)
    const own = channel.replace(':', '_')
    return dynamic('sharing.channel', own, dynamic('inspector.channel', type, type))
  }
}
