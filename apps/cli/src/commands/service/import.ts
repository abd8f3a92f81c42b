import { Workload } from '@slipway/kinds';
import { type Connection, connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, duration, EXIT, print, say } from '../../output.ts';
import { push, withRepository } from '../../push-source.ts';
import { awaitLive, requireName } from '../../service.ts';

interface Options extends GlobalOptions {
  name: string;
  servicePort: number;
  team: string;
  wait?: boolean;
  timeout: number;
}

/** Brings an application as it is: its files become a repository, and the repository a service. */
export async function run(options: Options, [source = '']: string[]): Promise<number> {
  requireName(options.name);
  const started = performance.now();
  const connection = await connect(options);
  const namespace = `team-${options.team}`;
  await withRepository(source, async repository => {
    await makeRepository(connection, options);
    say(`${duration(performance.now() - started).padStart(8)}  pushing ${source}`);
    try {
      await bring(connection, repository, options);
    } catch (error) {
      await connection.fetch(repositoryUrl(connection, options), { method: 'DELETE' });
      throw error;
    }
  });
  if (!options.wait) {
    print(
      options.output,
      { service: options.name },
      () => `${options.name}: imported; slipway service list shows when it is live`,
    );
    return EXIT.done;
  }
  const report = await awaitLive(
    connection,
    { namespace, name: options.name },
    { started, timeoutMs: options.timeout * 1000 },
  );
  const ms = Math.round(performance.now() - started);
  print(
    options.output,
    { ...report, ms },
    () => `${options.name} is live after ${duration(ms)}: ${report.environments[0]?.url}`,
  );
  return EXIT.done;
}

function repositoryUrl({ platform }: Connection, { team, name }: Options): string {
  return `${platform.git}/api/v1/repos/${team}/${name}`;
}

/** Its files, then the object that says that they are a service. */
async function bring(connection: Connection, repository: string, options: Options): Promise<void> {
  const { client, platform, token } = connection;
  const { team, name, servicePort } = options;
  await push(repository, { url: `${platform.git}/${team}/${name}.git`, token, ca: platform.ca });
  await client.create(Workload, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Workload',
    metadata: { name, namespace: `team-${team}` },
    spec: { repository: name, port: servicePort },
  });
}

async function makeRepository(connection: Connection, { name, team }: Options): Promise<void> {
  const url = `${connection.platform.git}/api/v1/orgs/${team}/repos`;
  const answer = await connection.fetch(url, {
    method: 'POST',
    body: { name, private: true, default_branch: 'main' },
  });
  if (answer.status === 201) return;
  if (answer.status === 409) {
    throw new CommandError(`repository ${team}/${name}: exists already`, {
      next: `git push to it, or choose another --name`,
    });
  }
  const message =
    (JSON.parse(answer.body || '{}') as { message?: string }).message ?? answer.body.slice(0, 200);
  throw new CommandError(`repository ${team}/${name}: not made (${answer.status}: ${message})`);
}
