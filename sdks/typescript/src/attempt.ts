import { connectionFault } from './faults.js'
import type { Settings } from './options.js'
import { retryAfter } from './retries.js'
import { unref } from './runtime.js'
import { version } from './version.js'

const mostAnswerBytes = 64 * 1024

/** What came of one attempt: an answer, or a reason why there is none. */
export type Outcome =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string | null; readonly retryAfterMilliseconds: number }
  | { readonly kind: 'fault'; readonly code: 'connection_failed' | 'certificate_rejected' | 'timeout' | 'aborted'; readonly reason: string }

/** Sends once. The time limit covers everything, from the connection to the last byte of the answer. Never throws. */
export async function attempt(settings: Settings, body: string, milliseconds: number, signal: AbortSignal, background: boolean): Promise<Outcome> {
  const controller = new AbortController()
  let late = false
  const timer = setTimeout(() => {
    late = true
    controller.abort()
  }, milliseconds)
  if (background) unref(timer)
  const abort = () => controller.abort()
  signal.addEventListener('abort', abort)
  try {
    if (signal.aborted) return aborted
    const response = await settings.fetch(settings.url, {
      method: 'POST',
      headers: {
        'X-API-Key': settings.secret.reveal(),
        'Content-Type': 'application/json',
        Accept: 'application/json',
        'User-Agent': `exemplar-typescript/${version}`,
      },
      body,
      // Followed, a redirect could carry the key to a host that nobody named.
      redirect: 'manual',
      signal: controller.signal,
    })
    // A browser hides where a redirect leads and calls its status 0.
    const status = response.type === 'opaqueredirect' ? 302 : response.status
    const wait = retryAfter(response.headers.get('Retry-After'), Date.now())
    return { kind: 'answer', status, body: await read(response), retryAfterMilliseconds: wait }
  } catch (reason) {
    if (late) return { kind: 'fault', code: 'timeout', reason: `no answer within ${seconds(milliseconds)} s` }
    if (signal.aborted) return aborted
    return connectionFault(reason)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

/** Called off before an answer came. */
export const aborted = { kind: 'fault', code: 'aborted', reason: 'it was called off' } as const

/** The body as text, or null when it is longer than anything that Exemplar answers. */
async function read(response: Response): Promise<string | null> {
  if (!response.body) return await response.text()
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.length
    if (bytes > mostAnswerBytes) {
      reader.cancel().catch(() => {})
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)
}
