/**
 * Names that have no address of their own in the pods' network get one from 198.18.0.0/15 (RFC 2544's test range, which
 * nothing else uses), so that a connection tells which name was meant.
 */
export interface VirtualNames {
  addressOf(name: string): string;
  nameOf(address: string): string | undefined;
}

const MOST = 2 ** 17 - 2;

export function createVirtualNames(): VirtualNames {
  const addresses = new Map<string, string>();
  const names = new Map<string, string>();
  let last = 0;
  return {
    addressOf: name => {
      const known = addresses.get(name);
      if (known) return known;
      last = (last % MOST) + 1;
      const address = `198.${18 + (last >> 16)}.${(last >> 8) & 255}.${last & 255}`;
      // Round again: the oldest name has had its time.
      const before = names.get(address);
      if (before !== undefined) addresses.delete(before);
      addresses.set(name, address);
      names.set(address, name);
      return address;
    },
    nameOf: address => names.get(address),
  };
}
