import { judge, mayHelpToRetry } from './answer.js'
import { aborted, attempt, type Outcome } from './attempt.js'
import { startCron } from './cron.js'
import { ExemplarError } from './errors.js'
import type { Heartbeat, HeartbeatCron, HeartbeatCronOptions, Signal, WithHeartbeatOptions } from './heartbeat.js'
import { checkMonitorId, metadataAsJson } from './metadata.js'
import { momentAsText } from './moment.js'
import { check, type ExemplarOptions, type Settings } from './options.js'
import type { HeartbeatFailure, HeartbeatResult } from './result.js'
import { backoff } from './retries.js'
import { monotonicNow, sleep, unref } from './runtime.js'
import { Warnings } from './warnings.js'

interface Sending {
  readonly monitorId: string
  readonly metadata: string | null
  readonly occurredAt?: string | null
  readonly signal: Signal | undefined
  /** Nobody waits for it: its timers do not keep the process alive. */
  readonly background: boolean
}

/** Sends heartbeats with one API key. Most programs need only `initExemplar`; this is for several organizations in one process. */
export class ExemplarClient {
  readonly #settings: Settings
  readonly #warnings: Warnings

  constructor(options: ExemplarOptions) {
    this.#settings = check(options)
    this.#warnings = new Warnings(this.#settings.warn)
  }

  /** Sends one heartbeat. Resolves to a result; rejects only for misuse, or when `throwOnError` asks for it. */
  async sendHeartbeat(heartbeat: Heartbeat): Promise<HeartbeatResult> {
    const monitorId = checkMonitorId(heartbeat?.monitorId)
    const { metadata, occurredAt, signal } = heartbeat
    const sending = { monitorId, metadata: metadataAsJson(metadata), occurredAt: momentAsText(occurredAt), signal, background: false }
    const throwOnError = heartbeat.throwOnError ?? this.#settings.throwOnError
    const result = await this.#send(sending)
    if (!result.ok && throwOnError) throw new ExemplarError(result)
    this.#log(result, monitorId)
    return result
  }

  /** Beats at once and then on the interval, until `stop()`. It does not keep the process alive and never throws later. */
  startHeartbeatCron(options: HeartbeatCronOptions): HeartbeatCron {
    const monitorId = checkMonitorId(options?.monitorId)
    const { intervalSeconds, metadata, onResult } = options
    if (typeof metadata !== 'function') metadataAsJson(metadata)
    return startCron(intervalSeconds, async (signal) => {
      const made = await this.#makeMetadata(monitorId, metadata, undefined, true)
      const result = await this.#send({ monitorId, metadata: made, signal, background: true })
      this.#log(result, monitorId)
      // An async listener is not waited for: it must not hold up the next heartbeat.
      void this.#quietly(`onResult ${monitorId}`, `onResult failed for monitor ${monitorId}`, () => onResult?.(result))
    })
  }

