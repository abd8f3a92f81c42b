// A service is created, broken and repaired; DORA's measures, the scorecard and the maturity report tell of it.
import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { EnvironmentDelivery, MaturityReport, ScorecardResult } from '@slipway/kinds';
import { eventually, has, type Platform, startPlatform } from '../platform-process.ts';

const skip = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
let platform: Platform;
let folder: string;

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  await platform.json(['service', 'create', '--name', 'shop', '--wait']);
});
after(() => platform?.stop());

async function dev(): Promise<EnvironmentDelivery> {
  const show = ['insights', 'show', 'shop'];
  const { environments } = await platform.json<{ environments: EnvironmentDelivery[] }>(show);
  const [first] = environments;
  assert.ok(first);
  return first;
}

/** Asks until the first environment is as it should be. */
function devWhen(what: string, is: (delivery: EnvironmentDelivery) => boolean): Promise<EnvironmentDelivery> {
  return eventually(what, 60_000, async () => {
    const delivery = await dev();
    return is(delivery) ? delivery : undefined;
  });
}

async function push(message: string): Promise<string> {
  await platform.git(['commit', '--quiet', '--all', '-m', message], folder);
  await platform.git(['push', '--quiet', 'origin', 'HEAD:main'], folder);
  return (await platform.git(['rev-parse', 'HEAD'], folder)).trim();
}

test('a new service has one deployment, and says unknown where nothing was seen', { skip }, async () => {
  const { measures, events } = await devWhen('one deployment', each => each.measures.deployments === 1);
  assert.equal(measures.failPercentage, 0);
  assert.equal(measures.recoverySeconds, undefined);
  assert.ok((measures.leadTimeSeconds ?? -1) >= 0);
  assert.match(events[0]?.type === 'deployment' ? (events[0].revision ?? '') : '', /^[0-9a-f]{40}$/);
  const { stdout } = await platform.cli(['insights', 'list']);
  assert.match(stdout, /default\/shop +prod \(production\) +unknown +unknown/);
});

test('a push that breaks it is a failed deployment', { skip }, async () => {
  folder = join(platform.home, 'shop');
  const url = `https://git.${new URL(platform.report.portal).host}/default/shop.git`;
  await platform.git(['clone', '--quiet', url, folder]);
  const manifest = join(folder, 'deploy', 'deployment.yaml');
  const text = await readFile(manifest, 'utf8');
  await writeFile(manifest, text.replace('replicas: 1', 'replicas: 1\n  progressDeadlineSeconds: 3'));
  const main = join(folder, 'src', 'main.js');
  await writeFile(main, `process.exit(1);\n${await readFile(main, 'utf8')}`);
  const revision = await push('Break it');
  const { measures, events } = await devWhen('it is failing', each => Boolean(each.measures.failingSince));
  assert.deepEqual([measures.deployments, measures.failed, measures.failPercentage], [2, 1, 50]);
  const deployed = events.findLast(each => each.type === 'deployment');
  assert.equal(deployed?.revision, revision);
  assert.equal(deployed?.commits?.length, 1);
  const { scorecards } = await platform.json<{ scorecards: ScorecardResult[] }>([
    'scorecard',
    'show',
    'shop',
  ]);
  const healthy = scorecards[0]?.results.find(each => each.check === 'is-healthy');
  assert.equal(healthy?.state, 'fail', healthy?.found);
});

test('its repair is rework, and recovery has a time', { skip }, async () => {
  const main = join(folder, 'src', 'main.js');
  await writeFile(main, (await readFile(main, 'utf8')).replace('process.exit(1);\n', ''));
  await appendFile(join(folder, 'README.md'), '\nIt starts again.\n');
  // The short deadline was for the failure; on a busy machine the repair would miss it, too.
  const manifest = join(folder, 'deploy', 'deployment.yaml');
  const patient = (await readFile(manifest, 'utf8')).replace('Seconds: 3', 'Seconds: 120');
  await writeFile(manifest, patient);
  await push('Repair it');
  const { measures, events } = await devWhen(
    'it is healthy again',
    each => each.measures.deployments === 3 && !each.measures.failingSince,
  );
  assert.deepEqual([measures.failed, measures.rework], [1, 1]);
  assert.deepEqual([measures.failPercentage, measures.reworkPercentage], [33.3, 33.3]);
  assert.ok((measures.recoverySeconds ?? 0) > 0);
  const story = events.map(each => each.type);
  assert.deepEqual(story, ['deployment', 'deployment', 'failure', 'deployment', 'recovery']);
});

