import type { UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Ports, Settings } from '@slipway/definition';
import type { EntityIndex } from './entity/entity-index.ts';
import type { GitServer } from './git-server/call.ts';

/** What the parts of this engine have in common while it runs. */
export interface CatalogState {
  ports: Ports;
  settings: Settings;
  /** Workspaces of template runs; may be removed between runs. */
  workspaces: string;
  gitCache: string;
  git: GitServer;
  /** What the REST API reads. */
  entities: EntityIndex;
  /** A client with a person's own rights. */
  actAs(user: UserInfo): Client;
}
