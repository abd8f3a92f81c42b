// What the contract of compute says, asked of a driver.
import { after, before, describe } from 'node:test';
import { messageOf } from '@slipway/api';
import { codeOf } from '@slipway/sandbox';
import type { Podman } from '@slipway/sandbox/conformance';
import { computeConformance } from '../../conformance.ts';
import { openTestbed, subjectOf, type Testbed } from './testbed.ts';

/** `startPodman` gives the docker driver its engine. */
export function kubeletConformance(
  driver: 'sandbox' | 'docker' | 'process',
  startPodman?: () => Promise<Podman>,
): void {
  describe(`kubelet with driver ${driver}`, () => {
    let bed: Testbed | undefined;
    let why = '';
    let podman: Podman | undefined;
    before(async () => {
      podman = await startPodman?.();
      bed = await openTestbed({ driver, ...(podman ? { dockerSocket: podman.socket } : {}) }).catch(error => {
        if (codeOf(error) !== 'SandboxUnsupported') throw error;
        why = messageOf(error);
        return undefined;
      });
    });
    after(async () => {
      await bed?.close();
      await podman?.stop();
    });
    computeConformance('pods', () => (bed ? subjectOf(bed) : why));
  });
}
