import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ApiRequest,
  type ApiResponse,
  silentLog,
  systemClock,
  systemRandom,
  type UserInfo,
} from '@slipway/api';
import { createAccessControl } from '../authz/index.ts';
import { createRegistry } from '../schema/index.ts';
import { type ApiServer, createApiServer } from '../server.ts';
import { openDataFolder } from '../store/data-folder.ts';
import { openKeyFile } from '../store/keys/key-file.ts';
import { openStore } from '../store/open-store.ts';

export const ADMIN: UserInfo = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };

/** The token that stands for ADMIN on a listener. */
export const TOKEN = 'fixture-token';

export interface TestServer {
  server: ApiServer;
  send(request: Partial<ApiRequest> & { path: string }): Promise<ApiResponse>;
  stop(): Promise<void>;
}

/** An API server without controllers over an empty store in a temporary folder. */
export async function startTestServer(): Promise<TestServer> {
  const place = mkdtempSync(join(tmpdir(), 'slipway-server-'));
  const ports = { clock: systemClock, random: systemRandom };
  const folder = openDataFolder({ path: join(place, 'data'), ...ports });
  const keys = openKeyFile({ path: join(place, 'keys'), random: systemRandom });
  const store = await openStore({ folder, keys, ...ports, log: silentLog });
  const staticTokens = [{ token: TOKEN, user: ADMIN }];
  const access = await createAccessControl({ store, keys, ...ports, staticTokens });
  const server = createApiServer({ store, registry: createRegistry(), access, ...ports, log: silentLog });
  const transport = server.transport(ADMIN);
  return {
    server,
    send: request => transport.send({ method: 'GET', ...request }),
    stop: async () => {
      await server.close();
      await store.close();
      folder.release();
      rmSync(place, { recursive: true, force: true });
    },
  };
}
