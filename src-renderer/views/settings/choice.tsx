import { useId } from 'react'

/** One of a few choices side by side: arrow keys choose, as in every group of radio buttons. */
export function Choice<V extends string | number>(props: {
  label: string
  describedBy: string
  options: readonly { value: V; name: string; lang?: string }[]
  value: V
  testId: string
  onValue(value: V): void
}) {
  const name = useId()
  return (
    <div
      className="sh-settings-choice"
      role="radiogroup"
      aria-label={props.label}
      aria-describedby={props.describedBy}
    >
      {props.options.map((option) => (
        <label
          key={option.value}
          className={option.value === props.value ? 'is-chosen' : undefined}
          data-testid={`${props.testId}-${option.value}`}
        >
          <input
            type="radio"
            className="sh-visually-hidden"
            name={name}
            checked={option.value === props.value}
            onChange={() => props.onValue(option.value)}
          />
          <span lang={option.lang}>{option.name}</span>
        </label>
      ))}
    </div>
  )
}
