import type { Stored } from '@slipway/api';
import { Secret } from '@slipway/kinds';
import { namespaceOf, objectNameOf, type RepositoryName } from '../../git/name.ts';
import type { GitServer } from '../../server.ts';

/** A webhook; kept as a Secret in the team's namespace, for it holds one. */
export interface Hook {
  id: number;
  url: string;
  contentType: 'json' | 'form';
  secret: string;
  authorization: string;
  events: string[];
  branchFilter: string;
  active: boolean;
  createdAt: string;
}

const LABEL = 'source.slipway.dev/hook-of';

export async function listHooks(server: GitServer, name: RepositoryName): Promise<Hook[]> {
  const selector = `${LABEL}=${labelOf(name)}`;
  const { items } = await server.client.list(Secret, {
    namespace: namespaceOf(name.owner),
    labelSelector: selector,
  });
  return items.map(hookOf).sort((a, b) => a.id - b.id);
}

export async function saveHook(server: GitServer, name: RepositoryName, hook: Hook): Promise<Hook> {
  const key = secretKey(name, hook.id);
  const present = await server.client.find(Secret, key);
  const secret: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...key,
      labels: { [LABEL]: labelOf(name) },
      ...(present ? { resourceVersion: present.metadata.resourceVersion } : {}),
    },
    type: 'source.slipway.dev/hook',
    data: { hook: Buffer.from(JSON.stringify(hook)).toString('base64') },
  };
  return hookOf(
    present ? await server.client.update(Secret, secret) : await server.client.create(Secret, secret),
  );
}

export async function removeHook(server: GitServer, name: RepositoryName, id: number): Promise<void> {
  await server.client.delete(Secret, secretKey(name, id));
}

function secretKey(name: RepositoryName, id: number): { namespace: string; name: string } {
  return { namespace: namespaceOf(name.owner), name: `hook-${id}` };
}

/** A label's value has at most 63 characters. */
function labelOf({ name }: RepositoryName): string {
  return objectNameOf(name).slice(0, 63);
}

function hookOf(secret: Stored<Secret>): Hook {
  const hook = JSON.parse(Buffer.from(secret.data?.hook ?? '', 'base64').toString()) as Hook;
  return { ...hook, createdAt: secret.metadata.creationTimestamp };
}
