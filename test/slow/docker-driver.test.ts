// The docker driver over Podman's socket: what is asked of every driver, and of every driver's pods.
import { after, before, describe, test } from 'node:test';
import { kubeletConformance } from '../../capabilities/compute/technologies/kubernetes/kubelet.fixture.ts';
import {
  missingPodman,
  type Podman,
  sandboxConformance,
  startPodman,
} from '../../packages/sandbox/src/conformance/index.ts';

const reason = missingPodman();

if (reason) test('docker driver', { skip: reason });
else {
  describe('with Podman', () => {
    let podman: Podman;
    before(async () => {
      podman = await startPodman();
    });
    after(() => podman?.stop());
    sandboxConformance('docker driver', () => ({ driver: 'docker', dockerSocket: podman.socket }), {
      ownFiles: true,
      ownNetwork: true,
      limits: true,
      anyImage: true,
    });
  });
  kubeletConformance('docker', startPodman);
}
