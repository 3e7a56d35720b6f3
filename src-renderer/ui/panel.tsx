import type { ReactNode } from 'react'

/** A panel's first line: name, a quiet sentence about what is in it, and its tools on the right. */
export function PanelHeader(props: { title: ReactNode; about?: ReactNode; children?: ReactNode }) {
  return (
    <header className="sh-panel-header">
      <h2>{props.title}</h2>
      {props.about !== undefined && <span className="sh-panel-about">{props.about}</span>}
      <div className="sh-panel-tools">{props.children}</div>
    </header>
  )
}

/** A part of a panel under a name in small capitals. */
export function Section(props: {
  title?: ReactNode
  tools?: ReactNode
  children: ReactNode
  testId?: string
}) {
  return (
    <section className="sh-section" data-testid={props.testId}>
      {props.title !== undefined && (
        <div className="sh-section-head">
          <h3>{props.title}</h3>
          {props.tools}
        </div>
      )}
      {props.children}
    </section>
  )
}

/** Names on the left, values on the right. Rows whose value is null or undefined are left out. */
export function KeyValue(props: {
  rows: { key: string; name: ReactNode; value: ReactNode; title?: string }[]
}) {
  return (
    <dl className="sh-kv">
      {props.rows
        .filter((row) => row.value !== null && row.value !== undefined)
        .map((row) => (
          <div key={row.key} title={row.title}>
            <dt>{row.name}</dt>
            <dd>{row.value}</dd>
          </div>
        ))}
    </dl>
  )
}
