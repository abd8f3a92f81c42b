import { dirname } from 'node:path';
import type { Stored } from '@slipway/api';
import {
  installPackage,
  type PackageRequest,
  packageInstalls,
  parseSource,
  planPackage,
  type ResolvedPackage,
  resolvePackages,
  sourceText,
} from '@slipway/definition';
import { Package } from '@slipway/kinds';
import { type Connection, connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';
import { choosePackage } from '../../package/chosen-package.ts';
import { changeLock, packagesIn, putPackage } from '../../package/edit-definition.ts';
import { oneInstall } from '../../package/one-install.ts';
import { changesText } from '../../package/package-text.ts';
import { bringing, connectionOf } from '../../package/sources.ts';

interface Options extends GlobalOptions {
  file?: string;
  to?: string;
  adopt?: boolean;
  deleteData?: boolean;
  dryRun?: boolean;
  plainHttp?: boolean;
}

/** Brings packages as they are now at their sources: in the running platform, or with `-f` in a definition's lock. */
export async function run(options: Options, names: string[]): Promise<number> {
  if (options.to !== undefined && names.length !== 1)
    throw new CommandError('--to is for one package: name it', { exitCode: EXIT.usage });
  return options.file === undefined ? upgradeRunning(options, names) : upgradeLock(options, names);
}

async function upgradeRunning(options: Options, names: string[]): Promise<number> {
  const connection = await connect(options);
  const { items } = await connection.client.list(Package);
  const chosen = chooseFrom(items, names, ({ metadata }) => metadata.name);
  const results: {
    name: string;
    from: string;
    to: string;
    changes: Awaited<ReturnType<typeof planPackage>>;
  }[] = [];
  for (const each of chosen) results.push(await upgradeOne(each, options, connection));
  print(options.output, results, () =>
    results
      .map(({ name, from, to, changes }) => changesText(name, from === to ? to : `${from} → ${to}`, changes))
      .join('\n'),
  );
  return EXIT.done;
}

async function upgradeOne({ metadata, spec }: Stored<Package>, options: Options, connection: Connection) {
  if (spec.by === 'definition')
    throw new CommandError(`package ${metadata.name}: a definition names it`, {
      next: `slipway package upgrade ${metadata.name} -f <definition>, then slipway apply -f <definition>`,
    });
  const { to = spec.source, adopt = false, deleteData = false, dryRun } = options;
  const given = await choosePackage(to, await bringing(connection, options));
  if (given.form !== 'package') throw new CommandError(`${to}: it is no package any more`);
  const { environment, namespace, parameters = {} } = spec;
  const name = environment === undefined ? metadata.name : metadata.name.slice(0, -environment.length - 1);
  const base = environment === undefined ? namespace : namespace.slice(0, -environment.length - 1);
  const install = await oneInstall(
    { ...given, name, parameters, namespace: base, ...(environment === undefined ? {} : { environment }) },
    connection,
  );
  const work = dryRun ? planPackage : installPackage;
  const changes = await work(connection.client, install, { adopt, deleteData });
  return { name: metadata.name, from: spec.version, to: install.spec.version, changes };
}

function chooseFrom<T>(all: T[], names: string[], nameOf: (one: T) => string): T[] {
  const unknown = names.find(name => !all.some(one => nameOf(one) === name));
  if (unknown !== undefined)
    throw new CommandError(
      `package ${JSON.stringify(unknown)}: not known; there are ${all.map(nameOf).join(', ') || 'none'}`,
      { exitCode: EXIT.usage },
    );
  return names.length === 0 ? all : all.filter(one => names.includes(nameOf(one)));
}

/** The lock takes what is at the sources now; nothing runs yet. */
async function upgradeLock(options: Options, names: string[]): Promise<number> {
  const { file = '', to, dryRun, output } = options;
  const { requests, lock } = await packagesIn(file);
  const chosen = chooseFrom(requests, names, ({ name }) => name).map(
    (request): PackageRequest => (to === undefined ? request : { ...request, from: parseSource(to) }),
  );
  const how = await bringing(await connectionOf(options), { ...options, folder: dirname(file) });
  const resolved = await resolvePackages(chosen, lock, { ...how, upgrade: () => true });
  await check(resolved);
  const results = resolved.map(({ request: { name, from }, entry }) => {
    const before = lock.packages[name];
    return {
      name,
      from: before?.version ?? null,
      to: entry.version,
      ...entry,
      isNew: before?.digest !== entry.digest,
      asked: sourceText(from),
    };
  });
  if (!dryRun) {
    for (const { request, entry } of resolved) if (to !== undefined) await putPackage(file, request, entry);
    const entries = Object.fromEntries(resolved.map(({ request, entry }) => [request.name, entry]));
    await changeLock(file, present => ({ ...present, ...entries }));
  }
  print(output, results, () =>
    results
      .map(({ name, from, to: version, isNew, digest }) =>
        isNew
          ? `package ${name} ${from ?? '(new)'} → ${version} (${digest})`
          : `package ${name} ${version}: as it was`,
      )
      .concat(dryRun ? 'nothing was written' : `next: slipway plan -f ${file} shows what it changes`)
      .join('\n'),
  );
  return EXIT.done;
}

/** What cannot be rendered with the parameters it has does not come into the lock. */
async function check(resolved: ResolvedPackage[]): Promise<void> {
  // Whether needs are met depends on the whole definition: plan and apply say so.
  const lenient = resolved.map(each => ({ ...each, definition: withoutRequires(each) }));
  const platform = { name: 'check', domain: 'platform.example', appsDomain: 'apps.example', provided: {} };
  await packageInstalls(lenient, { ...platform, by: 'definition' });
}

function withoutRequires({ definition }: ResolvedPackage) {
  const { requires: _, ...spec } = definition.spec;
  return { ...definition, spec };
}
