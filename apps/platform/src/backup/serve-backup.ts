import { join } from 'node:path';
import { type Clock, type Log, StatusError } from '@slipway/api';
import { Backup, backupDefinition } from '@slipway/kinds';
import type { StartedEngine } from '../engines.ts';
import type { Machine } from '../machine.ts';
import { removeAbandoned, type StageOptions, stage } from './stage.ts';

/** Serves Backup: who creates one is told where what it needs was set aside. */
export async function serveBackup(
  machine: Machine,
  engines: StartedEngine[],
  { data, clock, log }: { data: string; clock: Clock; log: Log },
): Promise<void> {
  const { server } = machine.controlPlane.kube;
  const { group, plural: resource } = Backup;
  const kept: StageOptions['kept'] = new Map();
  for (const { component } of engines) {
    const { id, embedded } = component.technology;
    if (embedded?.keeps) kept.set(id, embedded.keeps);
  }
  const platform = { id: machine.id, name: machine.selection.name, domain: machine.addresses.domain };
  const options = { data, store: server.store, platform, kept, clock, log };
  await removeAbandoned(join(data, 'backup'));
  server.registry.addComputed(backupDefinition, ['create']);
  server.addVirtual({
    group,
    resource,
    create: async ({ object }) => {
      const { holder } = (object as Partial<Backup>).spec ?? {};
      if (!Number.isSafeInteger(holder) || Number(holder) < 1)
        throw new StatusError(
          'BadRequest',
          'spec.holder: the id of the process that reads the backup is wanted',
        );
      return { ...object, status: await stage(options, Number(holder)) };
    },
  });
}
