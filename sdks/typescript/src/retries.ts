const firstWait = 250
const longestWait = 2000

/** The wait after the given attempt (1 is the first), between the half and the whole of 250 ms doubled each time. */
export function backoff(attempt: number, random: number): number {
  const whole = Math.min(longestWait, firstWait * 2 ** (attempt - 1))
  return whole / 2 + (whole / 2) * random
}

/** Milliseconds that a Retry-After asks for: whole seconds or an HTTP date. 0 when it is missing or cannot be read. */
export function retryAfter(header: string | null, now: number): number {
  const text = header?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  // Date.parse takes much that is no HTTP date, "0.5" for example. The oldest form of the date leaves GMT out.
  if (!/^[A-Za-z]{3,9},? .*(GMT|\d{4})$/.test(text)) return 0
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  return Number.isNaN(at) ? 0 : Math.max(0, at - now)
}
