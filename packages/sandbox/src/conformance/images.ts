import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './suite.ts';

/** Images: whose programs a container runs. */
export const imageCases: Case[] = [
  {
    name: 'an image that knows nothing of this machine runs with its own programs',
    because: 'images come from anywhere',
    needs: 'anyImage',
    check: async bed => {
      const layer = join(bed.folder, 'foreign');
      mkdirSync(join(layer, 'opt', 'own'), { recursive: true });
      writeFileSync(
        join(layer, 'opt', 'own', 'hello'),
        '#!/bin/sh\necho "own program of $(cat /etc/os-release)"\n',
      );
      chmodSync(join(layer, 'opt', 'own', 'hello'), 0o755);
      mkdirSync(join(layer, 'etc'), { recursive: true });
      writeFileSync(join(layer, 'etc', 'os-release'), 'Elsewhere');
      const pod = await bed.pod();
      const base = bed.container(['hello'], { hostBased: false, env: { PATH: '/opt/own:/bin' } });
      const layers = [bed.layer, layer];
      const { rootfs } = base;
      const output = await bed.run(pod, base.command, { ...base, rootfs: { ...rootfs, layers } });
      assert.equal(output.stdout, 'own program of Elsewhere\n', output.stderr);
      await pod.stop();
    },
  },
  {
    name: 'an image that is not made for this machine is refused by a driver that has no other programs',
    because: 'it would run something else under its name',
    check: async (bed, context) => {
      if (bed.sandbox.guarantees.anyImage.holds) return context.skip('this driver runs any image');
      const pod = await bed.pod();
      await assert.rejects(pod.start(bed.container(['sh'], { hostBased: false })), {
        code: 'ImageNotForHost',
      });
      await pod.stop();
    },
  },
];
