import type { Cell, Output } from '../../../common/mapping/mapping.ts'
import { requiredRoles, rolesOf, type RoleKind, type TableName } from '../../../common/mapping/roles.ts'
import { guessNumber, guessTime, signWords, type ColumnGuess } from './columns.ts'
import { ENTITY_MEANINGS, type EntityMeaning } from './headers.ts'
import type { Attempt } from './kinds.ts'
import { guessLabels } from './labels.ts'
import type { GuessNote } from './table.ts'

/** Columns whose values accounts share, of those that play no role. */
export function entityColumns(
  columns: readonly ColumnGuess[],
  { meant }: Attempt,
): { column: ColumnGuess; type: EntityMeaning }[] {
  return columns.flatMap((column) => {
    const best = column.meanings[0]
    if (meant.has(column) || !best || best.sure < 0.5) return []
    const type = ENTITY_MEANINGS.find((meaning) => meaning === best.meaning)
    return type ? [{ column, type }] : []
  })
}

/** What a row becomes if the table is of the attempt's kind. */
export function outputsOf(attempt: Attempt, columns: readonly ColumnGuess[], exact: boolean): Output[] {
  const { kind, taken, notes } = attempt
  const roles = rolesOf(kind)
  const cells: Record<string, Cell> = {}
  for (const [role, column] of Object.entries(taken))
    cells[role] = cellOf(column, role, roles[role]!.kind, notes)
  const outputs: Output[] = []
  const account = (kind === 'reports' || kind === 'relations' ? null : taken['account_id']) ?? null
  const keeps = kind === 'accounts' || kind === 'events'
  const main: Output = { to: kind, cells, attributes: keeps ? 'rest' : [], optional: false }
  const complete = requiredRoles(kind).every((role) => cells[role] !== undefined)
  if (complete) outputs.push(main)
  else if (kind === 'reports') {
    cells['report_id'] = { row: true }
    notes.push({ code: 'row_numbers_as_ids', column: null })
    outputs.push(main)
  }
  if (kind === 'labels' && taken['label']) {
    const label = taken['label']
    const words = guessLabels(label.profile.top, label.profile.filled)
    if (words && Object.keys(words).length > 0) main.cells['label'] = { column: label.name, words }
    // Which word is the malicious one, a person has to say where the words don't.
    if (!exact || words) notes.push({ code: 'label_words', column: label.name })
  }
  if (kind === 'events' && !exact && cells['kind'] === undefined) {
    const text = columns.find(({ meanings }) => meanings[0]?.meaning === 'text')
    const event =
      eventOf(`${attempt.named} ${columns.map(({ name }) => name).join(' ')}`) ??
      (text ? writtenOf(`${text.name} ${attempt.named}`) : null)
    if (event !== null) main.cells['kind'] = { value: event }
  }
  if (exact || account === null) return outputs
  // What accounts share becomes links, wherever it stands; what says malicious or benign becomes labels.
  const id: Cell = { column: account.name }
  const when = timesOf(kind, cells)
  for (const { column, type } of entityColumns(columns, attempt)) {
    attempt.meant.set(column, type)
    outputs.push({
      to: 'links',
      cells: { account_id: id, entity_type: { value: type }, entity_id: { column: column.name }, ...when },
      attributes: [],
      optional: kind !== 'links' || outputs.length > 0,
    })
  }
  if (kind === 'accounts' || kind === 'events') {
    const label = columns.find(
      ({ meanings, profile }) =>
        meanings.some(({ meaning, sure }) => meaning === 'label' && sure >= 0.7) &&
        guessLabels(profile.top, profile.filled) !== null,
    )
    if (label && !attempt.meant.has(label)) {
      attempt.meant.set(label, 'label')
      notes.push({ code: 'label_words', column: label.name })
      const words = guessLabels(label.profile.top, label.profile.filled)!
      // Of what accounts did, one bad act says something of the account, a good one nothing.
      const meant = kind === 'accounts' ? words : onlyMalicious(words)
      outputs.push({
        to: 'labels',
        cells: { account_id: id, label: { column: label.name, words: meant }, ...judgedAt(kind, cells) },
        attributes: [],
        optional: true,
      })
    } else if (kind === 'accounts' && LISTS.test(attempt.named)) {
      notes.push({ code: 'label_by_name', column: null })
      outputs.push({
        to: 'labels',
        cells: { account_id: id, label: { value: 'malicious' } },
        attributes: [],
        optional: true,
      })
    }
  }
  return outputs
}

