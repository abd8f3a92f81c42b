import { type AnyObject, systemClock } from '@slipway/api';
import {
  entryOf,
  installPackage,
  type PackageInstall,
  packageParameters,
  planPackage,
} from '@slipway/definition';
import { type Connection, connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, columns, EXIT, print, say } from '../../output.ts';
import { awaitApplications } from '../../package/await-applications.ts';
import { awaitInstalled } from '../../package/await-installed.ts';
import { type ChosenPackage, choosePackage } from '../../package/chosen-package.ts';
import { putPackage } from '../../package/edit-definition.ts';
import { type Installed, installObject, prepareGround } from '../../package/install-package.ts';
import { oneInstall } from '../../package/one-install.ts';
import { changesText } from '../../package/package-text.ts';
import { bringing, connectionOf } from '../../package/sources.ts';
import { readValues, withPairs } from '../../template-values.ts';

export interface AddOptions extends GlobalOptions {
  file?: string;
  name?: string;
  values?: string;
  set: string[];
  namespace?: string;
  environment?: string;
  adopt?: boolean;
  dryRun?: boolean;
  plainHttp?: boolean;
  team: string;
  priority: number;
  wait?: boolean;
  timeout: number;
}

type OwnPackage = Extract<ChosenPackage, { form: 'package' }>;

/** Adds packages to the running platform, or with `-f` to a definition and its lock. */
export async function run(options: AddOptions, sources: string[]): Promise<number> {
  if (sources.length === 0)
    throw new CommandError('which package? name its folder or address', { exitCode: EXIT.usage });
  if (options.name !== undefined && sources.length > 1)
    throw new CommandError('--name is for one package', { exitCode: EXIT.usage });
  const connection = options.file === undefined ? await connect(options) : undefined;
  const how = await bringing(connection ?? (await connectionOf(options)), options);
  // Everything is read before anything is done: a typo in the last folder changes nothing.
  const chosen = await Promise.all(sources.map(source => choosePackage(source, how)));
  try {
    if (!connection) return await addToDefinition(options, chosen);
    const own = chosen.filter(each => each.form === 'package');
    const installs = await Promise.all(own.map(each => installOf(each, options, connection)));
    const changes = await addOwn(connection, installs, options);
    const applications = await addApplications(connection, chosen, options);
    return await conclude(connection, options, { installs, changes, applications });
  } finally {
    for (const each of chosen) if (each.form === 'applications') await each.dispose();
  }
}

async function valuesOf({ values, set }: AddOptions, { definition }: OwnPackage) {
  return withPairs(await readValues(values), set, definition.spec.parameters ?? {});
}

async function installOf(chosen: OwnPackage, options: AddOptions, connection: Connection) {
  const { name, namespace, environment } = options;
  return oneInstall(
    {
      ...chosen,
      parameters: await valuesOf(options, chosen),
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(environment === undefined ? {} : { environment }),
    },
    connection,
  );
}

interface Added {
  name: string;
  version: string;
  digest: string;
  namespace: string;
  changes: Awaited<ReturnType<typeof planPackage>>;
}

async function addOwn({ client }: Connection, installs: PackageInstall[], options: AddOptions) {
  const { dryRun, adopt = false } = options;
  const added: Added[] = [];
  // What the server would refuse of any is refused before the first is begun.
  const earlier: AnyObject[] = [];
  for (const install of installs) {
    await planPackage(client, install, { adopt, earlier });
    earlier.push(...install.objects);
  }
  for (const install of installs) {
    const { version, digest, namespace } = install.spec;
    const changes = await (dryRun ? planPackage : installPackage)(client, install, {
      adopt,
      ...(dryRun ? { earlier } : {}),
    });
    added.push({ name: install.name, version, digest, namespace, changes });
  }
  return added;
}

async function addApplications(
  connection: Connection,
  chosen: ChosenPackage[],
  { team, priority, dryRun }: AddOptions,
): Promise<Installed[]> {
  const installed: Installed[] = [];
  const folders = chosen.filter(each => each.form === 'applications');
  if (folders.length > 0 && dryRun)
    throw new CommandError('--dry-run: a package of Applications is delivered from its repository', {
      exitCode: EXIT.usage,
      next: 'leave it out; slipway package list then says what became of it',
    });
  if (folders.length > 0) await prepareGround(connection);
  for (const [index, { files }] of folders.entries()) {
    for (const each of files.left) say(`left out, for no Application is in it: ${each}`);
    for (const object of files.objects) {
      const done = await installObject(connection, object, {
        team,
        priority: priority + index,
        pushing: (folder, repository) => say(`pushing ${folder} to ${repository}`),
      });
      if (done.kept) say(`${done.kind} ${done.name} stays as it is: ${done.kept}`);
      installed.push(done);
    }
  }
  return installed;
}

interface Outcome {
  installs: PackageInstall[];
  changes: Added[];
  applications: Installed[];
}

async function conclude(
  { client }: Connection,
  { output, wait, timeout, dryRun }: AddOptions,
  { installs, changes, applications }: Outcome,
): Promise<number> {
  if (!wait || dryRun) {
    print(output, [...changes, ...applications], () =>
      [
        ...changes.map(each => changesText(each.name, each.version, each.changes)),
        ...(applications.length > 0 ? [table(applications)] : []),
      ].join('\n'),
    );
    return EXIT.done;
  }
  const timeoutMs = timeout * 1_000;
  const own = await awaitInstalled(client, installs, { timeoutMs, clock: systemClock });
  const reports = [
    ...own,
    ...(applications.length > 0 ? await awaitApplications(client, applications, timeoutMs) : []),
  ];
  print(output, reports, () =>
    columns([
      ['NAME', 'SYNC', 'HEALTH', 'CAUSE'],
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

/** Nothing runs yet: the next `slipway apply` brings it. */
async function addToDefinition(options: AddOptions, chosen: ChosenPackage[]): Promise<number> {
  const { file = '', output, namespace, environment } = options;
  const added: { name: string; version: string; digest: string; source: string }[] = [];
  for (const each of chosen) {
    if (each.form === 'applications')
      throw new CommandError('a definition names packages with a package.yaml; these are Applications', {
        exitCode: EXIT.usage,
        next: 'slipway package init in that folder writes one, or add them to the running platform without -f',
      });
    const { definition, brought, source } = each;
    const parameters = await valuesOf(options, each);
    packageParameters(definition, { environment, layers: [parameters] });
    const name = options.name ?? definition.metadata.name;
    const entry = entryOf(definition, brought);
    const given = Object.keys(parameters).length > 0 ? { parameters } : {};
    const stage = environment === undefined ? given : { environments: { [environment]: given } };
    const place = namespace === undefined ? {} : { namespace };
    await putPackage(file, { name, from: source, ...place, ...stage }, entry);
    added.push({ name, ...entry });
  }
  print(output, added, () =>
    added
      .map(({ name, version, source }) => `${file}: package ${name} ${version} from ${source}`)
      .concat(`next: slipway plan -f ${file}, then slipway apply -f ${file}`)
      .join('\n'),
  );
  return EXIT.done;
}
