/** The heartbeat is on the server's disk. */
export interface HeartbeatAccepted {
  readonly ok: true
  /** The HTTP status: 200. */
  readonly status: number
  readonly code: null
  readonly error: null
  /** How often it was tried. */
  readonly attempts: number
  readonly monitorId: string
  readonly checkId: string | null
  /** What the monitor is now: usually `up`, or `paused`. */
  readonly monitorStatus: string | null
  /** RFC 3339, UTC. */
  readonly receivedAt: string | null
  readonly nextExpectedAt: string | null
  readonly deadlineAt: string | null
}

/** The heartbeat was not accepted. */
export interface HeartbeatFailure {
  readonly ok: false
  /** The HTTP status, or null when no answer came. */
  readonly status: number | null
  /**
   * The code of the server's answer, for example `monitor_not_found`, or one of the SDK's own: `http_error`, `invalid_answer`,
   * `redirect_not_followed`, `connection_failed`, `timeout`, `certificate_rejected`, `aborted`.
   */
  readonly code: string
  /** One sentence for people. It never holds the key. */
  readonly error: string
  /** How often it was tried. */
  readonly attempts: number
  readonly monitorId: string
}

export type HeartbeatResult = HeartbeatAccepted | HeartbeatFailure
