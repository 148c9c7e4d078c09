import { ExemplarClient } from './client.js'
import { ExemplarMisuseError } from './errors.js'
import type { Heartbeat, HeartbeatCron, HeartbeatCronOptions, WithHeartbeatOptions } from './heartbeat.js'
import type { ExemplarOptions } from './options.js'
import type { HeartbeatResult } from './result.js'

// On the global object, because a process may load this package twice, by import and by require, and initialize it only once.
const place = Symbol.for('@exemplar-dev/exemplar-typescript-sdk 0')
const holder = globalThis as { [place]?: ExemplarClient }

/** Initializes the SDK, once in a process. Throws when it is called again, and for options that cannot work. */
export function initExemplar(options: ExemplarOptions): void {
  if (holder[place]) throw new ExemplarMisuseError('initExemplar was called before. Use new ExemplarClient(…) for a second organization.')
  Object.defineProperty(holder, place, { value: new ExemplarClient(options), configurable: true })
}

/** Sends one heartbeat. Resolves to a result; rejects only for misuse, or when `throwOnError` asks for it. */
export async function sendHeartbeat(heartbeat: Heartbeat): Promise<HeartbeatResult> {
  return await initialized().sendHeartbeat(heartbeat)
}

/** Beats at once and then on the interval, until `stop()`. It does not keep the process alive and never throws later. */
export function startHeartbeatCron(options: HeartbeatCronOptions): HeartbeatCron {
  return initialized().startHeartbeatCron(options)
}

/** Runs the work and beats only when it succeeds. Returns, or throws, what the work does. */
export async function withHeartbeat<T>(monitorId: string, work: () => T | Promise<T>, options?: WithHeartbeatOptions<T>): Promise<T> {
  return await initialized().withHeartbeat(monitorId, work, options)
}

function initialized(): ExemplarClient {
  const client = holder[place]
  if (!client) throw new ExemplarMisuseError('Call initExemplar({ apiKey }) before the first heartbeat.')
  return client
}
