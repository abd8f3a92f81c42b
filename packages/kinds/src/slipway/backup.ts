import type { Kind, KubeObject } from '@slipway/api';
import { type CustomResourceDefinition, definitionOf, object } from '../custom-resource.ts';

/**
 * Asks the running platform to set aside, as it is at one moment, what a backup needs. Nothing of it is kept: who
 * creates one gets the answer; it takes the right to create `backups.slipway.dev`.
 */
export interface Backup extends KubeObject {
  /** `holder`: id of the process that reads the folder and then removes it; when that one is gone, the platform does. */
  spec: { holder: number };
  /** `folder`: absolute path on the platform's own machine. `heldMs`: for how long nothing was committed. */
  status?: { folder: string; heldMs: number };
}
export const Backup: Kind<Backup> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'Backup',
  plural: 'backups',
  namespaced: false,
};
export const backupDefinition: CustomResourceDefinition = definitionOf(Backup, {
  spec: object({ holder: { type: 'integer', minimum: 1 } }, ['holder']),
});
