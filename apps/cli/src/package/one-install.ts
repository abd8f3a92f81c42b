import { resolve } from 'node:path';
import type { Client } from '@slipway/client';
import {
  type Brought,
  entryOf,
  type PackageDefinition,
  type PackageInstall,
  type PackageRequest,
  type Provided,
  packageInstalls,
  type SourceAddress,
  sourceText,
} from '@slipway/definition';
import { Component, Package } from '@slipway/kinds';
import { catalogue } from '@slipway/platform';
import type { Connection } from '../connection.ts';
import { selectStored } from '../definition-source.ts';

/** What a person says of a package that is added to a running platform. */
export interface OneInstall {
  definition: PackageDefinition;
  brought: Brought;
  source: SourceAddress;
  name?: string;
  parameters: Record<string, unknown>;
  namespace?: string;
  environment?: string;
}

/**
 * A package for a running platform, rendered; what it requires has to be met by the platform or another package.
 * @throws SlipwayError PackagesUnordered, ParametersInvalid, and as `packageObjects`
 */
export async function oneInstall(one: OneInstall, { client, platform }: Connection): Promise<PackageInstall> {
  const { definition, brought, source, parameters, namespace, environment } = one;
  const request: PackageRequest = {
    name: one.name ?? definition.metadata.name,
    // The command may be run elsewhere the next time.
    from: 'path' in source && !('git' in source) ? { path: resolve(source.path) } : source,
    parameters,
    ...(namespace === undefined ? {} : { namespace }),
    ...(environment === undefined ? {} : { environments: { [environment]: {} } }),
  };
  const entry = entryOf(definition, brought);
  const { name } = await selectStored(client);
  const [install] = await packageInstalls([{ request, definition, files: brought.files, entry }], {
    name,
    domain: platform.domain,
    appsDomain: platform.appsDomain,
    provided: await providedNow(client, request.name),
    by: 'person',
  });
  if (!install) throw new Error(`package ${sourceText(source)}: it was not worked out`);
  return install;
}

/** Contracts that the platform's technologies and its other packages meet. */
async function providedNow(client: Client, without: string): Promise<Provided> {
  const [components, packages] = await Promise.all([client.list(Component), client.list(Package)]);
  const { technologies } = catalogue();
  const provided: Provided = {};
  for (const { spec } of components.items) {
    const known = technologies.find(({ id }) => id === spec.technology);
    for (const contract of known?.provides ?? []) provided[contract] = known?.version;
    for (const id of spec.capabilities ?? []) provided[id] = undefined;
  }
  for (const { spec, metadata } of packages.items)
    if (metadata.name.split('.')[0] !== without) Object.assign(provided, spec.provides);
  return provided;
}
