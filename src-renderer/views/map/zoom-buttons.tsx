import { Button } from '@blueprintjs/core'
import { memo } from 'react'
import { reducedMotion } from '../../graph/controllers.tsx'
import type { MapStage } from '../../graph/stage.ts'
import { useFocus } from '../../state/focus.ts'
import { useT } from '../../ui/i18n/index.ts'

export const ZoomButtons = memo(function ZoomButtons({ stage }: { stage: MapStage }) {
  const t = useT()
  const animate = () => !reducedMotion()
  const buttons = [
    { key: 'in', icon: 'plus', run: () => stage.camera.zoom(1.6, animate()) },
    { key: 'out', icon: 'minus', run: () => stage.camera.zoom(1 / 1.6, animate()) },
    {
      key: 'fit',
      icon: 'zoom-to-fit',
      run: () => stage.camera.frame(useFocus.getState().openCommunity, animate()),
    },
  ] as const
  return (
    <div className="sh-map-zoom" role="group" aria-label={t('map.zoom.label')}>
      {buttons.map(({ key, icon, run }) => (
        <Button
          key={key}
          variant="minimal"
          size="small"
          icon={icon}
          aria-label={t(`map.zoom.${key}`)}
          title={t(`map.zoom.${key}`)}
          data-testid={`zoom-${key}`}
          onClick={run}
        />
      ))}
    </div>
  )
})