/** Files that list who was judged malicious. */
const LISTS =
  /黑名单|黑名單|(?:封禁|封号|违规|作弊|欺诈|处置)(?:账号|帐号|用户|会员)?(?:名单|列表|清单)|black[-_ ]?list|ban(?:ned)?[-_ ]?(?:list|users?|accounts?|ids?|members?)|(?:suspended|blocked|fraud(?:ulent)?|spam|bot)[-_ ]?(?:list|users|accounts|ids|members)/i

function onlyMalicious(words: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).map(([word, meaning]) => [word, meaning === 'malicious' ? meaning : '']),
  )
}

function judgedAt(kind: TableName, cells: Record<string, Cell>): Record<string, Cell> {
  return kind === 'events' && cells['ts'] ? { ts: cells['ts'] } : {}
}

/** What somebody wrote, by what its text is called, or its file. */
function writtenOf(names: string): string | null {
  const kinds: [RegExp, string][] = [
    [/comment|评论|評論/i, 'comment'],
    [/review|评价|評價/i, 'review'],
    [/tweet|weibo|微博|post|帖|博文/i, 'post'],
    [/message|msg|chat|sms|消息|聊天|私信/i, 'message'],
  ]
  return kinds.find(([pattern]) => pattern.test(names))?.[1] ?? null
}

/** What a log is of, where its name or its columns' names say so. */
function eventOf(names: string): string | null {
  const login = /log[-_ ]?[io]n|sign[-_ ]?in|登录|登陆|登入/i.test(names)
  const register = /regist|sign[-_ ]?up|注册|註冊/i.test(names)
  return login === register ? null : login ? 'login' : 'register'
}

/** When a link that a row of that kind tells of was seen. */
function timesOf(kind: TableName, cells: Record<string, Cell>): Record<string, Cell> {
  if (kind === 'events' && cells['ts']) return { first_seen: cells['ts'], last_seen: cells['ts'] }
  if (kind !== 'links') return {}
  return Object.fromEntries(
    Object.entries(cells).filter(([role]) => ['first_seen', 'last_seen', 'count'].includes(role)),
  )
}

function cellOf(column: ColumnGuess, role: string, kind: RoleKind, notes: GuessNote[]): Cell {
  const cell = { column: column.name }
  if (kind === 'number' || kind === 'count') {
    const number = guessNumber(column)
    return number === undefined ? cell : { ...cell, number }
  }
  if (role === 'type') {
    const words = signWords(column)
    return words ? { ...cell, words } : cell
  }
  if (role === 'outcome') {
    const words = outcomeWords(column)
    return words ? { ...cell, words } : cell
  }
  if (kind !== 'time') return cell
  const guess = guessTime(column)
  if (guess.doubt) notes.push({ code: guess.doubt, column: column.name })
  return guess.time.format === 'auto' && guess.time.zone === undefined ? cell : { ...cell, time: guess.time }
}

const YES = /^(?:true|t|yes|y|1|是)$/i
const NO = /^(?:false|f|no|n|0|否)$/i

/** What yes and no mean in a column that asks whether it went well; null for any other. */
function outcomeWords({ name, profile: { top } }: ColumnGuess): Record<string, string> | null {
  if (!/succe|成功|(?:^|[^a-z])ok$/i.test(name) || top.length === 0) return null
  if (!top.every(({ value }) => YES.test(value) || NO.test(value))) return null
  return Object.fromEntries(top.map(({ value }) => [value, YES.test(value) ? 'ok' : 'fail']))
}
