import { ExemplarMisuseError } from './errors.js'

/** The moment as the contract writes it, or null when there is none. Misuse when it is no valid Date. */
export function momentAsText(moment: unknown): string | null {
  if (moment === undefined || moment === null) return null
  // A Date of another realm (a test runner's, a frame's) is none of ours for instanceof.
  if (Object.prototype.toString.call(moment) !== '[object Date]' || Number.isNaN((moment as Date).getTime()))
    throw new ExemplarMisuseError('occurredAt must be a valid Date, for example new Date(finishedAt).')
  return (moment as Date).toISOString()
}
