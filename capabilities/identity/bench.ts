// The issuer beside Keycloak's figures: `node capabilities/identity/bench.ts`, or `npm run bench -- identity`.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { load, type Target } from '../../bench/load.ts';
import { type Series, table } from '../../bench/statistics.ts';
import { type Browser, browser } from './technologies/keycloak/testing/browser.fixture.ts';
import {
  BENCH_PASSWORD,
  type IssuerProcess,
  startIssuerProcess,
} from './technologies/keycloak/testing/issuer-process.fixture.ts';

const ROUNDS = 3;
const MS = 4_000;
const CONNECTIONS = 16;
const HOST = 'id.example';

/**
 * Keycloak 26.4.7 in development mode, measured on a machine of this size over plain HTTP, 16 keep-alive connections
 * from Node; here it is TLS through the gateway.
 */
const KEYCLOAK = { credentials: 855, password: 23.1, refresh: 726, userinfo: 5499, jwks: 9393 };

/** Tokens a second, and what is asked about them. */
export async function benchIdentity(): Promise<Series[]> {
  const issuer = await startIssuerProcess(['--max-semi-space-size=16']);
  try {
    return await measure(issuer);
  } finally {
    const ended = once(issuer.child, 'exit');
    issuer.child.kill();
    await ended;
  }
}

async function measure(issuer: IssuerProcess): Promise<Series[]> {
  const root = `${new URL(issuer.issuer).pathname}/protocol/openid-connect`;
  const client = browser(issuer);
  const tokens = await passwordTokens(client, issuer);
  const basic = (id: string) => `Basic ${Buffer.from(`${id}:secret`).toString('base64')}`;
  const post = (form: Record<string, string>) => ({
    method: 'POST',
    path: `${root}/token`,
    body: new URLSearchParams(form).toString(),
  });
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const rows: [string, number, Record<string, string>, Request][] = [
    ['JWKS', KEYCLOAK.jwks, {}, { method: 'GET', path: `${root}/certs` }],
    [
      'userinfo',
      KEYCLOAK.userinfo,
      { authorization: `Bearer ${tokens.access_token}` },
      { method: 'GET', path: `${root}/userinfo` },
    ],
    [
      'token, client_credentials',
      KEYCLOAK.credentials,
      { ...form, authorization: basic('machine') },
      post({ grant_type: 'client_credentials' }),
    ],
    [
      'token, refresh_token',
      KEYCLOAK.refresh,
      { ...form, authorization: basic('bench') },
      post({ grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token) }),
    ],
    [
      'token, password',
      KEYCLOAK.password,
      { ...form, authorization: basic('bench') },
      post({
        grant_type: 'password',
        username: 'ada',
        password: BENCH_PASSWORD,
        scope: 'openid profile email',
      }),
    ],
  ];
  const series: Series[] = [];
  for (const [name, keycloak, headers, request] of rows) {
    const target: Target = { port: issuer.port, host: HOST, ca: issuer.ca, headers };
    series.push(...(await rates(target, request, { name, keycloak, pid: issuer.child.pid })));
  }
  return series;
}

interface Request {
  method: string;
  path: string;
  body?: string;
}

async function rates(
  target: Target,
  request: Request,
  { name, keycloak, pid }: { name: string; keycloak: number; pid: number | undefined },
): Promise<Series[]> {
  const perSecond: number[] = [];
  const p99: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let sent = 0;
    const before = cpuMs(pid);
    const found = await load(target, { connections: CONNECTIONS, ms: MS }, () => {
      sent++;
      return request;
    });
    cpu.push(((cpuMs(pid) - before) * 1000) / sent);
    perSecond.push(found.perSecond);
    p99.push(found.p99);
  }
  return [
    { name, unit: '/s', values: perSecond, against: { name: 'Keycloak', value: keycloak } },
    { name: `${name}, 99 %`, unit: 'ms', values: p99 },
    // Whoever measures shares the machine, so this says more of the issuer than the rate does.
    { name: `${name}, CPU of the issuer each`, unit: 'µs', values: cpu },
  ];
}

/** What a process has used of the processor, in milliseconds; proc(5) counts hundredths of a second. */
function cpuMs(pid: number | undefined): number {
  if (process.platform !== 'linux') return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function passwordTokens(client: Browser, { issuer }: IssuerProcess): Promise<Record<string, string>> {
  const authorization = `Basic ${Buffer.from('bench:secret').toString('base64')}`;
  const form = {
    grant_type: 'password',
    username: 'ada',
    password: BENCH_PASSWORD,
    scope: 'openid profile email',
  };
  const answer = await client.call(`${issuer}/protocol/openid-connect/token`, form, { authorization });
  if (answer.status !== 200) throw new Error(`password grant: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body);
}

if (import.meta.main) console.log(table(await benchIdentity()));
