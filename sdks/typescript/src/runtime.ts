/**
 * What differs between Node.js, Bun, Deno, workers and browsers. Nothing is imported, so that a bundle for any of them holds no module
 * that it does not have.
 */
interface Runtime {
  process?: { env?: Record<string, string | undefined> }
  Deno?: { env?: { get(name: string): string | undefined }; unrefTimer?(timer: unknown): void }
}

const runtime = globalThis as unknown as Runtime

/** A variable of the environment; undefined where there is none, or where it may not be read. */
export function environmentVariable(name: string): string | undefined {
  try {
    const value = runtime.process?.env?.[name] ?? runtime.Deno?.env?.get(name)
    return value === '' ? undefined : value
  } catch {
    return undefined
  }
}

/** Milliseconds of a clock that nobody sets. */
export function monotonicNow(): number {
  return performance.now()
}

/** Lets the process end although this timer still waits. */
export function unref(timer: unknown): void {
  const node = timer as { unref?: () => void }
  if (typeof node?.unref === 'function') node.unref()
  else if (typeof timer === 'number') runtime.Deno?.unrefTimer?.(timer)
}

/** A wait that a signal ends early. With `background` it does not keep the process alive. */
export function sleep(milliseconds: number, signal: AbortSignal, background: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, milliseconds)
    if (background) unref(timer)
    signal.addEventListener('abort', finish)
  })
}
