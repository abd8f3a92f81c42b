/** How long one thread computes before whatever else waits gets its turn. */
const TURN_MS = 5;

const later: (callback: () => void) => void =
  typeof setImmediate === 'function' ? setImmediate : callback => setTimeout(callback, 0);

/** When the first asked in this turn of the event loop; all that ask share one turn. */
let began: number | undefined;

/**
 * Resolves when there is time for more: at once while this turn of the event loop is young (then it is undefined, and
 * costs no turn), else in one of the next. Whoever does one thing after another without waiting for anything, such as a
 * reader of many events, asks before each: a thousand small steps must hold up nobody.
 */
export function ownTurn(): Promise<void> | undefined {
  return isOver() ? nextTurn() : undefined;
}

async function nextTurn(): Promise<void> {
  // Those that waited with it may have used up the next one, too.
  while (isOver()) await new Promise<void>(resolve => later(resolve));
}

function isOver(): boolean {
  const now = performance.now();
  if (began !== undefined) return now - began > TURN_MS;
  began = now;
  later(() => {
    began = undefined;
  });
  return false;
}
