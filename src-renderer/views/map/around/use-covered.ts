import { useLayoutEffect, type RefObject } from 'react'
import type { AroundStage } from './stage.ts'

/**
 * Tells the stage what its legend covers, before anything is fitted and whenever the legend has another size or place: it
 * grows with the kinds of ties and hangs on the pane's lower edge.
 * @param open a closed legend is a button in the corner: nodes need not keep away from it.
 * @param there whether the legend is in the document.
 */
export function useCovered(
  stage: AroundStage | null,
  legend: RefObject<HTMLElement | null>,
  open: boolean,
  there: boolean,
): void {
  useLayoutEffect(() => {
    const element = legend.current
    if (!stage) return
    if (!element || !there) return stage.setCovered(null, 0)
    const measure = () => {
      const { offsetLeft: x, offsetTop: y, offsetWidth: width, offsetHeight: height } = element
      stage.setCovered({ x, y, width, height }, open ? x + width : 0)
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    if (element.parentElement) observer.observe(element.parentElement)
    measure()
    return () => observer.disconnect()
  }, [stage, legend, open, there])
}
