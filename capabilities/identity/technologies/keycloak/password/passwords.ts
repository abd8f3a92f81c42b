import type { Clock, Random } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Secret } from '@slipway/kinds';
import { SYSTEM_NAMESPACE } from '../../../objects/names.ts';
import type { Directory, Person } from '../people/directory.ts';
import { hashPassword, verifyPassword } from './hash.ts';
import { createThrottle } from './throttle.ts';

/** Secrets of this type hold a person's password hash; only identity reads them. */
export const PASSWORD_TYPE = 'identity.slipway.dev/password';
const SHORTEST = 12;
const LONGEST = 1024;
/** Each takes 7 MiB and a thread; more wait, and a crowd is sent away. */
const AT_ONCE = 2;
const MOST_WAITING = 50;

export type Check =
  | { result: 'right'; person: Person }
  | { result: 'wrong' }
  | { result: 'wait'; waitMs: number };

export interface Passwords {
  /** Checks a name and password; says nothing about which of them is wrong. */
  check(name: string, password: string): Promise<Check>;
  has(person: Person): Promise<boolean>;
  /** Answers what is wrong with the new password; undefined: it is set. */
  set(person: Person, password: string): Promise<string | undefined>;
}

export function openPasswords(options: {
  client: Client;
  directory: Directory;
  clock: Clock;
  random: Random;
}): Passwords {
  const { client, directory, random } = options;
  const throttle = createThrottle(options.clock);
  const limited = limit();
  const hashOf = async (person: Person | undefined): Promise<string | undefined> => {
    const secret = person && (await client.find(Secret, keyOf(person)));
    const isTheirs = secret?.type === PASSWORD_TYPE && decode(secret.data?.user) === person?.id;
    return isTheirs ? decode(secret.data?.hash) : undefined;
  };
  return {
    async check(name, password) {
      const waitMs = throttle.waitMs(name);
      if (waitMs > 0) return { result: 'wait', waitMs };
      const person = directory.byName(name);
      const hash = await hashOf(person);
      const outcome = await limited(() => verifyPassword(password.slice(0, LONGEST), hash));
      if (outcome === 'busy') return { result: 'wait', waitMs: 5000 };
      if (!outcome || !person) {
        throttle.failed(name);
        return { result: 'wrong' };
      }
      throttle.succeeded(name);
      return { result: 'right', person };
    },
    has: async person => (await hashOf(person)) !== undefined,
    async set(person, password) {
      const length = [...password].length;
      if (length < SHORTEST)
        return `Choose at least ${SHORTEST} characters; a few words are easy to remember.`;
      if (length > LONGEST) return `Choose at most ${LONGEST} characters.`;
      if (password.toLowerCase().includes(person.name.toLowerCase())) return 'It contains your user name.';
      const hash = await hashPassword(password, random);
      await client.apply(
        Secret,
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { ...keyOf(person), ownerReferences: [ownerOf(person)] },
          type: PASSWORD_TYPE,
          data: { user: encode(person.id), hash: encode(hash) },
        },
        { fieldManager: 'keycloak', force: true },
      );
      return undefined;
    },
  };
}

function keyOf(person: Person): { namespace: string; name: string } {
  return { namespace: SYSTEM_NAMESPACE, name: `password-${person.name}` };
}

function ownerOf(person: Person) {
  return { apiVersion: 'identity.slipway.dev/v1alpha1', kind: 'User', name: person.name, uid: person.id };
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function decode(data: string | undefined): string | undefined {
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');
}

/** Runs a few at once and queues some more. */
function limit(): <T>(work: () => Promise<T>) => Promise<T | 'busy'> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async work => {
    if (waiting.length >= MOST_WAITING) return 'busy';
    if (running >= AT_ONCE) await new Promise<void>(resolve => waiting.push(resolve));
    running++;
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}
