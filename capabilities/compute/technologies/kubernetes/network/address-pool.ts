import { SlipwayError } from '@slipway/api';

/** Pods' addresses on this node: 10.244.0.0/16, as kubeadm's examples have it. */
export interface AddressPool {
  /** The wanted one when it is free, so that a restart keeps what others know. */
  take(wanted: string | undefined): string;
  give(address: string): void;
  has(address: string): boolean;
}

const PREFIX = '10.244';
const MOST = 2 ** 16 - 2;

export function createAddressPool(): AddressPool {
  const taken = new Set<string>();
  let last = 1;
  const next = () => {
    for (let tries = 0; tries < MOST; tries++) {
      last = (last % MOST) + 1;
      const address = `${PREFIX}.${last >> 8}.${last & 255}`;
      // .0 and .255 look like networks to some programs.
      if ((last & 255) !== 0 && (last & 255) !== 255 && !taken.has(address)) return address;
    }
    throw new SlipwayError('NoAddress', `pod network ${PREFIX}.0.0/16: every address is taken`);
  };
  return {
    take: wanted => {
      const isFree = wanted?.startsWith(`${PREFIX}.`) && !taken.has(wanted);
      const address = isFree && wanted ? wanted : next();
      taken.add(address);
      return address;
    },
    give: address => taken.delete(address),
    has: address => taken.has(address),
  };
}
