import { readFileSync } from 'node:fs';
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
    'slipway-portal': { site: fileURLToPath(new URL('./portal', import.meta.url)) },
    'oci-registry': { packageRegistry: packageRegistry(config) },
  };
  return technology => parameters[technology] ?? {};
}

function packageRegistry({ packageRegistry: { npmrc, ca } }: Config): Record<string, string> {
  const npmrcText = readText(npmrc);
  const caText = readText(ca);
  return { ...(npmrcText ? { npmrc: npmrcText } : {}), ...(caText ? { ca: caText } : {}) };
}

function readText(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The file is optional: without it builds use the registry's defaults.
    return undefined;
  }
}
