import { isFailure, isLogin, isRegistration } from '../../common/outcomes.ts'
import { escape, FONTS, LOOK, px } from './markup.ts'
import type { Scope } from './scope.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const WEEK = 7 * DAY
const W = 860
const H = 300
const PLOT = { x: 50, y: 50, w: 780, h: 170 }
const SERIES = ['registrations', 'failed', 'logins', 'other'] as const
const COLOURS = { registrations: '#c58a12', failed: '#cf3f24', logins: '#4d7aa8', other: '#b4bec8' }
const WORDS = {
  registrations: 'registrations 注册',
  failed: 'failed logins 登录失败',
  logins: 'logins 登录',
  other: 'other 其他',
}

export interface TimelineFigure {
  svg: string
  events: number
  /** Events before the drawn span: a few old ones would squeeze all others into a corner. */
  earlier: number
  from: number
  to: number
  bin: 'hour' | 'day' | 'week'
}

/** Events of the pack's accounts per hour, day or week in UTC; null where there are none. */
export function timelineFigure(scope: Scope): TimelineFigure | null {
  const { db } = scope
  const inPack = `e.account_id IN (SELECT id FROM temp.pack_account) AND e.source_id IN (SELECT id FROM ready_source)`
  const span = db
    .prepare(`SELECT min(ts) AS a, max(ts) AS b, count(*) AS n FROM event e WHERE ${inPack}`)
    .get() as {
    a: number | null
    b: number
    n: number
  }
  if (span.a === null) return null
  const start = drawnFrom(scope, inPack, span.a, span.b, span.n)
  const length = span.b - start
  const bin = length <= 5 * DAY ? 'hour' : length <= 420 * DAY ? 'day' : 'week'
  const width = { hour: HOUR, day: DAY, week: WEEK }[bin]
  const from = Math.floor(start / width) * width
  const count = Math.floor((span.b - from) / width) + 1
  const bins = Object.fromEntries(SERIES.map((s) => [s, new Float64Array(count)])) as Record<
    (typeof SERIES)[number],
    Float64Array
  >
  const rows = db
    .prepare(
      `SELECT CAST((e.ts - :from) / :width AS INTEGER) AS bin, k.value AS kind, o.value AS outcome, count(*) AS n
       FROM event e JOIN term k ON k.id = e.kind_id LEFT JOIN term o ON o.id = e.outcome_id
       WHERE ${inPack} AND e.ts >= :from GROUP BY 1, 2, 3`,
    )
    .all({ from, width }) as { bin: number; kind: string; outcome: string | null; n: number }[]
  for (const r of rows) {
    const series = isLogin(r.kind)
      ? isFailure(r.outcome)
        ? 'failed'
        : 'logins'
      : isRegistration(r.kind)
        ? 'registrations'
        : 'other'
    bins[series][r.bin] += r.n
  }
  const anomalies = db
    .prepare(
      `SELECT window_start AS a, window_end AS b FROM anomaly WHERE run_id = ? AND group_kind = 'community' AND group_key IN
         (SELECT CAST(ref AS TEXT) FROM case_item WHERE case_id = ? AND kind = 'community' AND removed_at IS NULL)`,
    )
    .all(scope.seriesRun, scope.case.id) as { a: number; b: number }[]
  const to = from + count * width
  const drawn = rows.reduce((sum, r) => sum + r.n, 0)
  return {
    svg: draw(scope, bins, { from, to, width, bin, anomalies }),
    events: span.n,
    earlier: span.n - drawn,
    from,
    to,
    bin,
  }
}

/** The first event, or, where the last 85 % of events fill under a third of the time, a little before those. */
function drawnFrom(scope: Scope, where: string, first: number, last: number, n: number): number {
  const most = scope.db
    .prepare(`SELECT ts FROM event e WHERE ${where} ORDER BY ts LIMIT 1 OFFSET ?`)
    .pluck()
    .get(Math.floor(n * 0.15)) as number
  return last - most < (last - first) / 3 ? Math.max(first, most - (last - most) / 20) : first
}