  /** Runs the work and beats only when it succeeds. Returns, or throws, what the work does. */
  async withHeartbeat<T>(monitorId: string, work: () => T | Promise<T>, options: WithHeartbeatOptions<T> = {}): Promise<T> {
    // All misuse is told before the work begins: afterwards its result would be lost.
    const id = checkMonitorId(monitorId)
    if (typeof options.metadata !== 'function') metadataAsJson(options.metadata)
    const value = await work()
    const metadata = await this.#makeMetadata(id, options.metadata, value, false)
    const result = await this.#send({ monitorId: id, metadata, signal: options.signal, background: false })
    if (!result.ok && (options.throwOnError ?? this.#settings.throwOnError)) throw new ExemplarError(result)
    this.#log(result, id)
    return value
  }

  toString(): string {
    return `ExemplarClient(${this.#settings.url})`
  }

  toJSON(): { url: string } {
    return { url: this.#settings.url }
  }

  async #send(sending: Sending): Promise<HeartbeatResult> {
    const settings = this.#settings
    const { monitorId, background } = sending
    const body = bodyOf(sending)
    const end = monotonicNow() + settings.totalMilliseconds
    const calledOff = new AbortController()
    const callOff = () => calledOff.abort()
    if (sending.signal?.aborted) callOff()
    sending.signal?.addEventListener('abort', callOff)
    try {
      let before: Outcome | undefined
      for (let attempts = 1; ; attempts++) {
        const left = Math.max(1, end - monotonicNow())
        let outcome = await attempt(settings, body, Math.min(left, settings.attemptMilliseconds), calledOff.signal, background)
        const cutShort = outcome.kind === 'fault' && outcome.code === 'timeout' && left < settings.attemptMilliseconds
        // What an earlier attempt saw tells more than that the time was over.
        if (cutShort && before) outcome = before
        const result = judge(outcome, monitorId, attempts, settings.secret)
        if (cutShort || !mayHelpToRetry(outcome) || attempts >= settings.maxAttempts) return result
        const asked = outcome.kind === 'answer' ? outcome.retryAfterMilliseconds : 0
        const wait = Math.max(asked, backoff(attempts, Math.random()))
        if (monotonicNow() + wait >= end) return result
        await sleep(wait, calledOff.signal, background)
        if (calledOff.signal.aborted) return judge(aborted, monitorId, attempts, settings.secret)
        before = outcome
      }
    } finally {
      sending.signal?.removeEventListener('abort', callOff)
    }
  }

  /** The metadata as JSON, whatever the caller's function does: a heartbeat without metadata is better than a false alarm. */
  async #makeMetadata(monitorId: string, metadata: unknown, argument: unknown, background: boolean): Promise<string | null> {
    const subject = `metadata ${monitorId}`
    try {
      const made = typeof metadata === 'function' ? await this.#inTime(Promise.resolve(metadata(argument)), background) : metadata
      const json = metadataAsJson(made)
      this.#warnings.worked(subject)
      return json
    } catch (reason) {
      this.#warnings.failed(subject, this.#line(`the heartbeat of monitor ${monitorId} goes without metadata: ${textOf(reason)}`))
      return null
    }
  }

  async #quietly(subject: string, what: string, call: () => unknown): Promise<void> {
    try {
      await call()
    } catch (reason) {
      this.#warnings.failed(subject, this.#line(`${what}: ${textOf(reason)}`))
    }
  }

  #inTime<T>(promise: Promise<T>, background: boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      const limit = this.#settings.attemptMilliseconds
      const timer = setTimeout(() => reject(new Error(`the metadata function took longer than ${limit / 1000} s`)), limit)
      if (background) unref(timer)
      promise.then(resolve, reject).finally(() => clearTimeout(timer))
    })
  }

  #log(result: HeartbeatResult, monitorId: string): void {
    if (result.ok) this.#warnings.worked(monitorId)
    else if (result.code !== 'aborted') this.#warnings.failed(monitorId, this.#line(failureText(result)))
  }

  #line(text: string): string {
    return `[exemplar] ${this.#settings.secret.clean(text)}`
  }
}

function bodyOf({ monitorId, metadata, occurredAt }: Sending): string {
  const fields = [`"monitor_id":${JSON.stringify(monitorId)}`]
  if (metadata !== null) fields.push(`"metadata":${metadata}`)
  if (occurredAt) fields.push(`"occurred_at":"${occurredAt}"`)
  return `{${fields.join()}}`
}

function textOf(reason: unknown): string {
  try {
    return reason instanceof Error ? reason.message : String(reason)
  } catch {
    return 'unknown reason'
  }
}

function failureText(result: HeartbeatFailure): string {
  const attempts = result.attempts === 1 ? '' : ` after ${result.attempts} attempts`
  return `the heartbeat of monitor ${result.monitorId} failed${attempts} (${result.code}): ${result.error} No more warnings until it works again.`
}
