import assert from 'node:assert/strict';

const DEADLINE_MS = 30_000;

/** Looks again and again until there is something to see; a failure says what it waited for, and `why` as far as it is known. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  why: () => Promise<unknown> = async () => '',
): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > deadline) assert.fail(`never: ${what} ${JSON.stringify(await why())}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
