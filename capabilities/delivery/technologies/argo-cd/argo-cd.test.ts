import { after, before } from 'node:test';
import { Application } from '@slipway/kinds';
import { deliveryConformance } from '../../conformance.ts';
import type { DeliveryGround, DeliveryState } from '../../contract.ts';
import type { ApplicationStatus } from './application/status.ts';
import { startTestPlatform, type TestPlatform } from './platform.fixture.ts';

let platform: TestPlatform;
before(async () => {
  platform = await startTestPlatform();
});
after(() => platform.stop());

deliveryConformance('argo-cd, embedded', (): DeliveryGround => {
  const { client, git, push, application } = platform;
  return {
    client,
    namespace: 'web',
    push: async files => {
      const gone = Object.keys(files).filter(path => files[path] === null);
      if (gone.length > 0) await git.git(['rm', '--quiet', ...gone], `${git.folder}/work`);
      const kept = Object.entries(files).flatMap(([path, text]) => (text === null ? [] : [[path, text]]));
      return push(Object.fromEntries(kept));
    },
    deliver: folder => application(folder),
    stateOf: async folder => stateOf(await client.get(Application, { namespace: 'argocd', name: folder })),
  };
});

function stateOf({ status }: { status?: unknown }): DeliveryState {
  const { sync, health, operationState, conditions = [] } = (status ?? {}) as ApplicationStatus;
  const isApplied = sync?.status === 'Synced' && operationState?.phase === 'Succeeded';
  return {
    ...(isApplied && sync.revision ? { revision: sync.revision } : {}),
    healthy: health?.status === 'Healthy',
    problem: conditions.map(({ message }) => message).join('; '),
  };
}
