import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { SlipwayError } from '@slipway/api';

/**
 * What may be dialled for somebody. `outside`: nothing on this machine or its link, where the platform itself and a
 * cloud's metadata answer; `named`: an administrator named this server, so it may be anywhere, but whoever it sends us to
 * is outside. Default: anything, for who runs a command here can reach it anyway.
 */
export type Dial = 'outside' | 'named';

const OWN = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  OWN.addSubnet(network, prefix, 'ipv4');
// Alibaba's metadata stands in the space of carriers.
OWN.addAddress('100.100.100.200', 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  OWN.addSubnet(network, prefix, 'ipv6');
// Amazon's metadata among unique local addresses.
OWN.addAddress('fd00:ec2::254', 'ipv6');

/** IPv6 networks that lead to the IPv4 address within: mapped, compatible, NAT64, 6to4. */
const WRAPPED: [RegExp, number][] = [
  [/^0:0:0:0:0:ffff:/, 6],
  [/^0:0:0:0:0:0:/, 6],
  [/^64:ff9b:0:0:0:0:/, 6],
  [/^2002:/, 1],
];

/** Whether an IP address (of either family, no name) is this machine, its link, or nobody's. */
export function isOwnAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 0) return true;
  if (family === 4) return OWN.check(bare, 'ipv4');
  if (OWN.check(bare, 'ipv6')) return true;
  const groups = groupsOf(bare);
  const text = groups.map(group => group.toString(16)).join(':');
  const at = WRAPPED.find(([pattern]) => pattern.test(text))?.[1];
  if (at === undefined) return false;
  const [high = 0, low = 0] = groups.slice(at);
  return OWN.check([high >> 8, high & 255, low >> 8, low & 255].join('.'), 'ipv4');
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, a = 0, b = 0, c = 0, d = 0] = (dotted ?? []).map(Number);
  const plain = dotted
    ? `${address.slice(0, dotted.index)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
    : address;
  const [head = '', tail] = plain.split('::');
  const parts = (text: string) => (text === '' ? [] : text.split(':').map(part => Number.parseInt(part, 16)));
  if (tail === undefined) return parts(head);
  const [front, back] = [parts(head), parts(tail)];
  return [...front, ...new Array<number>(Math.max(0, 8 - front.length - back.length)).fill(0), ...back];
}

/** @param host as a person wrote it */
export function addressRefused(host: string): SlipwayError {
  return new SlipwayError(
    'AddressRefused',
    `${host}: is this machine or its own link; nothing is fetched from there unless an administrator names the server`,
  );
}

/**
 * Resolves as `dns.lookup`, and leaves out what is this machine: the address that is connected to is the one that was
 * looked at, so a name cannot mean another one a moment later.
 */
export const outsideLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, '', 0);
    const outside = found.filter(({ address }) => !isOwnAddress(address));
    const [first] = outside;
    if (!first) return callback(addressRefused(hostname) as NodeJS.ErrnoException, '', 0);
    if (options.all) return (callback as (error: null, found: typeof outside) => void)(null, outside);
    callback(null, first.address, first.family);
  });
};

/**
 * Options of a connection to a host that has to be outside: addresses are asked of nobody, so they are judged here.
 * @throws SlipwayError AddressRefused
 */
export function outsideOnly(host: string): { lookup: LookupFunction } {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) && isOwnAddress(bare)) throw addressRefused(host);
  return { lookup: outsideLookup };
}

/** One address of a host that is outside. @throws SlipwayError AddressRefused, and what the resolver says */
export async function outsideAddress(host: string): Promise<string> {
  const bare = host.replace(/^\[|\]$/g, '');
  outsideOnly(bare);
  if (isIP(bare)) return bare;
  return new Promise((resolve, reject) => {
    outsideLookup(bare, {}, (error, address) => (error ? reject(error) : resolve(String(address))));
  });
}
