import { AroundCanvas } from '../map/around/index.tsx'

/** The neighbourhood canvas as a panel of its own, beside the map. */
export default function AroundView() {
  return (
    <div className="sh-view">
      <AroundCanvas />
    </div>
  )
}