function draw(
  scope: Scope,
  bins: Record<(typeof SERIES)[number], Float64Array>,
  axis: { from: number; to: number; width: number; bin: string; anomalies: { a: number; b: number }[] },
): string {
  const { from, to } = axis
  const count = bins.logins.length
  let top = 1
  for (let i = 0; i < count; i++)
    top = Math.max(
      top,
      SERIES.reduce((sum, s) => sum + bins[s][i], 0),
    )
  const x = (ms: number) => PLOT.x + ((ms - from) / (to - from)) * PLOT.w
  const barWidth = PLOT.w / count
  const words = { hour: 'per hour 每小时', day: 'per day 每天', week: 'per week 每周' }[axis.bin]
  const out: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" width="${W}" height="${H}" role="img" font-family="${escape(FONTS)}">`,
    `<rect width="${W}" height="${H}" fill="${LOOK.panel}"/>`,
    `<text x="30" y="28" font-size="15" font-weight="600" fill="${LOOK.text}">Events 事件 · ${words} · UTC</text>`,
  ]
  for (const share of [0, 0.5, 1]) {
    const y = PLOT.y + PLOT.h * (1 - share)
    out.push(
      `<path d="M${PLOT.x} ${px(y)}h${PLOT.w}" stroke="${LOOK.line}"/>`,
      `<text x="${PLOT.x - 6}" y="${px(y + 4)}" font-size="10.5" text-anchor="end" fill="${LOOK.quiet}">${Math.round(top * share)}</text>`,
    )
  }
  for (let i = 0; i < count; i++) {
    let y = PLOT.y + PLOT.h
    for (const s of SERIES) {
      const h = (bins[s][i] / top) * PLOT.h
      if (h === 0) continue
      y -= h
      const gap = barWidth > 4 ? 1 : 0
      out.push(
        `<rect x="${px(PLOT.x + i * barWidth)}" y="${px(y)}" width="${px(Math.max(0.5, barWidth - gap))}" height="${px(h)}" fill="${COLOURS[s]}"/>`,
      )
    }
  }
  for (const { a, b } of axis.anomalies) {
    if (b <= from || a >= to) continue
    const [left, right] = [x(Math.max(a, from)), x(Math.min(b, to))]
    out.push(
      `<path d="M${px(left)} ${PLOT.y - 6}h${px(Math.max(3, right - left))}" stroke="#9a6a00" stroke-width="4"/>`,
    )
  }
  const ticks = 6
  for (let i = 0; i <= ticks; i++) {
    const at = from + ((to - from) * i) / ticks
    const iso = new Date(at).toISOString()
    const label = axis.bin === 'hour' ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(0, 10)
    const anchor = i === 0 ? 'start' : i === ticks ? 'end' : 'middle'
    out.push(
      `<text x="${px(x(at))}" y="${PLOT.y + PLOT.h + 18}" font-size="10.5" text-anchor="${anchor}" fill="${LOOK.quiet}">${label}</text>`,
    )
  }
  let left = PLOT.x
  for (const s of SERIES) {
    out.push(
      `<rect x="${left}" y="${H - 44}" width="10" height="10" fill="${COLOURS[s]}"/><text x="${left + 15}" y="${H - 35}" font-size="11.5" fill="${LOOK.text}">${WORDS[s]}</text>`,
    )
    left += 160
  }
  out.push(
    `<path d="M${left} ${H - 39}h14" stroke="#9a6a00" stroke-width="4"/><text x="${left + 19}" y="${H - 35}" font-size="11.5" fill="${LOOK.text}">unusual 异常（推断）</text>`,
    `<text x="30" y="${H - 12}" font-size="10.5" fill="${LOOK.quiet}">Shoal ${escape(scope.appVersion)} · ${new Date(scope.now).toISOString()}${scope.simulated ? ' · simulated data 模拟数据' : ''}</text>`,
    '</svg>',
  )
  return `${out.join('\n')}\n`
}
