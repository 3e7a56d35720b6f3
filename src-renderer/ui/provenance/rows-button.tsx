import './provenance.css'
import { useProvenance, type AskedRows } from './state.ts'

/** A quiet button to the rows behind what is shown. */
export function RowsButton(props: { rows: AskedRows; label: string; title?: string }) {
  const ask = useProvenance((s) => s.ask)
  return (
    <button
      type="button"
      className="link sh-rows-button"
      data-testid="rows-behind"
      title={props.title}
      aria-label={props.title}
      onClick={() => ask(props.rows)}
    >
      {props.label}
    </button>
  )
}
