/** Kinds, channels, tiers and outcomes as events.csv writes them; buffers hold their positions here. */
export const EVENT_KINDS = [
  'register',
  'login',
  'password_reset',
  'profile_update',
  'payment',
  'message_burst',
] as const
export type EventKind = (typeof EVENT_KINDS)[number]
export const CHANNELS = ['android', 'ios', 'web', 'desktop'] as const

/** One account's events as columns, reused from account to account. */
export class EventBuffer {
  size = 0
  ts = new Float64Array(64)
  kind = new Uint8Array(64)
  channel = new Uint8Array(64)
  city = new Uint8Array(64)
  ok = new Uint8Array(64)
  risky = new Uint8Array(64)
  ip = new Uint32Array(64)
  device = new Uint32Array(64)
  /** Rows in time order, after `sort`. */
  order: number[] = []

  clear(): void {
    this.size = 0
  }

  push(
    ts: number,
    kind: EventKind,
    channel: number,
    city: number,
    ip: number,
    device: number,
    ok: boolean,
  ): void {
    if (this.size === this.ts.length) this.grow()
    const k = this.size++
    this.ts[k] = ts
    this.kind[k] = EVENT_KINDS.indexOf(kind)
    this.channel[k] = channel
    this.city[k] = city
    this.ip[k] = ip
    this.device[k] = device
    this.ok[k] = ok ? 1 : 0
    this.risky[k] = 0
  }

  sort(): void {
    const { ts, order } = this
    order.length = this.size
    for (let k = 0; k < this.size; k++) order[k] = k
    order.sort((x, y) => ts[x] - ts[y] || x - y)
  }

  private grow(): void {
    const wider = <T extends Float64Array | Uint8Array | Uint32Array>(
      column: T,
      make: (n: number) => T,
    ): T => {
      const next = make(column.length * 2)
      next.set(column)
      return next
    }
    this.ts = wider(this.ts, (n) => new Float64Array(n))
    this.kind = wider(this.kind, (n) => new Uint8Array(n))
    this.channel = wider(this.channel, (n) => new Uint8Array(n))
    this.city = wider(this.city, (n) => new Uint8Array(n))
    this.ok = wider(this.ok, (n) => new Uint8Array(n))
    this.risky = wider(this.risky, (n) => new Uint8Array(n))
    this.ip = wider(this.ip, (n) => new Uint32Array(n))
    this.device = wider(this.device, (n) => new Uint32Array(n))
  }
}
