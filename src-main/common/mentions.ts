/**
 * Things named in a note: stored in its text as `@{account:123|wx_9f31}`, `@{community:17#5|C-18}` (run 5),
 * `@{entity:9|D-7}`, `@{case:2|Spring ring}`. The label is how it was called when the note was written, so that the
 * text can be read without this program; in it `\` and `}` are escaped by `\`.
 */
export const MENTION_KINDS = ['account', 'community', 'entity', 'case'] as const
export type MentionKind = (typeof MENTION_KINDS)[number]

export interface Mention {
  kind: MentionKind
  /** Id of the account, community, entity or case. */
  ref: number
  /** Communities: the run that found it; another run's C-3 is another community. */
  run: number | null
  label: string
}
export type NotePart = string | Mention

const TOKEN = /@\{(account|community|entity|case):(\d{1,15})(?:#(\d{1,15}))?\|((?:[^\\}]|\\[\\}])*)\}/g

/** A mention as it is stored. */
export function mentionToken({ kind, ref, run, label }: Mention): string {
  return `@{${kind}:${ref}${run === null ? '' : `#${run}`}|${label.replace(/[\\}]/g, '\\$&')}}`
}

/** A note's text in pieces; what is no well-formed mention stays text. Joining tokens and texts gives the note again. */
export function noteParts(text: string): NotePart[] {
  const parts: NotePart[] = []
  let at = 0
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > at) parts.push(text.slice(at, match.index))
    parts.push({
      kind: match[1] as MentionKind,
      ref: Number(match[2]),
      run: match[3] === undefined ? null : Number(match[3]),
      label: match[4]!.replace(/\\([\\}])/g, '$1'),
    })
    at = match.index + match[0].length
  }
  if (at < text.length) parts.push(text.slice(at))
  return parts
}

/** A note as one reads it where nothing can be clicked: '… with @wx_9f31'. `name`: how a mention is called. */
export function plainNote(text: string, name: (mention: Mention) => string = (m) => m.label): string {
  return noteParts(text)
    .map((part) => (typeof part === 'string' ? part : `@${name(part)}`))
    .join('')
}

/** What is being typed after an @ that ends the text before the caret; null: no mention is being typed. */
export function mentionBeingTyped(before: string): string | null {
  // After a letter or digit of the Latin alphabet it is an address of mail.
  const match = /(?<![A-Za-z0-9._])@([^\s@{}]{0,40})$/u.exec(before)
  return match ? match[1]! : null
}

/** A draft shows mentions as '@label'; this puts their tokens in. Longer labels first, so that @ab is not read as @a. */
export function encodeDraft(draft: string, mentions: readonly { shown: string; token: string }[]): string {
  const sorted = [...mentions].sort((a, b) => b.shown.length - a.shown.length)
  let text = ''
  for (let at = 0; at < draft.length;) {
    const found = draft[at] === '@' && sorted.find((m) => draft.startsWith(`@${m.shown}`, at))
    if (found) {
      text += found.token
      at += found.shown.length + 1
    } else text += draft[at++]!
  }
  return text
}
