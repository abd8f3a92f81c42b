// The security report tells what is, not what was meant: each thing that is made worse shows.
import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SecurityFinding } from '@slipway/kinds';
import { has, type Platform, startPlatform } from '../platform-process.ts';

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
let platform: Platform;

before(async () => {
  if (!kubectl) platform = await startPlatform();
});
after(() => platform?.stop());

interface Report {
  code: number;
  healthy: boolean;
  findings: Map<string, SecurityFinding>;
  text: string;
}

async function report(): Promise<Report> {
  const answer = await platform.cli(['security', 'report', '-o', 'json']).catch(error => error);
  const { healthy, findings } = JSON.parse(answer.stdout) as {
    healthy: boolean;
    findings: SecurityFinding[];
  };
  const known = new Map(findings.map(finding => [finding.check, finding]));
  return { code: answer.code ?? 0, healthy, findings: known, text: answer.stdout };
}

test('a fresh platform is as it should be, and every line says how and when that was seen', {
  skip: kubectl,
}, async () => {
  const { code, healthy, findings } = await report();
  const wrong = [...findings.values()].filter(({ result }) => result === 'bad' || result === 'unknown');
  const expected = process.platform === 'linux' ? [] : wrong.filter(({ check }) => check === 'listeners');
  assert.deepEqual(wrong, expected);
  assert.deepEqual([code, healthy], [0, true]);
  for (const { check, what, how, found, at, result, advice } of findings.values()) {
    assert.ok(what && how && found, check);
    assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000, check);
    assert.equal(advice !== undefined, result !== 'ok', `${check}: what to do`);
  }
  assert.ok(findings.size > 20);
});

test('what is made worse is bad, is named, and ends with 3', { skip: kubectl }, async () => {
  const secret = ['AK', 'IAIOSFODNN7EXAMPLE'].join('');
  const folder = join(platform.home, 'leaky');
  await mkdir(folder);
  await writeFile(join(folder, 'settings.txt'), `first\nkey = ${secret}\n`);
  await platform.git(['init', '--quiet', '--initial-branch=main'], folder);
  await platform.git(['add', '.'], folder);
  await platform.git(['commit', '--quiet', '-m', 'first'], folder);
  const repository = {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    metadata: { name: 'leaky', namespace: 'team-default' },
    spec: { owner: 'default', name: 'leaky' },
  };
  await platform.kubectl(['apply', '-f', '-'], JSON.stringify(repository));
  await platform.kubectl(['wait', '--for=condition=Ready', 'repository/leaky', '-n', 'team-default']);
  const url = `https://git.${new URL(platform.report.portal).host}/default/leaky.git`;
  await platform.git(['push', '--quiet', url, 'main'], folder);
  const bind = ['create', 'clusterrolebinding', 'open', '--clusterrole=cluster-admin'];
  await platform.kubectl([...bind, '--user=system:anonymous']);
  await chmod(platform.report.kubeconfig, 0o644);

  const { code, healthy, findings, text } = await report();
  assert.deepEqual([code, healthy], [3, false]);
  const bad = [...findings.values()].filter(({ result }) => result === 'bad').map(({ check }) => check);
  for (const check of ['anonymous-api', 'rights-of-strangers', 'data-files', 'secrets-in-git'])
    assert.ok(bad.includes(check), `${check}: ${JSON.stringify(findings.get(check))}`);
  assert.equal(findings.get('secrets-in-git')?.found, 'default/leaky settings.txt:2 (AWS access key)');
  assert.match(findings.get('rights-of-strangers')?.found ?? '', /ClusterRoleBinding\/open/);
  assert.ok(!text.includes(secret), 'a secret that was found is not shown');
});

test('who has no right to the report does not get it', { skip: kubectl }, async () => {
  const asked = { apiVersion: 'security.slipway.dev/v1alpha1', kind: 'SecurityReport', metadata: {} };
  const raw = ['create', '--raw', '/apis/security.slipway.dev/v1alpha1/securityreports', '-f', '-'];
  await assert.rejects(platform.kubectl([...raw, '--as', 'ann'], JSON.stringify(asked)), /orbidden/);
});
