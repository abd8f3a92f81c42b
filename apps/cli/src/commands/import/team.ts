import { resolve } from 'node:path';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, duration, EXIT, print, say } from '../../output.ts';
import { importTeam } from '../../team-archive/import-team.ts';
import { type Landing, landingHere } from '../../team-archive/landing.ts';
import { landingOnCluster } from '../../team-archive/landing-on-cluster.ts';

interface Options extends GlobalOptions {
  dryRun?: boolean;
  kubeconfig?: string;
  context?: string;
}

/** Brings a team's archive into the platform. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const begun = performance.now();
  const dryRun = options.dryRun === true;
  const landing = await landingOf(options);
  const imported = await importTeam(landing, { file: resolve(name), dryRun, progress: say }).finally(() =>
    landing.close(),
  );
  const result = { ...imported, dryRun, ms: Math.round(performance.now() - begun) };
  const count = (state: string) => imported.items.filter(each => each.state === state).length;
  print(options.output, result, () =>
    [
      columns([['STATE', 'WHAT'], ...imported.items.map(({ item, state }) => [state, item])]),
      '',
      `team ${imported.team}: ${count('create')} ${dryRun ? 'would be made' : 'made'}, ${count('unchanged')} there already, in ${duration(result.ms)}`,
      ...(count('not served') > 0
        ? [`${count('not served')} left out: this platform serves no such kind`]
        : []),
      ...(count('left') > 0
        ? [`${count('left')} images stay in the archive: this platform has no account at a registry`]
        : []),
      ...imported.secrets.map(
        ({ namespace, name: secret, keys }) =>
          `to give     Secret ${namespace}/${secret} (${keys.join(', ')})`,
      ),
    ].join('\n'),
  );
  return EXIT.done;
}

async function landingOf({ kubeconfig, context, ...options }: Options): Promise<Landing> {
  if (kubeconfig === undefined) return landingHere(await connect(options));
  return landingOnCluster({ kubeconfig, ...(context === undefined ? {} : { context }) });
}
