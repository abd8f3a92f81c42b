import { type Clock, type Random, StatusError } from '@slipway/api';
import type { Service } from '@slipway/kinds';
import type { StoreReader } from '../store/store.ts';

const PREFIX = '10.96';
/** The range that Services' addresses are taken from. */
export const SERVICE_CIDR = `${PREFIX}.0.0/16`;
const ADDRESSES = 0x10000;
/** Dynamic allocation leaves the first 256 to those who ask for a certain one (KEP-3070). */
const FIRST_DYNAMIC = 257;
const FIRST_PORT = 30_000;
const PORTS = 2_768;
/** A create that fails after admission gives its address back after this long. */
const RESERVED_MS = 5_000;

/** Which virtual addresses and node ports are taken, kept by the store's events. */
export interface ServiceAddresses {
  takeAddress(): string;
  takePort(): number;
  /** Refuses an address outside the range or one that another Service has. */
  claimAddress(address: string, owner: string): string | undefined;
  claimPort(port: number, owner: string): string | undefined;
  close(): void;
}

export function serviceAddresses(options: {
  store: StoreReader;
  clock: Clock;
  random: Random;
}): ServiceAddresses {
  const { store, clock, random } = options;
  const owners = new Map<string, string>();
  const reserved = new Map<string, number>();
  const take = (key: string, service: Service) => {
    for (const name of namesOf(service)) owners.set(name, key);
  };
  const release = (key: string, service: Service) => {
    for (const name of namesOf(service)) if (owners.get(name) === key) owners.delete(name);
  };
  for (const entry of store.snapshot('/services').entries({ prefix: '' }))
    take(entry.key, JSON.parse(entry.text) as Service);
  const close = store.subscribe('/services', ({ type, entry, previous }) => {
    if (previous) release(entry.key, JSON.parse(previous.text) as Service);
    if (type !== 'DELETED') take(entry.key, JSON.parse(entry.text) as Service);
  });
  const isFree = (name: string) => !owners.has(name) && (reserved.get(name) ?? 0) <= clock.now();
  const reserve = (name: string) => {
    if (reserved.size > 1_000)
      for (const [one, until] of reserved) if (until <= clock.now()) reserved.delete(one);
    reserved.set(name, clock.now() + RESERVED_MS);
  };
  const pick = (first: number, count: number, textOf: (index: number) => string): string => {
    const [a = 0, b = 0] = random.bytes(2);
    const start = (a * 256 + b) % count;
    for (let step = 0; step < count; step++) {
      const name = textOf(first + ((start + step) % count));
      if (!isFree(name)) continue;
      reserve(name);
      return name;
    }
    throw new StatusError('InternalError', 'failed to allocate: range is full');
  };
  const claim = (name: string, owner: string) => {
    const holder = owners.get(name);
    if (holder ? holder === owner : isFree(name)) {
      reserve(name);
      return undefined;
    }
    return 'provided IP is already allocated';
  };
  return {
    close,
    takeAddress: () => pick(FIRST_DYNAMIC, ADDRESSES - FIRST_DYNAMIC - 1, addressText),
    takePort: () => Number(pick(FIRST_PORT, PORTS, index => String(index))),
    claimAddress: (address, owner) => {
      if (!/^10\.96\.\d{1,3}\.\d{1,3}$/.test(address))
        return `provided IP is not in the valid range. The range of valid IPs is ${PREFIX}.0.0/16`;
      return claim(address, owner);
    },
    claimPort: (port, owner) => {
      if (port < FIRST_PORT || port >= FIRST_PORT + PORTS)
        return 'provided port is not in the valid range. The range of valid ports is 30000-32767';
      return claim(String(port), owner) && 'provided port is already allocated';
    },
  };
}

function addressText(index: number): string {
  return `${PREFIX}.${index >> 8}.${index & 255}`;
}

function namesOf({ spec }: Service): string[] {
  const address = spec?.clusterIP && spec.clusterIP !== 'None' ? [spec.clusterIP] : [];
  const ports = (spec?.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [String(nodePort)] : []));
  return [...address, ...ports];
}
