import { SlipwayError } from '@slipway/api';
import type { Package } from '@slipway/kinds';
import type { Lock, LockEntry } from '../lock.ts';
import type { SourceFile } from '../source-digest.ts';
import { bringLocked } from './bring-locked.ts';
import { type Bringing, type Brought, bringSource } from './bring-source.ts';
import type { PackageInstall } from './install-package.ts';
import { type PackageDefinition, packageOf } from './package-file.ts';
import { packageObjects } from './package-objects.ts';
import { type Contracts, orderPackages, type Provided } from './package-order.ts';
import { packageParameters } from './package-parameters.ts';
import { isPinOf, parseSource, type SourceAddress, sourceText } from './source-address.ts';

/** One entry of a definition's `packages`. */
export interface PackageRequest {
  name: string;
  from: SourceAddress;
  parameters?: Record<string, unknown>;
  namespace?: string;
  /** Added once for each of these, with parameters over the others; absent: once for the whole platform. */
  environments?: Record<string, { parameters?: Record<string, unknown> } | null>;
}

/** A package with its files, as the lock has it. */
export interface ResolvedPackage {
  request: PackageRequest;
  definition: PackageDefinition;
  files: SourceFile[];
  entry: LockEntry;
}

/**
 * Brings the files of packages. What the lock holds is brought as it is pinned there, and other bytes are refused;
 * what it does not hold, or what is to be upgraded, is brought as it is now.
 * @throws SlipwayError DigestMismatch, LockOutdated, and as `bringSource` and `packageOf`
 */
export async function resolvePackages(
  requests: PackageRequest[],
  lock: Lock,
  how: Bringing & { upgrade?: (name: string) => boolean },
): Promise<ResolvedPackage[]> {
  const resolved: ResolvedPackage[] = [];
  for (const request of requests) {
    const locked = how.upgrade?.(request.name) ? undefined : lock.packages[request.name];
    resolved.push(locked ? await pinned(request, locked, how) : await newest(request, how));
  }
  return resolved;
}

async function newest(request: PackageRequest, how: Bringing): Promise<ResolvedPackage> {
  const brought = await bringSource(request.from, how);
  const definition = packageOf(brought.files, placeOf(request));
  return { request, definition, files: brought.files, entry: entryOf(definition, brought) };
}

async function pinned(request: PackageRequest, locked: LockEntry, how: Bringing): Promise<ResolvedPackage> {
  const { name } = request;
  const address = parseSource(locked.source);
  if (!isPinOf(address, request.from))
    throw new SlipwayError(
      'LockOutdated',
      `package ${name}: the lock has it from ${locked.source}, the definition from ${sourceText(request.from)}; take the new one with slipway package upgrade ${name} -f and the definition`,
    );
  const { files, digest } = await bringLocked(address, locked.digest, how);
  if (digest !== locked.digest)
    throw new SlipwayError(
      'DigestMismatch',
      `package ${name}: the files at ${locked.source} have ${digest}, not ${locked.digest} as the lock has them; nothing was changed: see who changed them, then take them with slipway package upgrade ${name} -f and the definition`,
    );
  return { request, definition: packageOf(files, placeOf(request)), files, entry: locked };
}

function placeOf({ from }: PackageRequest): string {
  return sourceText(from);
}

/** What the lock says of files that were brought. */
export function entryOf({ spec }: PackageDefinition, { digest, pinned }: Brought): LockEntry {
  return { version: spec.version, digest, source: sourceText(pinned) };
}

/** The lock with exactly these packages. */
export function withPackages(lock: Lock, packages: ResolvedPackage[]): Lock {
  return { ...lock, packages: Object.fromEntries(packages.map(each => [each.request.name, each.entry])) };
}

/** Of the platform that packages are rendered for. */
export interface PackagePlatform {
  name: string;
  domain: string;
  appsDomain: string;
  /** Contracts that its technologies meet. */
  provided: Provided;
  by: Package['spec']['by'];
}

/**
 * What is to be installed, in order: one for each package, or for each environment that a package is for.
 * @throws PackageOrderError, ParameterError, and as `packageObjects`
 */
export async function packageInstalls(
  resolved: ResolvedPackage[],
  platform: PackagePlatform,
): Promise<PackageInstall[]> {
  const named = resolved.map(each => ({ ...each, ...contractsOf(each) }));
  const installs: PackageInstall[] = [];
  for (const each of orderPackages(named, platform.provided)) {
    const { environments } = each.request;
    const stages = environments ? Object.keys(environments) : [undefined];
    for (const stage of stages) installs.push(await installOf(each, stage, platform));
  }
  return installs;
}

/** What a package needs and meets, under the name that it has in the platform. */
export function contractsOf({ request, definition }: ResolvedPackage): Contracts {
  const { provides = {}, requires = {} } = definition.spec;
  return { name: request.name, provides, requires };
}

async function installOf(
  { request, definition, files, entry }: ResolvedPackage,
  environment: string | undefined,
  { by, provided: _, ...platform }: PackagePlatform,
): Promise<PackageInstall> {
  const { spec, metadata } = definition;
  const over = environment === undefined ? undefined : request.environments?.[environment]?.parameters;
  const layers = [request.parameters ?? {}, over ?? {}];
  const parameters = packageParameters(definition, { environment, layers });
  const base = request.namespace ?? spec.namespace ?? metadata.name;
  const namespace = environment === undefined ? base : `${base}-${environment}`;
  const stage = environment === undefined ? {} : { environment };
  const settings = { parameters, ...stage, namespace, platform };
  const { version, digest, source: exact } = entry;
  return {
    name: environment === undefined ? request.name : `${request.name}.${environment}`,
    spec: {
      source: sourceText(request.from),
      pinned: exact,
      version,
      digest,
      ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
      ...stage,
      namespace,
      ...(spec.provides ? { provides: spec.provides } : {}),
      ...(spec.requires ? { requires: spec.requires } : {}),
      by,
    },
    objects: await packageObjects(definition, files, settings),
    ...('applications' in spec.source ? { folders: { files, base: spec.source.applications } } : {}),
  };
}
