/** Runs tasks of equal keys one after the other, others at once. */
export class KeyLock {
  readonly #tails = new Map<string, Promise<void>>();

  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key);
    let release = () => {};
    const mine = new Promise<void>(resolve => {
      release = resolve;
    });
    this.#tails.set(key, mine);
    try {
      if (before) await before;
      return await task();
    } finally {
      if (this.#tails.get(key) === mine) this.#tails.delete(key);
      release();
    }
  }
}
