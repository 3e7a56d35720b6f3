import { Component, type ReactNode } from 'react'
import { toErrorShape } from '../../src-main/common/errors.ts'
import { ErrorState } from '../ui/states.tsx'

interface Props {
  children: ReactNode
}

/** One view that breaks leaves the others standing. */
export class ViewBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    if (this.state.error === null) return this.props.children
    return (
      <ErrorState error={toErrorShape(this.state.error)} onRetry={() => this.setState({ error: null })} />
    )
  }
}
