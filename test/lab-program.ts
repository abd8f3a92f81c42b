import { homedir } from 'node:os';
import { join } from 'node:path';
import { isProgram } from './on-path.ts';

/** A real peer (`helm`, `kube-apiserver`): `SLIPWAY_LAB` names its folder, default `~/.cache/slipway-lab`; undefined: not here. */
export function labProgram(name: string): string | undefined {
  const path = join(process.env.SLIPWAY_LAB ?? join(homedir(), '.cache', 'slipway-lab'), name);
  return isProgram(path) ? path : undefined;
}
