import type { Protocol } from '../../../common/contract/lab.ts'
import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import type { TrainingLabels } from '../../store/labels.ts'
import { hasBoth, positives, trainable, type Split, type SplitPlan } from './splits.ts'

export type Clock = 'registered' | 'labelled' | 'first_event'
export interface AccountClock {
  readonly clock: Clock
  /** Moment of each labelled account, ms; NaN where it is not known. Parallel to the labels. */
  readonly at: Float64Array
  readonly known: number
}

const CLOCKS: readonly Clock[] = ['registered', 'labelled', 'first_event']
const WORDS: Record<Clock, string> = {
  registered: 'registration',
  labelled: 'time of the label',
  first_event: 'first event',
}

/**
 * When each labelled account began: its registration where at least half of them have one, else when it was labelled,
 * else its first event. One clock for all, since dates of different kinds are not to be compared. null where none is
 * known for half of them.
 */
export function accountClock(
  ctx: Pick<ComputeContext, 'db'>,
  accountIds: Uint32Array,
  labelled: TrainingLabels,
): AccountClock | null {
  for (const found of clocksOf(ctx, accountIds, labelled))
    if (2 * found.known >= found.at.length) return found
  return null
}

function* clocksOf(
  ctx: Pick<ComputeContext, 'db'>,
  accountIds: Uint32Array,
  labelled: TrainingLabels,
): Generator<AccountClock> {
  const where = new Map<number, number>()
  labelled.nodes.forEach((u, i) => where.set(accountIds[u], i))
  const read = (sql: string): Float64Array => {
    const at = new Float64Array(labelled.nodes.length).fill(NaN)
    const rows = ctx.db.prepare(sql).raw().iterate() as IterableIterator<[number, number]>
    for (const [account, time] of rows) {
      const i = where.get(account)
      if (i !== undefined) at[i] = time
    }
    return at
  }
  const ready = 'source_id IN (SELECT id FROM ready_source)'
  const times: Record<Clock, () => Float64Array> = {
    registered: () =>
      read(
        `SELECT account_id, registered_at FROM account_record WHERE registered_at IS NOT NULL AND ${ready} ORDER BY id`,
      ),
    labelled: () => labelled.at,
    first_event: () => read(`SELECT account_id, min(ts) FROM event WHERE ${ready} GROUP BY account_id`),
  }
  for (const clock of CLOCKS) {
    const at = times[clock]()
    let known = 0
    for (const time of at) if (!Number.isNaN(time)) known++
    yield { clock, at, known }
  }
}

/**
 * Accounts from before a moment train, those from after it test. With several windows the later part is cut into
 * windows of about equal numbers, each tested by what was known before it.
 *
 * What may be seen: where the clock is the label's, the accounts were there before, so facts count up to the cut
 * (`asOf`). By registration or first event the tested accounts have no facts before the cut at all; they are scored at
 * the end of their window, by facts up to then and labels of the accounts from before the cut. Labels dated later
 * than the cut are not trained on, unless too few would be left (told in the notes).
 */
export function timeSplits(
  ctx: Pick<ComputeContext, 'db'>,
  accountIds: Uint32Array,
  labelled: TrainingLabels,
  protocol: Extract<Protocol, { kind: 'time' }>,
  seed: number,
): SplitPlan {
  const chosen = accountClock(ctx, accountIds, labelled)
  if (chosen === null) {
    const counts = [...clocksOf(ctx, accountIds, labelled)]
      .map(({ clock, known }) => `${WORDS[clock]} ${known}`)
      .join(', ')
    throw new ShoalError(
      'invalid_input',
      `No split by time: of ${labelled.nodes.length} labelled accounts too few are dated (${counts}). Import registered_at in accounts.csv, labelled_at in labels.csv, or events; or use another protocol.`,
    )
  }
  const { clock, at, known } = chosen
  const dated = Uint32Array.from(at.keys())
    .filter((i) => !Number.isNaN(at[i]))
    .sort((a, b) => at[a] - at[b] || a - b)
  const notes: string[] = [`Time: ${WORDS[clock]} of the accounts.`]
  if (known < at.length) notes.push(`${at.length - known} labelled accounts are not dated and were left out.`)
  const cutAt = (share: number): number =>
    at[dated[Math.min(dated.length - 1, Math.round(share * dated.length))]]
  const splits: Split[] = []
  let skipped = 0
  let late = 0
  let kept = 0
  for (let w = 0; w < protocol.windows; w++) {
    const cut = cutAt(protocol.train + ((1 - protocol.train) * w) / protocol.windows)
    const end =
      w + 1 === protocol.windows
        ? Infinity
        : cutAt(protocol.train + ((1 - protocol.train) * (w + 1)) / protocol.windows)
    const before = dated.filter((i) => at[i] < cut)
    const known = before.filter((i) => !(labelled.at[i] >= cut))
    const enough = trainable(labelled.y, known)
    const train = (enough ? known : before).sort()
    const test = dated.filter((i) => at[i] >= cut && at[i] < end).sort()
    if (!hasBoth(labelled.y, test) || !hasBoth(labelled.y, train)) {
      skipped++
      continue
    }
    if (enough) late += before.length - known.length
    else kept += before.length - known.length
    // The last moment that may be seen is the one before the bound.
    const asOf = clock === 'labelled' ? cut - 1 : end === Infinity ? undefined : end - 1
    splits.push({
      name: `from ${new Date(cut).toISOString().slice(0, 10)}`,
      train,
      test,
      ...(asOf !== undefined && { asOf }),
      seed: seed + w,
    })
  }
  if (splits.length === 0) {
    const bad = positives(labelled.y, dated)
    throw new ShoalError(
      'invalid_input',
      `No split by time: by ${WORDS[clock]}, no moment leaves malicious and benign accounts on both sides (${bad} malicious and ${dated.length - bad} benign dated accounts). Use another share, fewer windows, or another protocol.`,
    )
  }
  if (skipped > 0) notes.push(`${skipped} windows had one class only and were left out.`)
  if (late > 0) notes.push(`${late} labels were given after the cut and not trained on.`)
  if (kept > 0)
    notes.push(
      `${kept} labels were given after the cut, but too few would be left without them: they were trained on.`,
    )
  const share = Math.round(protocol.train * 100)
  return {
    splits,
    text: `by time, first ${share}% train${splits.length > 1 ? `, ${splits.length} windows` : ''}`,
    notes,
  }
}
