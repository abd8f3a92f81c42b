import type { Client } from '@slipway/client';
import { RoleBinding, type Team, Workload } from '@slipway/kinds';

/** A team as people read it. */
export interface TeamReport {
  name: string;
  members: string[];
  may: string[];
  namespaces: string[];
  services: { name: string; environments: { name: string; health: string }[] }[];
  rights: { namespace: string; role: string; who: string[] }[];
  ready: boolean;
  message?: string;
}

/** What a team has: its services, and its rights as RBAC holds them. */
export async function reportOnTeam(client: Client, { metadata, spec, status }: Team): Promise<TeamReport> {
  const name = metadata.name ?? '';
  const namespaces = status?.namespaces ?? [];
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const { items } = await client.list(Workload, { namespace: `team-${name}` });
  return {
    name,
    members: spec.members ?? [],
    may: (spec.may ?? []).map(wordOf),
    namespaces,
    services: items.map(service => ({
      name: service.metadata.name,
      environments: (service.status?.environments ?? []).map(each => ({
        name: each.name,
        health: each.image ? (each.health ?? 'Progressing') : 'Missing',
      })),
    })),
    rights: (await Promise.all(namespaces.map(namespace => rightsIn(client, namespace, name)))).flat(),
    ready: ready?.status === 'True',
    ...(ready?.status === 'True' || !ready?.message ? {} : { message: ready.message }),
  };
}

/** `{ promote: [dev] }` as `promote dev`. */
function wordOf(word: string | Record<string, string[]>): string {
  if (typeof word === 'string') return word;
  return Object.entries(word)
    .map(([verb, names]) => `${verb} ${names.join(', ')}`)
    .join('; ');
}

async function rightsIn(client: Client, namespace: string, team: string): Promise<TeamReport['rights']> {
  const { items } = await client.list(RoleBinding, { namespace, labelSelector: `slipway.dev/team=${team}` });
  return items.map(({ roleRef, subjects = [] }) => ({
    namespace,
    role: roleRef.name,
    who: subjects.map(({ kind, name }) => `${kind.toLowerCase()}:${name}`),
  }));
}
