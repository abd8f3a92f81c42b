import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Addresses } from '@slipway/definition';
import type { Config } from './config.ts';

/**
 * What this machine gives to single engines besides the definition's parameters: where the portal's pages are, and how
 * image builds reach the package registry.
 */
export function engineParameters(
  config: Config,
  _addresses: Addresses,
): (technology: string) => Record<string, unknown> {
  const parameters: Record<string, Record<string, unknown>> = {
    'slipway-portal': { site: portalFolder() },
    'oci-registry': { packageRegistry: packageRegistry(config) },
  };
  return technology => parameters[technology] ?? {};
}

function packageRegistry({ packageRegistry: { npmrc, ca } }: Config): Record<string, string> {
  return { ...(npmrc ? { npmrc } : {}), ...(ca ? { ca } : {}) };
}

/** The built pages: beside the bundle, or in `dist` when the sources run as they are. */
export function portalFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const places = [join(here, 'portal'), join(here, '..', '..', '..', 'dist', 'current', 'portal')];
  return places.find(place => existsSync(place)) ?? places[0] ?? here;
}
