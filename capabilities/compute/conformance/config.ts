import assert from 'node:assert/strict';
import { ConfigMap, Pod, Secret } from '@slipway/kinds';
import { isOver, logOf, podOf, type Row, runToEnd, until } from './subject.ts';

/** Configuration: environment and files from API objects. */
export const configRows: Row[] = [
  {
    name: 'environment from ConfigMaps, Secrets, fields and resources, with references',
    because: 'that is how programs are configured',
    check: async subject => {
      const { client, namespace } = subject;
      const metadata = { namespace };
      await client.create(ConfigMap, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...metadata, name: 'env' },
        data: { COLOR: 'blue', 'a.b': 'x' },
      });
      await client.create(Secret, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...metadata, name: 'env' },
        stringData: { KEY: 's3cret' },
      });
      const env = [
        { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'KEY', valueFrom: { secretKeyRef: { name: 'env', key: 'KEY' } } },
        { name: 'GONE', valueFrom: { configMapKeyRef: { name: 'absent', key: 'x', optional: true } } },
        { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
        { name: 'ALL', value: '$(NAME) $(COLOR) $(MISSING) $$(NAME)' },
      ];
      const command = ['sh', '-c', 'echo "$ALL|$KEY|$LIMIT|$GONE-|$1"', 'x', '$(COLOR)'];
      const container = {
        command,
        env,
        envFrom: [{ configMapRef: { name: 'env' } }],
        resources: { limits: { memory: '256Mi' } },
      };
      const pod = podOf(subject, { restartPolicy: 'Never', containers: [container] });
      await runToEnd(subject, pod);
      assert.equal(
        await logOf(subject, pod),
        `${pod.metadata.name} blue $(MISSING) $(NAME)|s3cret|256|-|blue\n`,
      );
    },
  },
  {
    name: 'a ConfigMap that is not there is waited for, by name',
    because: 'order of creation must not matter',
    check: async subject => {
      const { client, namespace } = subject;
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [
          { command: ['sh', '-c', 'echo "$LATE"'], envFrom: [{ configMapRef: { name: 'late' } }] },
        ],
      });
      await client.create(Pod, pod);
      const waiting = await until(
        subject,
        pod,
        found =>
          found?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
      );
      assert.equal(
        waiting.status?.containerStatuses?.[0]?.state?.waiting?.message,
        'configmap "late" not found',
      );
      await client.create(ConfigMap, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace, name: 'late' },
        data: { LATE: 'here' },
      });
      await until(subject, pod, isOver);
      assert.equal(await logOf(subject, pod), 'here\n');
    },
  },
  {
    name: 'files from Secrets, ConfigMaps, fields and a token of the pod’s account, with their modes',
    because: 'that is how programs get certificates and identities',
    check: async subject => {
      const { client, namespace } = subject;
      const metadata = { namespace, name: 'files' };
      await client.create(ConfigMap, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata,
        data: { a: 'from map', b: 'left out' },
      });
      await client.create(Secret, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata,
        stringData: { key: 'from secret' },
      });
      const sources = [
        { configMap: { name: 'files', items: [{ key: 'a', path: 'deep/a' }] } },
        { secret: { name: 'files' } },
        { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
        { serviceAccountToken: { path: 'token', audience: 'shop', expirationSeconds: 600 } },
      ];
      const volumes = [
        { name: 'all', projected: { sources, defaultMode: 0o440 } },
        {
          name: 'fields',
          downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] },
        },
        { name: 'secret', secret: { secretName: 'files', defaultMode: 0o400 } },
      ];
      const script = `cd "$SLIPWAY_ROOT/v" && cat all/deep/a all/key all/name fields/labels && echo && ls -lL all/key secret/key | grep -o '^.\\{10\\}' && ls all && cat all/token`;
      const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/v/${name}` }));
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [{ command: ['sh', '-c', script], volumeMounts }],
        volumes,
      });
      await runToEnd(subject, pod);
      const lines = (await logOf(subject, pod)).split('\n');
      const name = pod.metadata.name ?? '';
      assert.deepEqual(lines.slice(0, 7), [
        `from mapfrom secret${name}pod="${name}"`,
        '-r--r-----',
        '-r--------',
        'deep',
        'key',
        'name',
        'token',
      ]);
      const claims = JSON.parse(Buffer.from(lines[7]?.split('.')[1] ?? '', 'base64url').toString());
      assert.deepEqual(claims.aud, ['shop']);
      assert.equal(claims.sub, `system:serviceaccount:${namespace}:default`);
      assert.equal(claims['kubernetes.io'].pod.name, name);
    },
  },
  {
    name: 'a mounted ConfigMap follows its object; one file of it by subPath does not',
    because: 'programs watch their configuration',
    needs: 'ownFiles',
    check: async subject => {
      const { client, namespace } = subject;
      const map = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { namespace, name: 'live' },
        data: { a: 'old' },
      };
      await client.create(ConfigMap, map);
      const script = 'until grep -q new /live/a; do sleep 0.05; done; cat /live/a /fixed';
      const volumeMounts = [
        { name: 'live', mountPath: '/live' },
        { name: 'live', mountPath: '/fixed', subPath: 'a' },
      ];
      const pod = podOf(subject, {
        restartPolicy: 'Never',
        containers: [{ command: ['sh', '-c', script], volumeMounts }],
        volumes: [{ name: 'live', configMap: { name: 'live' } }],
      });
      await client.create(Pod, pod);
      await until(subject, pod, found => found?.status?.phase === 'Running');
      await client.patch(
        ConfigMap,
        { namespace, name: 'live' },
        { type: 'merge', body: { data: { a: 'new' } } },
      );
      await until(subject, pod, isOver);
      assert.equal(await logOf(subject, pod), 'newold');
    },
  },
];
