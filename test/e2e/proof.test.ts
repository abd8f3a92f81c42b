// Where what runs comes from: each image is signed, says how it was made, and leads back to the commit and the people.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AuditRecord, Build, Trace, TraceLink } from '@slipway/kinds';
import { eventually, has, type Platform, run, startPlatform } from '../platform-process.ts';

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
const cosign = (await has('cosign', ['version'])) ? false : 'cosign is not on this machine';
const DEFINITION = `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: slipway }
spec:
  capabilities:
    signing: { technology: sigstore, parameters: { verify: { namespaces: ["*-prod"] } } }
`;
let platform: Platform;
let folder: string;
let image: string;
let pod: string;

before(async () => {
  if (kubectl) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-proof-'));
  const file = join(folder, 'platform.yaml');
  await writeFile(file, DEFINITION);
  platform = await startPlatform({ args: ['-f', file] });
  await platform.cli(['service', 'create', '--template', 'node-service', '--name', 'shop', '--wait']);
  const pods = JSON.parse(await platform.kubectl(['get', 'pods', '-n', 'default-dev', '-o', 'json']));
  pod = pods.items[0].metadata.name;
  image = pods.items[0].spec.containers[0].image;
});
after(async () => {
  await platform?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const linksOf = ({ links }: Trace) => Object.fromEntries(links.map(each => [each.link, each]));
const trace = async (what: string) => (await platform.json<{ traces: Trace[] }>(['trace', what])).traces;

test('a Build says what signature and provenance it gave its image', { skip: kubectl }, async () => {
  const { items } = JSON.parse(
    await platform.kubectl(['get', 'builds.artifacts.slipway.dev', '-n', 'team-default', '-o', 'json']),
  ) as { items: Build[] };
  const { status } = items[0] ?? {};
  assert.equal(status?.signature?.key, 'first');
  assert.match(status?.signature?.digest ?? '', /^sha256:/);
  assert.match(status?.provenance?.digest ?? '', /^sha256:/);
  assert.match(status?.commit ?? '', /^[0-9a-f]{40}$/);
});

test('a running pod leads back to the commit, its author, the run and the push', {
  skip: kubectl,
}, async () => {
  const [found] = await trace(`default-dev/${pod}`);
  assert.ok(found);
  const links: Partial<Record<string, TraceLink>> = linksOf(found);
  const broken = found.links.filter(({ state }) => state !== 'ok');
  assert.deepEqual(broken, [], 'nothing is missing');
  assert.equal(found.whole, true);
  assert.equal(links.image?.facts.digest, image.split('@')[1]);
  assert.equal(links.signature?.facts.key, 'first');
  const clone = join(platform.home, 'shop');
  const { host } = new URL(platform.report.portal);
  await platform.git(['clone', '--quiet', `https://git.${host}/default/shop.git`, clone]);
  const head = (await platform.git(['log', '-1', '--format=%H|%an <%ae>|%s'], clone)).trim();
  const { commit, author } = links.commit?.facts ?? {};
  assert.equal([commit, author, links.commit?.text].join('|'), head);
  assert.match(links.run?.facts.workflow ?? '', /^team-default\/shop-/);
  assert.match(links.push?.facts.who ?? '', /slipway-portal$/);
  assert.equal(links.delivery?.facts.application, 'team-default/shop-dev');
  assert.match(links.promotion?.text ?? '', /dev follows every build$/);
});

test('a service and an image are traced, too; what was not built here is said to be', {
  skip: kubectl,
}, async () => {
  const [service] = await trace('shop');
  assert.deepEqual([service?.pod, service?.whole], [pod, true]);
  const [own] = await trace(image);
  assert.equal(own && linksOf(own).commit?.state, 'ok');
  const [strange] = await trace(`docker.io/library/busybox@sha256:${'0'.repeat(64)}`);
  assert.equal(strange?.whole, false);
  assert.match(strange?.links[0]?.text ?? '', /not built here/);
  await assert.rejects(platform.cli(['trace', 'nothing']), /Workload nothing does not exist/);
});

test('cosign verifies what this platform signed, with the key that it serves', {
  skip: kubectl || cosign,
}, async () => {
  const { host, port } = new URL(platform.report.portal);
  const at = (name: string) => join(platform.home, name);
  const key = await platform.fetch(`https://signing.${host}/cosign.pub`);
  await writeFile(at('cosign.pub'), key.body);
  const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1';
  await writeFile(at('root.json'), JSON.stringify({ mediaType }));
  const { token } = await platform.json<{ token: string }>(['token', 'create']);
  const auths = { [`localhost:${port}`]: { auth: Buffer.from(`x:${token}`).toString('base64') } };
  await writeFile(at('config.json'), JSON.stringify({ auths }));
  const trust = ['--new-bundle-format', '--insecure-ignore-tlog=true', '--trusted-root', at('root.json')];
  const reference = image.replace('registry.slipway.internal', `localhost:${port}`);
  const env = { ...process.env, DOCKER_CONFIG: platform.home, SSL_CERT_FILE: platform.report.ca };
  for (const verb of [['verify'], ['verify-attestation', '--type', 'slsaprovenance1']])
    await run('cosign', [...verb, ...trust, '--key', at('cosign.pub'), reference], { env });
});

test('where the policy asks for it, only signed images run; who was refused is in the audit', {
  skip: kubectl,
}, async () => {
  const start = (name: string, which: string) =>
    platform.kubectl(['run', name, '-n', 'default-prod', `--image=${which}`, '--restart=Never']);
  await assert.rejects(
    start('stranger', 'busybox'),
    /pods "stranger" is forbidden: image "busybox" is not signed by a key of this platform \(first\).*let a pipeline/s,
  );
  const search = ['audit', 'search', '--outcome', 'denied', '--object', 'stranger'];
  const { items } = await platform.json<{ items: AuditRecord[] }>(search);
  assert.deepEqual([items[0]?.spec.actor, items[0]?.spec.object], ['local-admin', 'default-prod/stranger']);
  await start('ours', image);
  await platform.kubectl([
    'wait',
    '--for=condition=Ready',
    'pod/ours',
    '-n',
    'default-prod',
    '--timeout=60s',
  ]);
  const elsewhere = ['run', 'stranger', '-n', 'default-dev', '--image=busybox', '--restart=Never'];
  await platform.kubectl(elsewhere);
});

test('after a rotation old signatures count; when their key is deleted they do not', {
  skip: kubectl,
}, async () => {
  await platform.cli(['signing', 'rotate']);
  const { keys } = await platform.json<{ keys: { name: string; signs: boolean }[] }>(['signing', 'keys']);
  assert.deepEqual(
    keys.map(({ signs }) => signs),
    [true, false],
  );
  const [before] = await trace(image);
  assert.equal(before && linksOf(before).signature?.state, 'ok');
  await platform.kubectl(['delete', 'signingkeys.artifacts.slipway.dev', 'first']);
  const revoked = await eventually('the signature counts no more', 10_000, async () => {
    const answer = await platform.cli(['trace', image, '-o', 'json']).catch(error => error);
    const [found] = (JSON.parse(answer.stdout) as { traces: Trace[] }).traces;
    const signature = found && linksOf(found).signature;
    return signature?.state === 'bad' ? answer : undefined;
  });
  assert.equal(revoked.code, 3);
});

test('the bill of what runs is printed, and written as CycloneDX', { skip: kubectl }, async () => {
  assert.match((await platform.cli(['service', 'sbom', 'shop'])).stdout, /^TYPE +NAME +VERSION +LICENCE\n/);
  const bill = await platform.json<{ bomFormat: string; metadata: { component: { version: string } } }>([
    'service',
    'sbom',
    'shop',
  ]);
  assert.equal(bill.bomFormat, 'CycloneDX');
  assert.equal(bill.metadata.component.version, image.split('@')[1]);
});
