import { ExemplarMisuseError } from './errors.js'
import type { HeartbeatCron } from './heartbeat.js'
import { monotonicNow, unref } from './runtime.js'

const shortestSeconds = 0.1
const longestSeconds = 400 * 24 * 3600
// setTimeout counts in 32 bits; what is longer would fire at once.
const longestTimer = 2 ** 31 - 1

/**
 * Beats at once and then on a grid of `intervalSeconds` from the start, so that the time a beat takes does not add up.
 * Invariant: there is at most one beat on its way or one timer waiting, never both. Points of the grid that pass while a beat is on
 * its way are left out.
 */
export function startCron(intervalSeconds: number, beat: (signal: AbortSignal) => Promise<unknown>): HeartbeatCron {
  if (typeof intervalSeconds !== 'number' || !(intervalSeconds >= shortestSeconds) || intervalSeconds > longestSeconds)
    throw new ExemplarMisuseError(`intervalSeconds must be a number of seconds from ${shortestSeconds} to ${longestSeconds}.`)
  const interval = intervalSeconds * 1000
  const start = monotonicNow()
  const stopped = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let beats = 0

  const run = async () => {
    await beat(stopped.signal)
    beats = Math.max(beats + 1, Math.ceil((monotonicNow() - start) / interval))
    wait()
  }
  const wait = () => {
    if (stopped.signal.aborted) return
    const left = start + beats * interval - monotonicNow()
    // A timer may fire a little early; below half a millisecond it counts as reached.
    if (left < 0.5) return void run()
    timer = setTimeout(wait, Math.min(left, longestTimer))
    unref(timer)
  }
  void run()
  return {
    stop() {
      stopped.abort()
      clearTimeout(timer)
    },
  }
}
