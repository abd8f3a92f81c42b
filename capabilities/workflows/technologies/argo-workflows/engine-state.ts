import type { Client } from '@slipway/client';
import type { Ports, Settings } from '@slipway/definition';
import type { WorkflowFiles } from './store/workflow-files.ts';
import type { LockTable } from './workflow/locks.ts';
import type { ActedNodes } from './workflow/resources.ts';
import type { ExecutorSettings, ResourceOutcome } from './workflow/run.ts';

/** What the parts of this engine have in common while it runs. */
export interface EngineState {
  ports: Ports;
  settings: Settings;
  executor: ExecutorSettings;
  files: WorkflowFiles;
  locks: LockTable;
  /** By workflow uid, then node id. */
  resources: Map<string, Map<string, ResourceOutcome>>;
  acted: ActedNodes;
  /** Folder of fetched Git sources; may be removed at any time. */
  gitCache: string;
  asServiceAccount(namespace: string, name: string): Client;
}
