import type { Client } from '@slipway/client';
import { Application, ApplicationSet, Package } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';
import { reportOf } from '../../package/await-applications.ts';
import { PRIORITY, SOURCE } from '../../package/install-package.ts';

interface Row {
  kind: string;
  namespace: string;
  name: string;
  version: string;
  sync: string;
  health: string;
  source: string;
  cause: string;
  /** Of Applications. */
  priority?: number;
  /** Of Packages. */
  digest?: string;
  objects?: number;
}

/** What packages brought, from where, and how it is. */
export async function run(options: GlobalOptions): Promise<number> {
  const { client } = await connect(options);
  const found = [...(await packages(client)), ...(await applications(client))];
  print(options.output, found, () =>
    found.length === 0
      ? 'no packages yet'
      : columns([
          ['KIND', 'NAME', 'VERSION', 'SYNC', 'HEALTH', 'FROM'],
          ...found.map(({ kind, name, version, sync, health, source }) => [
            kind,
            name,
            version,
            kind === 'ApplicationSet' ? '' : sync,
            health,
            source,
          ]),
        ]),
  );
  return EXIT.done;
}

async function packages(client: Client): Promise<Row[]> {
  const { items } = await client.list(Package);
  return items.map(({ metadata, spec, status }) => {
    const synced = status?.conditions?.find(({ type }) => type === 'Synced');
    const isSynced = synced?.status === 'True';
    return {
      kind: 'Package',
      namespace: spec.namespace,
      name: metadata.name,
      version: spec.version,
      sync: isSynced ? 'Synced' : 'OutOfSync',
      health: '',
      source: spec.source,
      cause: isSynced ? '' : (synced?.message ?? 'it was not finished; add it again'),
      digest: spec.digest,
      objects: status?.inventory?.length ?? 0,
    };
  });
}

async function applications(client: Client): Promise<Row[]> {
  const [single, sets] = await Promise.all([client.list(Application), client.list(ApplicationSet)]);
  return [...single.items, ...sets.items].flatMap(object => {
    const { [PRIORITY]: priority, [SOURCE]: source = '' } = object.metadata.annotations ?? {};
    if (priority === undefined) return [];
    const { namespace, name, sync, health, cause } = reportOf(object);
    const row = { kind: object.kind, namespace, name, version: '', sync, health, source, cause };
    return [{ ...row, priority: Number(priority) }];
  });
}