test('a promotion is a deployment to production, with the lead time of the commits it brought', {
  skip,
}, async () => {
  await platform.cli(['service', 'promote', 'shop', '--wait']);
  const production = await eventually('production was deployed to', 20_000, async () => {
    const show = ['insights', 'show', 'shop'];
    const { environments } = await platform.json<{ environments: EnvironmentDelivery[] }>(show);
    const last = environments.at(-1);
    return last?.measures.deployments === 1 ? last : undefined;
  });
  assert.equal(production.production, true);
  assert.equal(production.measures.failPercentage, 0);
  assert.ok((production.measures.leadTimeSeconds ?? -1) >= 0);
});

test('a report that is deleted is made again, of what is left to read', { skip }, async () => {
  await platform.kubectl(['delete', 'report', 'service.shop', '-n', 'team-default']);
  const { events, measures } = await devWhen('deployments are read again', each => each.events.length > 0);
  assert.deepEqual([events.length, measures.deployments, measures.recoverySeconds], [3, 3, undefined]);
});

test('an exemption has an owner, a reason and an end, and is no pass', { skip }, async () => {
  const exempt = ['scorecard', 'exempt', 'shop', '--check', 'changes-approved', '--owner', 'ann'];
  const more = ['--reason', 'one person works on it', '--until', '2099-01-01'];
  await assert.rejects(
    platform.cli([...exempt, ...more.slice(0, 2), '--until', '2001-01-01']),
    /a day to come/,
  );
  await platform.cli([...exempt, ...more]);
  const found = await eventually('the exemption shows', 20_000, async () => {
    const show = ['scorecard', 'show', 'shop'];
    const { scorecards } = await platform.json<{ scorecards: ScorecardResult[] }>(show);
    return scorecards[0]?.results.find(each => each.state === 'exempt');
  });
  assert.deepEqual([found.check, found.exemption?.owner], ['changes-approved', 'ann']);
});

test('the maturity report measures, takes a word with its author, and says unknown', { skip }, async () => {
  const before = await platform.json<MaturityReport>(['maturity']);
  const stateOf = ({ lines }: MaturityReport, id: string) => lines.find(each => each.id === id);
  assert.equal(stateOf(before, 'roadmap')?.state, 'unknown');
  assert.equal(stateOf(before, 'one-sign-in')?.state, 'yes');
  const word = ['--statement', 'on the wall', '--evidence', 'https://wiki.example/roadmap'];
  const told = await platform.json<MaturityReport>(['maturity', '--attest', 'roadmap', ...word]);
  const { state, basis, found } = stateOf(told, 'roadmap') ?? {};
  assert.deepEqual([state, basis], ['yes', 'attested']);
  assert.match(found ?? '', /^local-admin on \d{4}-\d\d-\d\d: on the wall$/);
  const { items } = JSON.parse(await platform.kubectl(['get', 'attestations', '-o', 'json'])) as {
    items: { metadata: { name: string } }[];
  };
  const patch = JSON.stringify({ spec: { holds: false } });
  const edit = ['patch', 'attestation', items[0]?.metadata.name ?? '', '--type=merge', '-p', patch];
  await assert.rejects(platform.kubectl(edit), /an attestation never changes/);
  await assert.rejects(platform.cli(['maturity', '--attest', 'x', '--statement', 'y']), /not in the report/);
});

test('the map says what is chosen and how it is; what is guidance only is refused by that word', {
  skip,
}, async () => {
  const { stdout } = await platform.cli(['capability', 'list']);
  assert.match(stdout, /continuous-delivery +argo-cd +Healthy +flux, spinnaker/);
  assert.match((await platform.cli(['capability', 'guidance', 'flux'])).stdout, /Flux \(flux; on a cluster /);
  assert.match((await platform.cli(['capability', 'guidance', 'etcd'])).stdout, /guidance only/);
  const file = join(platform.home, 'flux.yaml');
  await writeFile(
    file,
    'apiVersion: slipway.dev/v1alpha1\nkind: Platform\nmetadata: { name: slipway }\nspec: { capabilities: { continuous-delivery: flux } }\n',
  );
  await assert.rejects(platform.cli(['plan', '-f', file]), /"flux" \(on a cluster /);
  const map = JSON.parse(await platform.kubectl(['get', 'capabilities', '-o', 'json'])) as {
    items: unknown[];
  };
  assert.equal(map.items.length, 22);
});
