import { Button, Dialog, DialogBody, Icon, InputGroup } from '@blueprintjs/core'
import { useState } from 'react'
import type { VerifyResult } from '../../../src-main/common/contract/cases.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useT } from '../../ui/i18n/index.ts'
import { ErrorState } from '../../ui/states.tsx'

/** Checks a pack where it lies and says what it found. */
export function VerifyButton(props: { path: string }) {
  const t = useT()
  const [busy, setBusy] = useState(false)
  const [result, setResult] = useState<VerifyResult | null>(null)
  const [error, setError] = useState<ErrorShape | null>(null)
  const verify = async () => {
    setBusy(true)
    setResult(null)
    setError(null)
    try {
      setResult(await api.call('evidence.verify', { path: props.path }))
    } catch (failure) {
      setError(toErrorShape(failure))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="verify">
      <Button
        icon="endorsed"
        text={busy ? t('case.verifying') : t('case.verify')}
        // Not `loading`: a disabled button loses the focus, and with it the dialog its Escape.
        aria-busy={busy}
        disabled={props.path === ''}
        data-testid="verify"
        onClick={() => {
          if (!busy) void verify()
        }}
      />
      {error && <ErrorState error={error} compact />}
      {result && <VerifyReport result={result} />}
    </div>
  )
}

export function VerifyReport(props: { result: VerifyResult }) {
  const t = useT()
  const { result } = props
  return (
    <div
      className={`verify-result ${result.ok ? 'is-ok' : 'is-bad'}`}
      role="status"
      data-testid="verify-result"
      data-ok={result.ok}
    >
      <p>
        <Icon icon={result.ok ? 'endorsed' : 'error'} size={14} />{' '}
        {result.ok
          ? t('case.verifyOk', { count: result.files })
          : t('case.verifyBad', { count: result.problems.length })}
      </p>
      {result.problems.length > 0 && (
        <ul>
          {result.problems.slice(0, 50).map((p, i) => (
            <li key={i}>
              {p.file && <code>{p.file}</code>} {p.message}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** Checks any pack, also one that somebody else sent. */
export function VerifyDialog(props: { isOpen: boolean; onClose(): void }) {
  const t = useT()
  const [path, setPath] = useState('')
  return (
    <Dialog
      isOpen={props.isOpen}
      onClose={props.onClose}
      title={t('case.verifyOther')}
      className="case-dialog"
    >
      <DialogBody>
        <label className="case-field">
          <span>{t('case.verifyPath')}</span>
          <InputGroup fill value={path} onValueChange={setPath} data-testid="verify-path" />
        </label>
        <VerifyButton key={path} path={path.trim()} />
      </DialogBody>
    </Dialog>
  )
}
