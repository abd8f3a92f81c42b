import { Pod } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT } from '../../output.ts';

interface Options extends GlobalOptions {
  environment: string;
  team: string;
  follow?: boolean;
}

/** Logs of the service's newest pod in one environment. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const { client } = await connect(options);
  const namespace = `${options.team}-${options.environment}`;
  const { items } = await client.list(Pod, { namespace, labelSelector: `app.kubernetes.io/name=${name}` });
  const [pod] = items.sort((a, b) =>
    b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp),
  );
  if (!pod) throw new CommandError(`${name} has no pod in ${namespace}`, { next: 'slipway service list' });
  const container = pod.spec.containers[0]?.name ?? '';
  const key = { namespace, name: pod.metadata.name };
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  for await (const text of client.logs(key, {
    container,
    follow: options.follow ?? false,
    signal: stop.signal,
  })) {
    process.stdout.write(text);
  }
  return EXIT.done;
}
