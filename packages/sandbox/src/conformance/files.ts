import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './suite.ts';

/** Files: a pod has its image and its mounts, and nothing of the machine's. */
export const fileCases: Case[] = [
  {
    name: 'a pod cannot read the data folder, by any name',
    because: 'it holds every Secret',
    needs: 'ownFiles',
    check: async bed => {
      const secret = join(bed.folder, 'secret');
      writeFileSync(secret, 'canary');
      const pod = await bed.pod();
      const ways = [
        secret,
        `/proc/1/root${secret}`,
        `/proc/1/cwd${secret}`,
        `/../../../..${secret}`,
        `/old${secret}`,
      ];
      for (const way of ways) {
        const { stdout, exitCode } = await bed.run(pod, ['cat', way]);
        assert.ok(exitCode !== 0 && !stdout.includes('canary'), `${way} must not lead to the data folder`);
      }
      const { stdout } = await bed.run(pod, [
        'sh',
        '-c',
        'ls -a / /proc/1/root 2>&1; cat /proc/1/environ 2>&1',
      ]);
      assert.ok(!stdout.includes(bed.folder.split('/')[1] === 'tmp' ? 'sandbox-' : bed.folder), stdout);
      await pod.stop();
    },
  },
  {
    name: 'what a container writes is in its own folder, never in a layer',
    because: 'layers are shared by all containers of an image',
    needs: 'ownFiles',
    check: async bed => {
      const pod = await bed.pod();
      const container = bed.container(
        ['sh', '-c', 'echo mine > /new; echo changed > /bin/new; rm /bin/tty; cat /new'],
        { keepChanges: true },
      );
      const upper = container.rootfs.upper;
      const running = await pod.start(container);
      assert.equal((await running.exited).exitCode, 0);
      assert.equal(readFileSync(join(upper, 'new'), 'utf8'), 'mine\n');
      assert.ok(existsSync(join(bed.layer, 'bin/tty')));
      assert.ok(!existsSync(join(bed.layer, 'bin/new')));
      const other = await bed.run(pod, ['ls', '/bin/tty', '/new']);
      assert.equal(other.stdout, '/bin/tty\n', 'another container starts from the image');
      await pod.stop();
    },
  },
  {
    name: 'mounts are shared between containers; read-only ones cannot be written',
    because: 'volumes are how containers hand over files, and ConfigMaps belong to the API',
    needs: 'ownFiles',
    check: async bed => {
      const shared = join(bed.folder, 'shared');
      mkdirSync(shared, { recursive: true });
      writeFileSync(join(shared, 'given'), 'from outside');
      const pod = await bed.pod();
      const writable = [{ source: shared, target: '/data', readOnly: false }];
      const readable = [{ source: shared, target: '/data', readOnly: true }];
      assert.equal((await bed.run(pod, ['cat', '/data/given'], { mounts: readable })).stdout, 'from outside');
      assert.notEqual((await bed.run(pod, ['touch', '/data/no'], { mounts: readable })).exitCode, 0);
      assert.equal((await bed.run(pod, ['touch', '/data/yes'], { mounts: writable })).exitCode, 0);
      assert.deepEqual(readdirSync(shared).sort(), ['given', 'yes']);
      await pod.stop();
    },
  },
  {
    name: 'a link in the image leads no mount out of the root',
    because: 'whoever makes an image must not choose where the platform writes',
    needs: 'ownFiles',
    check: async bed => {
      const layer = join(bed.folder, 'trap');
      const outside = join(bed.folder, 'outside');
      mkdirSync(layer, { recursive: true });
      mkdirSync(outside, { recursive: true });
      if (!existsSync(join(layer, 'data'))) symlinkSync(outside, join(layer, 'data'));
      const pod = await bed.pod();
      const shared = join(bed.folder, 'shared-2');
      mkdirSync(shared, { recursive: true });
      const base = bed.container(['touch', '/data/sub/file']);
      const running = await pod.start({
        ...base,
        rootfs: { ...base.rootfs, layers: [bed.layer, layer] },
        mounts: [{ source: shared, target: '/data/sub', readOnly: false }],
      });
      assert.equal((await running.exited).exitCode, 0);
      assert.deepEqual(readdirSync(outside), [], 'nothing is made outside');
      assert.deepEqual(readdirSync(shared), ['file'], 'inside, the link leads to the same name');
      await pod.stop();
    },
  },
  {
    name: 'a read-only root takes no writes, its mounts do',
    because: 'readOnlyRootFilesystem says so',
    needs: 'ownFiles',
    check: async bed => {
      const shared = join(bed.folder, 'shared-3');
      mkdirSync(shared, { recursive: true });
      const pod = await bed.pod();
      const options = {
        readOnlyRootFilesystem: true,
        mounts: [{ source: shared, target: '/data', readOnly: false }],
      };
      assert.notEqual((await bed.run(pod, ['touch', '/x'], options)).exitCode, 0);
      assert.equal((await bed.run(pod, ['touch', '/data/x'], options)).exitCode, 0);
      await pod.stop();
    },
  },
  {
    name: 'a container runs as the user it is given, and gains nothing',
    because: 'runAsUser is how workloads give up root',
    needs: 'ownFiles',
    check: async bed => {
      const pod = await bed.pod();
      const user = { uid: 1000, gid: 1000 };
      const { stdout } = await bed.run(
        pod,
        ['sh', '-c', 'id -u; id -g; grep -E "CapEff|NoNewPrivs" /proc/self/status'],
        { user },
      );
      assert.match(stdout, /^1000\n1000\nCapEff:\s*0000000000000000\nNoNewPrivs:\s*1\n/);
      const root = await bed.run(pod, ['grep', 'CapEff', '/proc/self/status']);
      const held = BigInt(`0x${/CapEff:\s*([0-9a-f]+)/.exec(root.stdout)?.[1] ?? 'ffffffffffffffff'}`);
      const forbidden = {
        CAP_SYS_ADMIN: 21n,
        CAP_SYS_PTRACE: 19n,
        CAP_NET_ADMIN: 12n,
        CAP_MKNOD: 27n,
        CAP_SYS_MODULE: 16n,
      };
      for (const [name, bit] of Object.entries(forbidden)) assert.equal((held >> bit) & 1n, 0n, name);
      await pod.stop();
    },
  },
  {
    name: 'root gives up the capabilities that it is told to',
    because: 'capabilities.drop says so, and restricted namespaces ask for it',
    needs: 'ownFiles',
    check: async bed => {
      const pod = await bed.pod();
      const CHOWN = 0n;
      const BIND = 10n;
      const ADMIN = 21n;
      const rows = [
        { drop: [], has: [CHOWN, BIND], hasNot: [], because: 'images need them' },
        { drop: ['CHOWN'], has: [BIND], hasNot: [CHOWN], because: 'one is named' },
        { drop: ['ALL'], has: [], hasNot: [CHOWN, BIND, ADMIN], because: 'all are named' },
      ];
      for (const { drop, has, hasNot, because } of rows) {
        const command = ['grep', 'CapEff', '/proc/self/status'];
        const { stdout } = await bed.run(pod, command, { dropCapabilities: drop });
        const held = BigInt(`0x${/CapEff:\s*([0-9a-f]+)/.exec(stdout)?.[1] ?? '0'}`);
        for (const bit of has) assert.equal((held >> bit) & 1n, 1n, because);
        for (const bit of hasNot) assert.equal((held >> bit) & 1n, 0n, because);
      }
      await pod.stop();
    },
  },
  {
    name: 'what of /proc tells of the machine, or changes it, is out of reach',
    because: 'root in a container must not be root of the machine',
    needs: 'ownFiles',
    check: async bed => {
      const pod = await bed.pod();
      for (const file of [
        '/proc/sys/kernel/core_pattern',
        '/proc/sysrq-trigger',
        '/proc/sys/kernel/hostname',
      ]) {
        const { exitCode } = await bed.run(pod, ['sh', '-c', `echo x > ${file}`]);
        assert.notEqual(exitCode, 0, file);
      }
      const { stdout } = await bed.run(pod, [
        'sh',
        '-c',
        'ps -e | grep -c . ; ls -d /proc/[0-9]* | grep -c .',
      ]);
      const [shown = 0] = stdout.trim().split('\n').map(Number);
      assert.ok(shown < 10, `only its own processes are seen, not ${shown}`);
      await pod.stop();
    },
  },
  {
    name: 'exec is as confined as the main process',
    because: 'kubectl exec must not be a way out',
    needs: 'ownFiles',
    check: async bed => {
      const secret = join(bed.folder, 'secret');
      writeFileSync(secret, 'canary');
      const pod = await bed.pod();
      const container = await pod.start(bed.container(['sleep', '1000']));
      for (const way of [secret, `/proc/1/root${secret}`, `/proc/self/root/..${secret}`]) {
        const call = await container.exec({ command: ['cat', way], tty: false });
        call.stdin.end();
        call.stdout.resume();
        call.stderr.resume();
        assert.notEqual((await call.exited).exitCode, 0, way);
      }
      await pod.stop();
    },
  },
];
