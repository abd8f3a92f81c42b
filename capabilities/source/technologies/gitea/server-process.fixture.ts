// A process of its own that serves Git until it is killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { startTestPlatform } from './platform.fixture.ts';
import { restClient } from './rest-client.fixture.ts';

export interface ServerProcess {
  child: ChildProcess;
  url: string;
  caFile: string;
  folder: string;
  repositories: string;
  /** Of somebody who may do everything in `team-default`, which has a repository `victim`. */
  token: string;
}

/** Whoever starts it ends it. */
export async function startServerProcess(): Promise<ServerProcess> {
  const file = new URL(import.meta.url).pathname;
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let line = '';
  for await (const chunk of child.stdout) {
    line += chunk;
    if (line.includes('\n')) break;
  }
  return { child, ...JSON.parse(line) };
}

if (import.meta.main) {
  const platform = await startTestPlatform();
  const token = await platform.token('ada', ['get', 'list', 'create', 'update', 'delete'], ['open']);
  const rest = restClient(platform, token);
  await rest.post('/orgs/default/repos', { name: 'victim', auto_init: true });
  rest.close();
  const { url, caFile, folder, repositories } = platform;
  console.log(JSON.stringify({ url, caFile, folder, repositories, token }));
}
