import { join } from 'node:path';
import { readJson, writeDurably } from './data-folder.ts';
import type { ProbeResult } from './readiness.ts';

/** What a running platform tells other processes of the same user, in `platform.json` of its data folder. */
export interface RunningPlatform {
  /** The platform's id, from its data folder. */
  id: string;
  /** The process that owns the listeners. */
  pid: number;
  portal: string;
  api: string;
  git: string;
  registry: string;
  /** The OIDC issuer. */
  issuer: string;
  domain: string;
  appsDomain: string;
  kubeconfig: string;
  ca: string;
  signInFile: string;
  data: string;
  driver: string;
}

/** What `slipway up` prints as JSON. */
export interface PlatformReport
  extends Omit<RunningPlatform, 'id' | 'git' | 'registry' | 'issuer' | 'domain' | 'appsDomain'> {
  ready: boolean;
  components: ProbeResult[];
  /** What the driver cannot keep, in one sentence. */
  warning?: string;
  /** From the call to the last probe. */
  ms: number;
}

const FILE = 'platform.json';

export async function writeRunning(running: RunningPlatform): Promise<void> {
  await writeDurably(join(running.data, FILE), JSON.stringify(running));
}

/** The platform of a data folder, or undefined when no living process owns it. */
export async function readRunning(data: string): Promise<RunningPlatform | undefined> {
  const running = await readJson<RunningPlatform>(join(data, FILE));
  return running && isAlive(running.pid) ? running : undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
