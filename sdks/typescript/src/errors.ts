import type { HeartbeatFailure } from './result.js'

/** The SDK was called in a way that cannot work: it says so at once, and nothing was sent. */
export class ExemplarMisuseError extends TypeError {
  override readonly name = 'ExemplarMisuseError'
}

/** A heartbeat was not accepted, and `throwOnError` asked for an exception instead of a result. */
export class ExemplarError extends Error {
  override readonly name = 'ExemplarError'
  /** The HTTP status, or null when no answer came. */
  readonly status: number | null
  /** The code of the server's answer, for example `monitor_not_found`, or one of the SDK's own. */
  readonly code: string
  /** How often it was tried. */
  readonly attempts: number

  constructor(failure: HeartbeatFailure) {
    super(failure.error)
    this.status = failure.status
    this.code = failure.code
    this.attempts = failure.attempts
  }
}
