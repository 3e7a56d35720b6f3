import type { ReactNode } from 'react'

/** One part of the report: what was asked in a line under its name, and wide where it needs the room. */
export function Part(props: {
  title: string
  about: string
  testId: string
  wide?: boolean
  children: ReactNode
}) {
  return (
    <section className={`lab-part${props.wide ? ' is-wide' : ''}`} data-testid={props.testId}>
      <h4>{props.title}</h4>
      <p className="sh-quiet lab-part-about">{props.about}</p>
      {props.children}
    </section>
  )
}
