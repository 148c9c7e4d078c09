const mostMonitors = 10_000

/** One warning when a monitor's heartbeats begin to fail, then none until one worked again. */
export class Warnings {
  readonly #warn: (message: string) => void
  readonly #failing = new Set<string>()

  constructor(warn: (message: string) => void) {
    this.#warn = warn
  }

  failed(subject: string, message: string): void {
    if (this.#failing.has(subject)) return
    if (this.#failing.size >= mostMonitors) this.#failing.clear()
    this.#failing.add(subject)
    void this.#tell(message)
  }

  // A logger that fails, now or later, must not become the job's failure.
  async #tell(message: string): Promise<void> {
    try {
      await this.#warn(message)
    } catch {
      return
    }
  }

  worked(subject: string): void {
    this.#failing.delete(subject)
  }
}
