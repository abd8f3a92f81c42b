const WELCOME = 256 * 1024;

/** Bytes from one writer to one reader; `push` resolves when more is welcome. */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  #ended = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  push(chunk: Uint8Array): Promise<void> {
    if (this.#ended) return Promise.resolve();
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#wakeReader?.();
    if (this.#size < WELCOME) return Promise.resolve();
    return new Promise(resolve => {
      this.#wakeWriter = resolve;
    });
  }

  end(): void {
    this.#ended = true;
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk) {
          this.#size -= chunk.length;
          if (this.#size < WELCOME) this.#wakeWriter?.();
          yield chunk;
          continue;
        }
        if (this.#ended) return;
        await new Promise<void>(resolve => {
          this.#wakeReader = resolve;
        });
      }
    } finally {
      this.end();
    }
  }
}
