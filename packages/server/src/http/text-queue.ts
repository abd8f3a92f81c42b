const WELCOME = 1024 * 1024;

/** Texts from a writer to one reader; a writer that awaits `push` does not run far ahead. */
export class TextQueue implements AsyncIterable<string> {
  #chunks: string[] = [];
  #size = 0;
  #ended = false;
  #error: unknown;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  push(chunk: string): void | Promise<void> {
    if (this.#ended) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#wakeReader?.();
    if (this.#size < WELCOME) return;
    return new Promise(resolve => {
      const others = this.#wakeWriter;
      this.#wakeWriter = () => {
        others?.();
        resolve();
      };
    });
  }

  end(error?: unknown): void {
    this.#ended = true;
    this.#error ??= error;
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      const chunks = this.#chunks;
      this.#chunks = [];
      this.#size = 0;
      this.#wakeWriter?.();
      this.#wakeWriter = undefined;
      for (const chunk of chunks) yield chunk;
      if (this.#chunks.length > 0) continue;
      if (this.#error) throw this.#error;
      if (this.#ended) return;
      await new Promise<void>(resolve => {
        this.#wakeReader = resolve;
      });
      this.#wakeReader = undefined;
    }
  }
}
