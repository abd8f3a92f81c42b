import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '@slipway/kinds';
import { unsupportedField } from './unsupported.ts';

test('unsupportedField() names the first field that cannot be kept', () => {
  const container = { name: 'c' };
  const rows: { spec: object; field: string | undefined; because: string }[] = [
    { spec: { volumes: [{ name: 'a', emptyDir: {} }] }, field: undefined, because: 'kept' },
    {
      spec: {
        volumes: [
          { name: 'a', emptyDir: {} },
          { name: 'b', hostPath: { path: '/' } },
        ],
      },
      field: 'spec.volumes[1].hostPath',
      because: 'the machine’s files',
    },
    {
      spec: { volumes: [{ name: 'a', persistentVolumeClaim: { claimName: 'x' } }] },
      field: 'spec.volumes[0].persistentVolumeClaim',
      because: 'no provisioner',
    },
    { spec: { volumes: [{ name: 'a', nfs: {} }] }, field: 'spec.volumes[0].nfs', because: 'unknown source' },
    { spec: { hostNetwork: true }, field: 'spec.hostNetwork', because: 'the machine’s network' },
    {
      spec: { containers: [{ ...container, securityContext: { privileged: true } }] },
      field: 'spec.containers[0].securityContext.privileged',
      because: 'no privileges',
    },
    {
      spec: { containers: [{ ...container, ports: [{ containerPort: 1, hostPort: 1 }] }] },
      field: 'spec.containers[0].ports[0].hostPort',
      because: 'the machine’s ports',
    },
    {
      spec: { volumes: [{ name: 'a', emptyDir: { medium: 'HugePages' } }] },
      field: 'spec.volumes[0].emptyDir.medium',
      because: 'no huge pages',
    },
    {
      spec: { dnsConfig: { nameservers: ['10.0.0.1'] } },
      field: 'spec.dnsConfig.nameservers',
      because: 'the platform resolves',
    },
    { spec: { dnsConfig: { nameservers: [] } }, field: undefined, because: 'nothing is asked' },
    { spec: { runtimeClassName: 'gvisor' }, field: 'spec.runtimeClassName', because: 'one runtime' },
    {
      spec: { securityContext: { sysctls: [{ name: 'a', value: '1' }] } },
      field: 'spec.securityContext.sysctls',
      because: 'one kernel',
    },
    {
      spec: { containers: [{ ...container, restartPolicy: 'Always' }] },
      field: 'spec.containers[0].restartPolicy',
      because: 'only init containers are sidecars',
    },
    {
      spec: { initContainers: [{ ...container, restartPolicy: 'Always' }] },
      field: undefined,
      because: 'a sidecar',
    },
    {
      spec: { containers: [{ ...container, lifecycle: { stopSignal: 'SIGUSR1' } }] },
      field: 'spec.containers[0].lifecycle.stopSignal',
      because: 'SIGTERM it is',
    },
    {
      spec: { initContainers: [{ ...container, securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }] },
      field: 'spec.initContainers[0].securityContext.capabilities.add',
      because: 'init containers too',
    },
  ];
  for (const { spec, field, because } of rows) {
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {},
      spec: { containers: [container], ...spec },
    };
    assert.equal(unsupportedField(pod)?.field, field, because);
  }
});
