// GitAccesses and Repositories at GitHub and GitLab, which answer here as their documentation says: no real one was asked.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { httpRequest, type WiringSettings } from '@slipway/definition';
import {
  CustomResourceDefinition,
  GitAccess,
  gitAccessDefinition,
  Namespace,
  repositoryDefinition,
  Secret,
  teamDefinition,
} from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import type { AccountGiver } from '../../capabilities/source/git-access/account-giver.ts';
import { gitAccessConformance } from '../../capabilities/source/git-access/conformance.ts';
import { gitAccesses } from '../../capabilities/source/git-access/reconcile.ts';
import { repositoryConformance } from '../../capabilities/source/repository-at/conformance.ts';
import { repositoriesAt } from '../../capabilities/source/repository-at/reconcile.ts';
import type { RepositoryHost } from '../../capabilities/source/repository-at/repository-host.ts';
import { githubAccounts, githubRepositories } from '../../capabilities/source/technologies/github/wiring.ts';
import { gitlabAccounts, gitlabRepositories } from '../../capabilities/source/technologies/gitlab/wiring.ts';
import { startGithub } from '../hosted-git/github.ts';
import { startGitlab } from '../hosted-git/gitlab.ts';
import { type HostedGit, WHO } from '../hosted-git/server.ts';
import { eventually } from '../platform-process.ts';

const RESYNC_MS = 300;
const TIMEOUT_MS = 10_000;
const CREDENTIALS = { namespace: 'slipway-system', name: 'their-git' };
type Given = WiringSettings & { existing: { address: string; credentials: typeof CREDENTIALS } };

interface Kind {
  title: string;
  start(): Promise<HostedGit>;
  accounts(settings: Given): AccountGiver;
  host(settings: Given): RepositoryHost;
}

const KINDS: Kind[] = [
  {
    title: 'GitHub',
    start: () => startGithub(['payments', 'acme']),
    accounts: githubAccounts,
    host: githubRepositories,
  },
  { title: 'GitLab', start: () => startGitlab(['acme']), accounts: gitlabAccounts, host: gitlabRepositories },
];

async function ground(server: HostedGit, { accounts, host }: Kind): Promise<Kube> {
  const kube = await startKube();
  const client = kube.client();
  for (const each of [gitAccessDefinition, repositoryDefinition, teamDefinition])
    await client.create(CustomResourceDefinition, each);
  for (const name of ['tools', 'slipway-system', 'team-payments'])
    await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const data = { token: btoa(server.token) };
  await client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata: CREDENTIALS, data });
  const settings: Given = {
    platform: 'acme',
    parameters: {},
    namespace: 'slipway-system',
    isInside: false,
    url: name => `https://${name}.acme.example`,
    http: httpRequest,
    existing: { address: `${server.url}/acme`, credentials: CREDENTIALS },
  };
  kube.runtime.add(
    [gitAccesses(accounts(settings), RESYNC_MS), ...repositoriesAt(host(settings), RESYNC_MS)],
    client,
  );
  await kube.runtime.start();
  return kube;
}

for (const kind of KINDS)
  describe(kind.title, { concurrency: true }, () => {
    let kube: Kube;
    let server: HostedGit;
    before(async () => {
      server = await kind.start();
      for (const name of ['shop', 'ledger']) server.add(`acme/${name}`, { branch: 'main' });
      kube = await ground(server, kind);
    });
    after(async () => {
      await kube?.stop();
      await server?.stop();
    });
    gitAccessConformance(kind.title, () => ({
      client: kube.client(),
      namespace: 'tools',
      url: server.url,
      repositories: ['acme/shop', 'acme/ledger'],
      rightsOf: async (_repository, { password }) => (password === server.token ? 'write' : 'none'),
    }));
    repositoryConformance(kind.title, () => ({
      client: kube.client(),
      team: 'payments',
      url: server.url,
      branchesOf: async path => {
        const found = server.repositories.get(path.toLowerCase());
        return found && Object.fromEntries(found.branches);
      },
      make: async path => {
        server.add(path);
      },
      push: async (path, branch) => ({ commit: server.push(path, branch), by: WHO }),
      dropBranch: async (path, branch) => {
        server.repositories.get(path)?.branches.delete(branch);
      },
      drop: async path => {
        server.repositories.delete(path);
      },
    }));

    test(`${kind.title}: the token is in no message`, async () => {
      const client = kube.client();
      const key = { namespace: 'tools', name: 'refused' };
      const spec = { rights: 'read' as const, url: server.url, secret: { name: 'refused-git' } };
      await client.create(GitAccess, {
        apiVersion: 'source.slipway.dev/v1alpha1',
        kind: 'GitAccess',
        metadata: key,
        spec: { ...spec, repositories: ['acme/shop', 'acme/none'] },
      });
      const told = await eventually('told', TIMEOUT_MS, async () =>
        (await client.get(GitAccess, key)).status?.conditions?.find(({ type }) => type === 'Ready'),
      );
      assert.equal(told.reason, 'RepositoryMissing');
      assert.ok(!told.message.includes(server.token), 'what was sent is not shown');
    });
  });
