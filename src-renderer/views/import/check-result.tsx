import { Button, Icon } from '@blueprintjs/core'
import { useState } from 'react'
import type { CheckItem, CheckReport } from '../../../src-main/common/contract/check.ts'
import { usePrefs } from '../../state/prefs.ts'
import { Explained } from '../../ui/explain.tsx'
import { formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { HashText } from '../../ui/text.tsx'

/** What a check of the workspace found; what is not in order is open, with what to do. */
export function CheckResult({ report }: { report: CheckReport }) {
  const t = useT()
  const [open, setOpen] = useState(!report.ok)
  const bad = report.items.filter(({ faults }) => faults > 0).length
  return (
    <div className="sh-check" data-testid="check-result" data-ok={report.ok}>
      <p className="sh-check-line">
        <span className={report.ok ? '' : 'sh-bad'}>
          {report.ok ? t('jobs.check.whole') : t('jobs.check.notWhole', { count: bad })}
        </span>
        <span className="sh-quiet">
          <Explained what={t('jobs.check.contentAbout')}>{t('jobs.check.content')}</Explained>{' '}
          {report.contentHash === null ? (
            t('jobs.check.noContent')
          ) : (
            <HashText hash={report.contentHash} length={12} />
          )}
        </span>
        <Button
          variant="minimal"
          size="small"
          text={t(open ? 'jobs.check.less' : 'jobs.check.details')}
          aria-expanded={open}
          data-testid="check-details"
          onClick={() => setOpen(!open)}
        />
      </p>
      {open && (
        <ul className="sh-check-items">
          {report.items.map((item) => (
            <Item key={item.code} item={item} />
          ))}
        </ul>
      )}
    </div>
  )
}

function Item({ item }: { item: CheckItem }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const ok = item.faults === 0
  return (
    <li data-code={item.code} data-faults={item.faults}>
      <Icon icon={ok ? 'tick' : 'error'} size={12} className={ok ? '' : 'sh-bad'} />
      <div>
        {t(`jobs.check.name.${item.code}`)}{' '}
        <span className={ok ? 'sh-quiet' : 'sh-bad'}>
          {ok
            ? t(`jobs.check.looked.${item.code}`, { n: formatNumber(item.looked, language) })
            : t('jobs.check.faults', { count: item.faults })}
        </span>
        {!ok && (
          <>
            {/* For a specialist: tables and files by name, in English. */}
            <pre lang="en">{item.samples.join('\n')}</pre>
            <p>{t(`jobs.check.advice.${item.code}`)}</p>
          </>
        )}
      </div>
    </li>
  )
}
