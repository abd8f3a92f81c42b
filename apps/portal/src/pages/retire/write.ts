import type { Stored } from '@slipway/api';
import { type KeepablePart, Retirement } from '@slipway/kinds';
import { client } from '../../api/client.ts';

/** Asks for the list of what a service made; one that is being retired already is shown instead. */
export async function listForRetirement(namespace: string, workload: string): Promise<Stored<Retirement>> {
  const { items } = await client.list(Retirement, { namespace });
  const open = items.find(
    ({ spec, status }) =>
      spec.workload === workload && status?.phase !== 'Retired' && status?.phase !== 'Failed',
  );
  if (open) return open;
  return client.create(Retirement, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Retirement',
    metadata: { namespace, generateName: `${workload}-` },
    spec: { workload },
  });
}

export function keepParts({ metadata }: Stored<Retirement>, keep: KeepablePart[]): Promise<unknown> {
  return change(metadata, { keep });
}

/** From here on everything on the list that does not stay is removed. */
export function confirmRetirement({ metadata, spec }: Stored<Retirement>): Promise<unknown> {
  return change(metadata, { confirm: spec.workload });
}

/** The list is not needed; the service stays as it is. */
export function dropList({ metadata: { namespace = '', name } }: Stored<Retirement>): Promise<void> {
  return client.delete(Retirement, { namespace, name });
}

function change({ namespace = '', name }: Stored<Retirement>['metadata'], spec: object): Promise<unknown> {
  return client.patch(Retirement, { namespace, name }, { type: 'merge', body: { spec } });
}
