// A person signs in from the terminal; kubectl, git and registry clients then act as that person.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../browser.ts';
import { command, environment, has, type Platform, run, startPlatform } from '../platform-process.ts';

const kubectl = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
const skip = noBrowser || kubectl;

let platform: Platform;
let browser: Browser;
let page: Page;

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  browser = await startBrowser();
  page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
});
after(async () => {
  await browser?.close();
  await platform?.stop();
});

test('before anybody signs in, commands act as local-admin and kubectl is told what to do', {
  skip,
}, async () => {
  assert.equal((await platform.cli(['whoami'])).stdout, 'local-admin\n');
  await assert.rejects(platform.cli(['kubectl-credential']), /nobody is signed in.*next: slipway login/s);
});

test('login shows an address and a code, and ends when the code is confirmed in a browser', {
  skip,
  timeout: 120_000,
}, async () => {
  const child = spawn(process.execPath, [...command, 'login'], {
    env: environment(platform.home),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let said = '';
  for await (const chunk of child.stderr) {
    said += chunk;
    if (/confirm the code (\S+)/.test(said)) break;
  }
  const address = /^open (\S+)$/m.exec(said)?.[1] ?? '';
  const code = /confirm the code (\S+)/.exec(said)?.[1] ?? '';
  await page.goto((await readFile(platform.report.signInFile, 'utf8')).trim());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Go on without a password' }).click();
  await page.goto(address);
  assert.match(
    (await page.textContent('body')) ?? '',
    new RegExp(code),
    'the page shows the code to compare',
  );
  await page.getByRole('button', { name: 'Connect' }).click();
  await page
    .getByText(/signed in|you can close|success/i)
    .first()
    .waitFor();
  const [exit] = await ended;
  assert.equal(exit, 0);
  assert.equal((await platform.cli(['whoami'])).stdout, 'admin\n');
});

test('kubectl acts as the person through the exec plugin', { skip }, async () => {
  const file = join(platform.home, 'person');
  await writeFile(file, (await platform.cli(['kubeconfig', '--person'])).stdout, { mode: 0o600 });
  const { stdout } = await run('kubectl', ['--kubeconfig', file, 'auth', 'whoami', '-o', 'json'], {
    env: await withCommand(),
  });
  assert.match(JSON.parse(stdout).status.userInfo.username, /admin$/);
  assert.doesNotMatch(JSON.parse(stdout).status.userInfo.username, /local-admin/);
});

test('git and registry clients get the person’s credentials, other hosts none', { skip }, async () => {
  const { host } = new URL(platform.report.portal);
  const asked = await answer(['git-credential', 'get'], `protocol=https\nhost=git.${host}\n\n`);
  assert.match(asked, /^username=admin\npassword=\S+\n$/);
  assert.equal(await answer(['git-credential', 'get'], 'protocol=https\nhost=example.com\n\n'), '');
  const registry = JSON.parse(await answer(['docker-credential', 'get'], `registry.${host}\n`));
  assert.equal(registry.Username, 'admin');
  await platform.cli(['service', 'create', '--name', 'mine', '--wait']);
  const heads = await platform.git(['ls-remote', `https://git.${host}/default/mine.git`, 'refs/heads/main']);
  assert.match(heads, /^[0-9a-f]{40}\t/);
});

test('logout forgets the person', { skip }, async () => {
  await platform.cli(['logout']);
  assert.equal((await platform.cli(['whoami'])).stdout, 'local-admin\n');
});

/** `slipway` on PATH, as the exec plugin needs it. */
async function withCommand(): Promise<Record<string, string>> {
  const folder = join(platform.home, 'bin');
  await mkdir(folder, { recursive: true });
  const words = [process.execPath, ...command].map(word => `'${word}'`).join(' ');
  await writeFile(join(folder, 'slipway'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  const env = environment(platform.home);
  return { ...env, PATH: `${folder}:${env.PATH ?? ''}` };
}

async function answer(args: string[], input: string): Promise<string> {
  const child = run(process.execPath, [...command, ...args], { env: environment(platform.home) });
  child.child.stdin?.end(input);
  return (await child).stdout;
}
