const longestText = 400

/** The API key. It can be sent, and taken out of texts; it cannot be printed. */
export class Secret {
  readonly #key: string

  constructor(key: string) {
    this.#key = key
  }

  /** The key itself, for the one header that carries it. */
  reveal(): string {
    return this.#key
  }

  isIn(text: string): boolean {
    return text.includes(this.#key)
  }

  /** A text from outside as it may stand in a log: one line, not too long, without the key. */
  clean(text: string): string {
    // The cut comes last: half a key at the end of a cut text would be a leak that no search finds.
    const line = text.replaceAll(this.#key, '[key]').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
    return line.length > longestText ? line.slice(0, longestText) + '…' : line
  }
}
