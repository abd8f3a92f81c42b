// An issuer in a process of its own, for measurements: whoever measures must not share its thread.
import { type ChildProcess, spawn } from 'node:child_process';
import { systemClock, systemRandom } from '@slipway/api';
import { Secret, type User } from '@slipway/kinds';
import { issueSignIn } from '../../../contract.ts';
import { startIssuer, until } from './issuer.fixture.ts';

export const BENCH_PASSWORD = 'correct horse battery staple';

export interface IssuerProcess {
  child: ChildProcess;
  /** `https://id.example:<port>/realms/slipway` */
  issuer: string;
  port: number;
  ca: string;
  /** `Basic …` of a confidential client that may do everything. */
  authorization: string;
}

/** Whoever starts it ends it. */
export async function startIssuerProcess(options: string[] = []): Promise<IssuerProcess> {
  const file = new URL(import.meta.url).pathname;
  const child = spawn(process.execPath, [...options, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  let line = '';
  for await (const chunk of child.stdout) {
    line += chunk;
    if (line.includes('\n')) break;
  }
  return { child, ...JSON.parse(line) };
}

async function addClients(site: Awaited<ReturnType<typeof startIssuer>>): Promise<void> {
  for (const [name, grants] of [
    ['bench', 'password refresh_token'],
    ['machine', 'client_credentials'],
  ] as const) {
    await site.client.create(Secret, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'default', labels: { 'slipway.dev/oidc-client': 'true' } },
      stringData: { client_id: name, client_secret: 'secret', grant_types: grants },
    });
  }
}

if (import.meta.main) {
  const site = await startIssuer();
  await addClients(site);
  await site.addUser('ada', { email: 'ada@example.org', groups: ['payments'] } satisfies User['spec']);
  const { client, issuer } = site;
  const link = await issueSignIn({ client, clock: systemClock, random: systemRandom, issuer, user: 'ada' });
  const person = site.newBrowser();
  await until(async () => (await person.get(link.url)).status === 200);
  await person.post(link.url, {});
  await person.post(`${issuer}/password`, { password: BENCH_PASSWORD, again: BENCH_PASSWORD });
  process.stdin.resume().once('end', () => process.exit(0));
  console.log(JSON.stringify({ issuer, port: site.gateway.port, ca: site.ca }));
}
