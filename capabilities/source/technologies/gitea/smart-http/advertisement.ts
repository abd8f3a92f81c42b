import { readRefs, runGit } from '@slipway/sources';
import type { GitServer } from '../server.ts';
import { FLUSH, packet } from './pkt-line.ts';

export type Service = 'git-upload-pack' | 'git-receive-pack';

/** What git on this machine can do, asked once: it does not differ between our repositories. */
export interface Capabilities {
  /** The whole answer of protocol version 2, which names no references. */
  fetchV2: Buffer;
  /** The list behind the first reference of a push advertisement. */
  push: string;
}

/** Of a request's `Git-Protocol`. */
export function isVersion2(protocol: string): boolean {
  return protocol.split(':').includes('version=2');
}

/** Asks git with an empty repository. */
export async function askCapabilities(server: GitServer, emptyRepository: string): Promise<Capabilities> {
  const ask = (service: string, env: Record<string, string>) =>
    runGit([service, '--stateless-rpc', '--http-backend-info-refs', emptyRepository], {
      env: { ...server.gitEnv, ...env },
    });
  const [fetch, push] = await Promise.all([
    ask('upload-pack', { GIT_PROTOCOL: 'version=2' }),
    ask('receive-pack', {}),
  ]);
  const text = push.stdout.toString('latin1');
  return { fetchV2: fetch.stdout, push: text.slice(text.indexOf('\0') + 1).replace(/\n?0000$/, '') };
}

/**
 * The first answer of a conversation (gitprotocol-http, Smart Server Response). For version 2 and for pushes it is
 * put together here, without a process.
 */
export async function advertise(
  server: GitServer,
  capabilities: Capabilities,
  request: { service: Service; repository: string; protocol: string },
): Promise<Buffer> {
  const { service, repository, protocol } = request;
  const head = Buffer.concat([packet(`# service=${service}\n`), Buffer.from(FLUSH)]);
  if (service === 'git-receive-pack')
    return Buffer.concat([head, await pushRefs(repository, capabilities.push)]);
  // Version 2 has no service line (gitprotocol-v2, HTTP Transport).
  if (isVersion2(protocol)) return capabilities.fetchV2;
  const { stdout } = await runGit(
    ['upload-pack', '--stateless-rpc', '--http-backend-info-refs', repository],
    {
      env: server.gitEnv,
    },
  );
  return Buffer.concat([head, stdout]);
}

async function pushRefs(repository: string, capabilities: string): Promise<Buffer> {
  const refs = [...(await readRefs(repository, 'refs/'))].map(([name, id]) => `${id} refs/${name}`);
  const lines = refs.length > 0 ? refs : [`${'0'.repeat(40)} capabilities^{}`];
  const packets = lines.map((line, index) =>
    packet(index === 0 ? `${line}\0${capabilities}\n` : `${line}\n`),
  );
  return Buffer.concat([...packets, Buffer.from(FLUSH)]);
}
