import type { Sandbox } from '@slipway/sandbox';
import { type Check, ok, warn } from './check.ts';

/** What pods are kept from, as the driver that runs them says. */
export function podGuarantees({ driver, guarantees }: Pick<Sandbox, 'driver' | 'guarantees'>): Check[] {
  return Object.entries(guarantees).map(([name, guarantee]) => ({
    check: `pods-${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`,
    what: WHAT[name] ?? `pods: ${name}`,
    how: `what the driver ${driver} tried when the platform started`,
    look: async () =>
      guarantee.holds
        ? ok(`driver ${driver} keeps it`)
        : warn(guarantee.reason, 'choose another with --driver'),
  }));
}

const WHAT: Record<string, string> = {
  ownFiles: 'a pod has files of its own and cannot read the platform’s',
  ownNetwork: 'a pod has a network of its own',
  limits: 'CPU and memory limits of pods hold',
  anyImage: 'any image runs',
};
