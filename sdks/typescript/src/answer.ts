import type { Outcome } from './attempt.js'
import type { HeartbeatResult } from './result.js'
import type { Secret } from './secret.js'

const codeForm = /^[a-z0-9_]{1,64}$/

/** What an outcome means for the heartbeat. */
export function judge(outcome: Outcome, monitorId: string, attempts: number, secret: Secret): HeartbeatResult {
  const fail = (status: number | null, code: string, error: string): HeartbeatResult => ({
    ok: false, status, code, error: secret.clean(error), attempts, monitorId: secret.clean(monitorId),
  })
  if (outcome.kind === 'fault') return fail(null, outcome.code, `No answer: ${outcome.reason}.`)

  const { status } = outcome
  const answer = parse(outcome.body)
  if (status === 200 && answer?.success === true) {
    const text = (value: unknown) => (typeof value === 'string' ? secret.clean(value) : null)
    return {
      ok: true, status, code: null, error: null, attempts,
      monitorId: text(answer.monitor_id) ?? monitorId,
      checkId: text(answer.check_id),
      monitorStatus: text(answer.status),
      receivedAt: text(answer.received_at),
      nextExpectedAt: text(answer.next_expected_at),
      deadlineAt: text(answer.deadline_at),
    }
  }
  if (status < 300) return fail(status, 'invalid_answer', `Status ${status}, but not Exemplar's answer. Is the base address right?`)
  if (status < 400) return fail(status, 'redirect_not_followed', `Status ${status}: redirects are not followed. Is the base address right?`)
  const code = answer?.code
  const known = typeof code === 'string' && codeForm.test(code) && !secret.isIn(code)
  return fail(status, known ? code : 'http_error', `Status ${status}${known ? ` ${code}` : ''}${explanation(answer)}`)
}

/** Whether another attempt may help. */
export function mayHelpToRetry(outcome: Outcome): boolean {
  if (outcome.kind === 'fault') return outcome.code === 'connection_failed' || outcome.code === 'timeout'
  return outcome.status === 429 || outcome.status >= 500
}

function parse(body: string | null): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** What the problem says about itself: its detail, else its title, and every field that it names. */
function explanation(problem: Record<string, unknown> | null): string {
  const parts: string[] = []
  const sentence = [problem?.detail, problem?.title].find((text) => typeof text === 'string' && text !== '')
  if (sentence) parts.push(sentence as string)
  const errors = problem?.errors
  if (typeof errors === 'object' && errors !== null)
    for (const [field, reasons] of Object.entries(errors))
      if (Array.isArray(reasons)) parts.push(`${field}: ${reasons.filter((reason) => typeof reason === 'string').join(', ')}`)
  return parts.length === 0 ? '.' : `: ${parts.join(' ')}`
}
