import { messageOf } from '@slipway/api';
import type { Ports, Running, Settings } from '@slipway/definition';
import type { Handler } from '@slipway/gateway';
import { controller, createRecorder } from '@slipway/runtime';
import { openReaderPool } from '@slipway/sources';
import { apiHandler } from './api/api-handler.ts';
import { serveHooks } from './api/hooks/deliver.ts';
import { createLooks } from './change-request/facts.ts';
import { changeRequestController } from './change-request/reconcile.ts';
import { createMaintenance } from './git/maintenance.ts';
import { serverEnv } from './git/settings.ts';
import { openStorage } from './git/storage.ts';
import { createRefsPublisher } from './refs-publisher.ts';
import { repositoryController } from './repository/reconcile.ts';
import { createSerially } from './serially.ts';
import type { GitServer } from './server.ts';
import { askCapabilities } from './smart-http/advertisement.ts';
import { gitHandler, isGitPath } from './smart-http/git-handler.ts';

/** Starts the engine: cleans what a killed git left, asks git what it can do, then serves. */
export async function startEngine(ports: Ports, settings: Settings): Promise<Running> {
  const abort = new AbortController();
  const server = await openServer(ports, settings, abort.signal);
  await server.storage.clean();
  const empty = await ports.data.folder('empty');
  const emptyStorage = openStorage(empty.path);
  await emptyStorage.create({ owner: 'platform', name: 'empty' }, 'main');
  const emptyRepository = emptyStorage.pathOf({ owner: 'platform', name: 'empty' });
  const capabilities = await askCapabilities(server, emptyRepository);
  const git = gitHandler(server, capabilities);
  const api = apiHandler(server);
  serveHooks(server);
  return {
    controllers: [controller(repositoryController(server)), controller(changeRequestController(server))],
    // Over HTTP/2, Git before 2.44 asks its pack for more after the end of a chunked push when curl could not send
    // all at once, and waits for ever (https://github.com/git/git/pull/1608).
    routes: [{ host: 'git', handler: choose(git, api), prefersHttp1: true }],
    probes: [
      { capability: 'code-repositories', name: 'git answers', check: () => probe(server, emptyRepository) },
      { capability: 'config-repositories', name: 'git answers', check: () => probe(server, emptyRepository) },
    ],
    stop: async () => {
      abort.abort(new Error('the platform stops'));
      server.readers.close();
    },
  };
}

async function openServer(ports: Ports, settings: Settings, signal: AbortSignal): Promise<GitServer> {
  const { client, clock, random } = ports;
  const log = ports.log.with({ engine: 'gitea' });
  const folder = await ports.data.folder('repositories');
  const storage = openStorage(folder.path);
  const record = createRecorder({ client, clock, log, component: 'source' });
  const { maxPushBytes, maxFileBytes, webhookHosts } = settings.parameters;
  const limits = { maxPushBytes: Number(maxPushBytes ?? 1024 ** 3) };
  const gitEnv = serverEnv(limits);
  const maintenance = createMaintenance({ log, env: gitEnv, signal });
  return {
    client,
    as: user => ports.as(user),
    clock,
    random,
    log,
    storage,
    readers: openReaderPool(clock),
    publisher: createRefsPublisher({ client, clock, log, storage, record, maintenance }),
    serially: createSerially(),
    looks: createLooks(gitEnv),
    gitEnv,
    ...limits,
    maxFileBytes: Number(maxFileBytes ?? 64 * 1024 ** 2),
    webhookHosts: Array.isArray(webhookHosts) ? webhookHosts.map(String) : ['loopback'],
    publicUrl: settings.addresses.url('git'),
    portalUrl: settings.addresses.url(''),
    signal,
  };
}

function choose(git: Handler, api: Handler): Handler {
  return (request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    return isGitPath(path) ? git(request, response) : api(request, response);
  };
}

/** Asks the object reader for something that every repository has: nothing, without an error. */
async function probe(server: GitServer, emptyRepository: string): Promise<string> {
  try {
    await server.readers.of(emptyRepository).info('HEAD');
    return 'the object store answers';
  } catch (error) {
    throw new Error(`git cannot read repositories: ${messageOf(error)}`);
  }
}
