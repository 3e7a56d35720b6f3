import type { ReactNode } from 'react'
import Markdown, { defaultUrlTransform } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { runCommand } from '../../frame/commands.ts'
import { keysOf } from './keys.ts'
import { anchorOf, type Page } from './pages.ts'

/** The words of a heading, which may hold emphasis or code. */
function textOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node)
  if (Array.isArray(node)) return node.map(textOf).join('')
  if (node !== null && typeof node === 'object' && 'props' in node)
    return textOf((node.props as { children?: ReactNode }).children)
  return ''
}

interface HeadingProps {
  children?: ReactNode
}
/** The page's title is the second level already. */
const SectionHeading = ({ children }: HeadingProps) => (
  <h3 id={`help-${anchorOf(textOf(children))}`}>{children}</h3>
)
const PartHeading = ({ children }: HeadingProps) => (
  <h4 id={`help-${anchorOf(textOf(children))}`}>{children}</h4>
)

/** A page of the handbook. Links lead to other pages, or do what they name: [open the map](command:go.map). */
export function PageText(props: { page: Page; onOpen(page: string, anchor?: string): void }) {
  const { page, onOpen } = props
  return (
    <article className="sh-help-text" data-testid={`help-page-${page.name}`}>
      <h2>{page.title}</h2>
      <Markdown
        remarkPlugins={[remarkGfm]}
        urlTransform={(url) => (url.startsWith('command:') ? url : defaultUrlTransform(url))}
        components={{
          h2: SectionHeading,
          h3: PartHeading,
          a({ href = '', children }) {
            const act = () => {
              if (href.startsWith('command:')) return runCommand(href.slice('command:'.length))
              const [file = '', anchor = ''] = href.split('#')
              onOpen(file === '' ? page.name : file.replace(/\.md$/, ''), decodeURIComponent(anchor))
            }
            // Nothing leads out of the app: it works without a network.
            if (/^https?:/.test(href)) return <span className="sh-help-url">{href}</span>
            return (
              <button type="button" className="sh-link" onClick={act}>
                {children}
              </button>
            )
          },
          code({ children }) {
            const text = textOf(children)
            const keys = keysOf(text)
            if (keys !== null) return <kbd className="sh-kbd">{keys}</kbd>
            return <code>{text}</code>
          },
        }}
      >
        {page.text}
      </Markdown>
    </article>
  )
}
