// The types of this file stand in the consumer's program, which may know neither a browser's types nor those of Node.js.
import type { Metadata } from './metadata.js'
import type { HeartbeatResult } from './result.js'

/** The part of an `AbortSignal` that the SDK uses. */
export interface Signal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

export interface Heartbeat {
  /** The id of the heartbeat monitor, 24 hex digits. */
  monitorId: string
  metadata?: Metadata | null | undefined
  /** For a heartbeat that had to wait: when the work was done, at most 7 days ago. Left out, it is now. */
  occurredAt?: Date | null | undefined
  /** Overrides the client's `throwOnError` for this call. */
  throwOnError?: boolean | undefined
  /** Calls the heartbeat off: the result has the code `aborted`. */
  signal?: Signal | undefined
}

export interface HeartbeatCronOptions {
  monitorId: string
  /** From 0.1 seconds to 400 days. Choose less than the monitor's expected interval. */
  intervalSeconds: number
  /** Sent with each heartbeat; a function is called for each. When it fails, the heartbeat goes without metadata. */
  metadata?: Metadata | null | (() => Metadata | null | undefined | Promise<Metadata | null | undefined>) | undefined
  /** Told about every heartbeat. */
  onResult?: ((result: HeartbeatResult) => void) | undefined
}

export interface WithHeartbeatOptions<T> {
  /** Sent with the heartbeat; a function gets what the work returned. When it fails, the heartbeat goes without metadata. */
  metadata?: Metadata | null | ((result: T) => Metadata | null | undefined | Promise<Metadata | null | undefined>) | undefined
  throwOnError?: boolean | undefined
  signal?: Signal | undefined
}

/** A running series of heartbeats. */
export interface HeartbeatCron {
  /** Ends the series; a heartbeat on its way is called off. It may be called twice. */
  stop(): void
}
