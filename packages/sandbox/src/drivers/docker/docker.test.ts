import { after, before, describe, test } from 'node:test';
import { missingPodman, type Podman, sandboxConformance, startPodman } from '../../conformance/index.ts';

const reason = missingPodman();

if (reason) test('docker driver', { skip: reason });
else
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
