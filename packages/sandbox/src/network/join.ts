import type { Duplex } from 'node:stream';

/**
 * Carries bytes both ways until both ends are done; one that breaks off breaks the other. Both should be able to
 * stay half open (`allowHalfOpen`), for some protocols end their question before they read the answer.
 */
export function join(one: Duplex, other: Duplex): void {
  follow(one, other);
  follow(other, one);
}

function follow(from: Duplex, to: Duplex): void {
  from.on('error', () => to.destroy());
  from.on('close', () => {
    if (!from.readableEnded) to.destroy();
  });
  from.pipe(to);
}
