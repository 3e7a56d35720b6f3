/**
 * What in a text can lead to a person without being a key of the workspace: addresses, numbers to call or write to.
 * Every pattern names what it finds; the name begins the pseudonym and is the same in every language.
 */
const PATTERNS: { name: string; pattern: RegExp; group?: number }[] = [
  { name: 'mail', pattern: /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/g },
  { name: 'url', pattern: /\b(?:https?:\/\/|www\.|t\.me\/|wa\.me\/)[^\s"'<>，。！？、）)]{3,400}/gi },
  { name: 'ip', pattern: /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g },
  { name: 'ip', pattern: /(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f:]{1,24}(?![\w:])/gi },
  // A name to write to after the messenger's: 微信：abc_123, vx abc123, telegram @abc.
  {
    name: 'contact',
    pattern:
      /(?:微信|薇信|威信|[vV]信|(?<![a-z])(?:wechat|weixin|vx|wx|qq|telegram|tg|whatsapp|line|skype)(?![a-z])|扣扣|企鹅)(?:号|号码|id)?\s*[:：是为@]?\s*@?([A-Za-z0-9][\w-]{4,24})/gi,
    group: 1,
  },
]
/** Seven digits and more, with what people put between them. Only in what people wrote: figures can be as long. */
const NUMBER = /(?<![\w·.])\+?\d(?:[\s-]?\d){6,18}(?![\w·])/g

/** Replaces what looks like a way to a person. `written`: a person wrote the text, so that long numbers count, too. */
export function maskPatterns(
  text: string,
  written: boolean,
  replace: (kind: string, found: string) => string,
): string {
  let out = text
  for (const { name, pattern, group } of PATTERNS) {
    out = out.replace(pattern, (whole: string, ...rest: unknown[]) => {
      if (!group) return replace(name, whole)
      const found = rest[group - 1] as string
      return whole.slice(0, whole.length - found.length) + replace(name, found)
    })
  }
  return written ? out.replace(NUMBER, (found) => replace('number', found)) : out
}

/** Attributes (columns of the export) whose values say who somebody is. */
const PERSONAL =
  /name|nick|phone|mobile|mail|wechat|weixin|(^|_)(qq|tel|vx|im|ip)(_|$)|address|\bbio\b|(^|_)bio|signature|profile|avatar|passport|birth|contact|url|昵称|姓名|名字|手机|电话|邮箱|签名|微信|地址|身份证|简介|头像/i
const HARMLESS = /country|prefix|region|province|version|verified|length|has_|is_|_count|_type|国家|地区/i

export function isPersonal(attribute: string): boolean {
  return PERSONAL.test(attribute) && !HARMLESS.test(attribute)
}
