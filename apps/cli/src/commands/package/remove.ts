import { hasReason } from '@slipway/api';
import { Application, ApplicationSet } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';
import { PRIORITY } from '../../package/install-package.ts';
import { readPackage } from '../../package/read-package.ts';

/** Takes away what a package brought; its repositories stay, with what is in them. */
export async function run(options: GlobalOptions, paths: string[]): Promise<number> {
  if (paths.length === 0) throw new CommandError('which package? name its folder', { exitCode: EXIT.usage });
  const packages = await Promise.all(paths.map(readPackage));
  const { client } = await connect(options);
  const removed: string[] = [];
  for (const { object } of packages.flatMap(({ objects }) => objects)) {
    const kind = object.kind === 'ApplicationSet' ? ApplicationSet : Application;
    const key = { namespace: object.metadata.namespace ?? 'argocd', name: object.metadata.name ?? '' };
    const live = await client.find(kind, key);
    if (live?.metadata.annotations?.[PRIORITY] === undefined) continue;
    await client.delete(kind, key).catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
    removed.push(`${object.kind} ${key.name}`);
  }
  print(options.output, { removed }, () =>
    removed.length === 0 ? 'nothing of it is there' : removed.map(each => `${each}: removed`).join('\n'),
  );
  return EXIT.done;
}
