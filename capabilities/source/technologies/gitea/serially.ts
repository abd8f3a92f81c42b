/** Runs work one piece after another for each key; keys do not wait for each other. */
export type Serially = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function createSerially(): Serially {
  const queues = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const mine = (queues.get(key) ?? Promise.resolve()).catch(() => {}).then(work);
    queues.set(key, mine);
    const forget = () => {
      if (queues.get(key) === mine) queues.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  };
}
