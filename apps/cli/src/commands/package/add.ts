import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, columns, EXIT, print, say } from '../../output.ts';
import { awaitApplications } from '../../package/await-applications.ts';
import { type Installed, installObject, prepareGround } from '../../package/install-package.ts';
import { readPackage } from '../../package/read-package.ts';

interface Options extends GlobalOptions {
  team: string;
  priority: number;
  wait?: boolean;
  timeout: number;
}

/** Brings packages as idpbuilder knows them; of equal Applications the later package counts. */
export async function run(options: Options, paths: string[]): Promise<number> {
  if (paths.length === 0) throw new CommandError('which package? name its folder', { exitCode: EXIT.usage });
  // Everything is read before anything is done: a typo in the last folder changes nothing.
  const packages = await Promise.all(paths.map(readPackage));
  const connection = await connect(options);
  await prepareGround(connection);
  const installed: Installed[] = [];
  for (const [index, { objects, left }] of packages.entries()) {
    for (const each of left) say(`left out, for it is no Application: ${each}`);
    for (const object of objects) {
      const done = await installObject(connection, object, {
        team: options.team,
        priority: options.priority + index,
        pushing: (folder, repository) => say(`pushing ${folder} to ${repository}`),
      });
      if (done.kept) say(`${done.kind} ${done.name} stays as it is: ${done.kept}`);
      installed.push(done);
    }
  }
  if (!options.wait) {
    print(options.output, installed, () => table(installed));
    return EXIT.done;
  }
  const reports = await awaitApplications(connection.client, installed, options.timeout * 1_000);
  print(options.output, reports, () =>
    columns([
      ['APPLICATION', 'SYNC', 'HEALTH', 'CAUSE'],
      ...reports.map(({ name, sync, health, cause }) => [name, sync, health, cause]),
    ]),
  );
  return reports.every(({ ready }) => ready) ? EXIT.done : EXIT.unhealthy;
}

function table(installed: Installed[]): string {
  return columns([
    ['KIND', 'NAME', 'REPOSITORIES'],
    ...installed.map(({ kind, name, repositories, kept }) => [
      kind,
      name,
      kept ? `(${kept})` : repositories.join(', '),
    ]),
  ]);
}
