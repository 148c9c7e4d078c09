import type { Outcome } from './attempt.js'

const certificateCode = /CERT|SELF_SIGNED|ISSUER|CRL|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|UNABLE_TO_VERIFY/
const certificateMessage = /certificate|self[- ]signed/i

/** Tells a certificate that was refused, which no retry heals, from a connection that failed. */
export function connectionFault(reason: unknown): Outcome & { kind: 'fault' } {
  const causes = causesOf(reason)
  const certificate = causes.find((cause) => certificateCode.test(cause.code) || certificateMessage.test(cause.message))
  if (certificate) return { kind: 'fault', code: 'certificate_rejected', reason: `the server's certificate was refused (${describe(certificate)})` }
  const deepest = causes.at(-1)
  return { kind: 'fault', code: 'connection_failed', reason: `the connection failed${deepest ? ` (${describe(deepest)})` : ''}` }
}

interface Cause {
  readonly code: string
  readonly message: string
}

/** The error and what it names as its causes, outermost first: fetch hides the reason behind "fetch failed". */
function causesOf(reason: unknown): Cause[] {
  const found: Cause[] = []
  const waiting: unknown[] = [reason]
  while (waiting.length > 0 && found.length < 10) {
    const next = waiting.shift() as { code?: unknown; message?: unknown; cause?: unknown; errors?: unknown } | null | undefined
    if (typeof next !== 'object' || next === null) continue
    found.push({ code: typeof next.code === 'string' ? next.code : '', message: typeof next.message === 'string' ? next.message : '' })
    waiting.push(next.cause)
    if (Array.isArray(next.errors)) waiting.push(...next.errors)
  }
  return found
}

function describe(cause: Cause): string {
  if (cause.code === '' || cause.message.includes(cause.code)) return cause.message || 'no reason was given'
  return cause.message === '' ? cause.code : `${cause.code}: ${cause.message}`
}
