import { ExemplarMisuseError } from './errors.js'

/** A small JSON object that is kept with the check: host, region, job id. At most 16 KiB. */
export type Metadata = Record<string, any>

const mostBytes = 16 * 1024
const encoder = new TextEncoder()

/** The metadata as JSON, or null when there is none. Misuse when it is no object, too large or cannot be written as JSON. */
export function metadataAsJson(metadata: unknown): string | null {
  if (metadata === undefined || metadata === null) return null
  let json: string | undefined
  if (typeof metadata === 'object' && !Array.isArray(metadata)) {
    try {
      json = JSON.stringify(metadata)
    } catch {
      // The reason may quote what is in the metadata.
      throw new ExemplarMisuseError('metadata cannot be written as JSON: it holds a cycle, a BigInt or a toJSON that throws.')
    }
  }
  if (json === undefined || !json.startsWith('{')) throw new ExemplarMisuseError('metadata must be a JSON object, for example { hostname: "worker-01" }.')
  const bytes = encoder.encode(json).length
  if (bytes > mostBytes) throw new ExemplarMisuseError(`metadata has ${bytes} bytes as JSON; the limit is ${mostBytes}.`)
  return json
}

export function checkMonitorId(monitorId: unknown): string {
  if (typeof monitorId !== 'string' || monitorId.trim() === '')
    throw new ExemplarMisuseError('monitorId is missing: pass the id of the heartbeat monitor, for example process.env.EXEMPLAR_MONITOR_ID.')
  return monitorId.trim()
}
