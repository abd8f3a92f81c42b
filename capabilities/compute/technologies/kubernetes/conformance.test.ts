// What the contract of compute says, asked of every driver.
import { after, before, describe, test } from 'node:test';
import { messageOf } from '@slipway/api';
import { codeOf } from '@slipway/sandbox';
import { missingPodman, type Podman, startPodman } from '@slipway/sandbox/conformance';
import { computeConformance } from '../../conformance.ts';
import { openTestbed, subjectOf, type Testbed } from './testbed.ts';

for (const driver of ['sandbox', 'docker', 'process'] as const) {
  const reason = driver === 'docker' ? missingPodman() : undefined;
  if (reason) {
    test(`kubelet with driver ${driver}`, { skip: reason });
    continue;
  }
  describe(`kubelet with driver ${driver}`, () => {
    let bed: Testbed | undefined;
    let why = '';
    let podman: Podman | undefined;
    before(async () => {
      if (driver === 'docker') podman = await startPodman();
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
