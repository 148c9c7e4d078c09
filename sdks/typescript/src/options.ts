import { ExemplarMisuseError } from './errors.js'
import { environmentVariable } from './runtime.js'
import { Secret } from './secret.js'

/** The part of `fetch` that the SDK uses. The global one fits. */
export type Fetch = (url: string, init: any) => Promise<any>

export interface ExemplarOptions {
  /** The API access token; the scope `heartbeat` is enough. */
  apiKey: string
  /** Where Exemplar answers. Default: `EXEMPLAR_BASE_URL` of the environment, else `https://production-api.exemplar.dev`. */
  baseUrl?: string | undefined
  /** All attempts of one heartbeat together, in seconds. Default 10. */
  totalTimeoutSeconds?: number | undefined
  /** One attempt, in seconds. Default 5. */
  attemptTimeoutSeconds?: number | undefined
  /** How often one heartbeat is tried. Default 5. */
  maxAttempts?: number | undefined
  /** Throw an `ExemplarError` when a heartbeat is not accepted, instead of returning a result that says so. Default false. */
  throwOnError?: boolean | undefined
  /** Where warnings go. Default `console.warn`. */
  warn?: ((message: string) => void) | undefined
  /** Instead of the global `fetch`. */
  fetch?: Fetch | undefined
}

/** Options that were checked. */
export interface Settings {
  readonly secret: Secret
  readonly url: string
  readonly totalMilliseconds: number
  readonly attemptMilliseconds: number
  readonly maxAttempts: number
  readonly throwOnError: boolean
  readonly warn: (message: string) => void
  readonly fetch: Fetch
}

const defaultBaseUrl = 'https://production-api.exemplar.dev'
const longestSeconds = 3600

export function check(options: ExemplarOptions): Settings {
  if (typeof options !== 'object' || options === null) throw new ExemplarMisuseError('Exemplar needs options: { apiKey, baseUrl? }.')
  if (options.fetch === undefined && typeof globalThis.fetch !== 'function')
    throw new ExemplarMisuseError('Exemplar needs the global fetch: Node.js 18 or newer, Bun, Deno or a worker.')
  const maxAttempts = options.maxAttempts ?? 5
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 100)
    throw new ExemplarMisuseError('maxAttempts must be a whole number from 1 to 100.')
  return {
    secret: checkKey(options.apiKey),
    url: checkBaseUrl(options.baseUrl) + '/api/monitoring/heartbeat',
    totalMilliseconds: checkSeconds('totalTimeoutSeconds', options.totalTimeoutSeconds, 10),
    attemptMilliseconds: checkSeconds('attemptTimeoutSeconds', options.attemptTimeoutSeconds, 5),
    maxAttempts,
    throwOnError: options.throwOnError ?? false,
    warn: options.warn ?? ((message) => console.warn(message)),
    // The global is looked up at each call: test tools and instrumentation replace it after the start.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
  }
}

function checkKey(key: unknown): Secret {
  if (typeof key !== 'string' || key.trim() === '')
    throw new ExemplarMisuseError('apiKey is missing: pass the API access token, for example process.env.EXEMPLAR_API_KEY.')
  const trimmed = key.trim()
  if (!/^[\x21-\x7e]+$/.test(trimmed))
    throw new ExemplarMisuseError('apiKey holds a space, a line break or a character beyond ASCII: it is no API access token.')
  return new Secret(trimmed)
}

function checkBaseUrl(given: unknown): string {
  const name = given === undefined || given === null ? 'EXEMPLAR_BASE_URL' : 'baseUrl'
  const text = given ?? environmentVariable('EXEMPLAR_BASE_URL') ?? defaultBaseUrl
  let url: URL
  try {
    if (typeof text !== 'string') throw new TypeError()
    url = new URL(text)
  } catch {
    throw new ExemplarMisuseError(`${name} is no address such as ${defaultBaseUrl}.`)
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new ExemplarMisuseError(`${name} must begin with https:// or http://.`)
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new ExemplarMisuseError(`${name} must hold no user name, password, query or fragment.`)
  return url.origin + url.pathname.replace(/\/+$/, '')
}

function checkSeconds(name: string, given: number | undefined, otherwise: number): number {
  const seconds = given ?? otherwise
  if (typeof seconds !== 'number' || !(seconds > 0) || seconds > longestSeconds)
    throw new ExemplarMisuseError(`${name} must be above zero and at most ${longestSeconds}.`)
  return seconds * 1000
}
