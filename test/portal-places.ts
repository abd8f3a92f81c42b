// Every place of the portal, with the objects of one service in it.
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from './platform-process.ts';

export interface Place {
  name: string;
  path: string;
  /** Text that stands there once the page is complete. */
  shows: string | RegExp;
}

interface List {
  items: { metadata: { name: string } }[];
}

/** The places of a platform in which a service of the team `default` was created. */
export async function placesOf(platform: Platform, service: string): Promise<Place[]> {
  const run = await newest(platform, 'templateruns.slipway.dev');
  const workflow = await newest(platform, 'workflows.argoproj.io');
  const pod = await newest(platform, 'pods', 'default-dev');
  const change = await openChange(platform, service);
  const promotion = await openPromotion(platform, service);
  const retirement = await plannedRetirement(platform, service);
  await policyWithException(platform, service);
  await describedApis(platform);
  await pastOf(platform, service);
  const repository = `/repositories/team-default/${service}`;
  return [
    { name: 'services', path: '/', shows: service },
    { name: 'create', path: '/create', shows: /node/i },
    { name: 'create-form', path: '/create/node-service', shows: 'Name' },
    { name: 'run', path: `/runs/team-default/${run}`, shows: /Go to the service/ },
    { name: 'service', path: `/services/team-default/${service}`, shows: /git clone/ },
    { name: 'pipeline', path: `/services/team-default/${service}/pipeline`, shows: 'Succeeded' },
    { name: 'workflow', path: `/pipelines/team-default/${workflow}`, shows: 'node --test' },
    { name: 'catalog', path: '/catalog', shows: /entities$/ },
    { name: 'entity', path: `/catalog/component/default/${service}`, shows: 'lifecycle' },
    {
      name: 'entity-relations',
      path: `/catalog/component/default/${service}?tab=relations`,
      shows: 'owned by',
    },
    {
      name: 'entity-running',
      path: `/catalog/component/default/${service}?tab=running`,
      shows: 'ReplicaSet',
    },
    { name: 'entity-docs', path: `/catalog/component/default/${service}?tab=docs`, shows: 'README.md' },
    { name: 'entity-score', path: `/catalog/component/default/${service}?tab=score`, shows: 'What to do' },
    { name: 'entity-audit', path: `/catalog/component/default/${service}?tab=audit`, shows: /^From$/ },
    { name: 'entity-tool', path: '/catalog/component/platform/argo-cd', shows: 'How it is' },
    { name: 'entity-asyncapi', path: '/catalog/api/default/orders?tab=api', shows: 'orders.placed' },
    { name: 'entity-graphql', path: '/catalog/api/default/books?tab=api', shows: 'Queries' },
    { name: 'deliveries', path: '/delivery', shows: `${service}-dev` },
    { name: 'delivery', path: `/delivery/team-default/${service}-dev`, shows: 'What it consists of' },
    { name: 'repositories', path: '/repositories', shows: service },
    { name: 'repository', path: repository, shows: 'package.json' },
    { name: 'commits', path: `${repository}?tab=commits`, shows: 'Author' },
    { name: 'branches', path: `${repository}?tab=branches`, shows: 'Open a change' },
    { name: 'changes', path: `${repository}/changes?new=faster`, shows: 'Answer faster' },
    { name: 'change', path: `${repository}/changes/${change}`, shows: /Faster than/ },
    {
      name: 'change-files',
      path: `${repository}/changes/${change}?tab=files`,
      shows: '+ It answers faster.',
    },
    {
      name: 'change-split',
      path: `${repository}/changes/${change}?tab=files&view=split`,
      shows: '+ It answers faster.',
    },
    { name: 'retirement', path: `/retirements/team-default/${retirement}`, shows: /^To be removed/ },
    { name: 'environments', path: '/environments', shows: 'Waits for your approval' },
    { name: 'promotion', path: `/promotions/team-default/${promotion}`, shows: 'Objects that change' },
    { name: 'trace', path: `/trace/default-dev/${pod}`, shows: 'Provenance' },
    { name: 'security', path: '/platform/security', shows: 'As it should be' },
    { name: 'policies', path: '/platform/policies', shows: 'Exempt' },
    { name: 'audit', path: '/platform/audit?outcome=allowed', shows: /^From$/ },
    { name: 'platform', path: '/platform', shows: 'Healthy' },
    { name: 'capability', path: '/platform/capabilities/ingress', shows: 'Ingress NGINX' },
    { name: 'insights', path: '/platform/insights', shows: 'Rework rate' },
    { name: 'maturity', path: '/platform/maturity', shows: 'What to do next' },
    {
      name: 'service-insights',
      path: `/platform/insights/team-default/${service}`,
      shows: /of \d+ pass/,
    },
    { name: 'people', path: '/people', shows: 'platform-admins' },
    { name: 'me', path: '/me', shows: /Make a token/ },
    { name: 'teams', path: '/teams', shows: 'default' },
    { name: 'team', path: '/teams/default', shows: 'slipway:team-member' },
  ];
}

async function newest(platform: Platform, resource: string, namespace = 'team-default'): Promise<string> {
  const args = ['get', resource, '-n', namespace, '-o', 'json'];
  const { items } = JSON.parse(await platform.kubectl(args)) as List;
  return items.at(-1)?.metadata.name ?? '';
}

/** A change of a service's repository, from the branch `faster`; its number. */
async function openChange(platform: Platform, service: string): Promise<number> {
  const copy = join(platform.home, `${service}-change`);
  const url = `https://git.${new URL(platform.report.portal).host}/default/${service}.git`;
  await platform.git(['clone', '--quiet', url, copy]);
  await platform.git(['checkout', '--quiet', '-b', 'faster'], copy);
  await appendFile(join(copy, 'README.md'), '\nIt answers faster.\n');
  await platform.git(['commit', '--quiet', '--all', '-m', 'Answer faster'], copy);
  await platform.git(['push', '--quiet', 'origin', 'faster'], copy);
  const words = ['--title', 'Answer faster', '--body', 'People **wait** for it.'];
  const create = ['change', 'create', `default/${service}`, '--head', 'faster', ...words];
  const { number } = await platform.json<{ number: number }>(create);
  const lines = (await readFile(join(copy, 'README.md'), 'utf8')).split('\n').length - 1;
  const place = ['--file', 'README.md', '--line', String(lines)];
  const remark = ['change', 'comment', `default/${service}`, String(number), ...place];
  await platform.cli([...remark, '--body', 'Faster than **what**?']);
  return number;
}

const ORDERS = `asyncapi: 3.0.0
info: { title: Orders, version: 1.2.0, description: What people **ordered**. }
servers: { prod: { host: broker.example.test, protocol: amqp, description: The shop’s broker } }
channels:
  placed: { address: orders.placed, messages: { Placed: { $ref: '#/components/messages/Placed' } } }
operations:
  announce: { action: send, channel: { $ref: '#/channels/placed' }, summary: An order came in }
components:
  messages: { Placed: { payload: { $ref: '#/components/schemas/Order' } } }
  schemas:
    Order: { type: object, required: [id], properties: { id: { type: string, description: Its number } } }
`;
const BOOKS = `"A book of the shop."
type Book { id: ID! title: String! authors(first: Int = 10): [String!]! }
enum Kind { PAPER FILE @deprecated }
type Query { "One book" book(id: ID!): Book books(kind: Kind = PAPER): [Book!]! }
type Mutation { add(title: String!): Book }
`;

/** Interfaces in two languages, as objects of the catalog. */
async function describedApis(platform: Platform): Promise<void> {
  const api = (name: string, type: string, definition: string) => ({
    apiVersion: 'catalog.slipway.dev/v1alpha1',
    kind: 'Entity',
    metadata: { name: `api.${name}`, namespace: 'team-default' },
    spec: {
      entity: {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'API',
        metadata: { name },
        spec: { type, lifecycle: 'production', owner: 'group:default/default', definition },
      },
    },
  });
  const items = [api('orders', 'asyncapi', ORDERS), api('books', 'graphql', BOOKS)];
  await platform.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

interface Past {
  status: {
    scorecards?: { history: { at: string; level: string; passed: number; counted: number }[] }[];
    delivery?: { history: Record<string, unknown>[] }[];
  };
}

/** A fortnight before today in a service's report: lines of how it went need more than one day. */
async function pastOf(platform: Platform, service: string): Promise<void> {
  const reports = ['get', 'reports.insights.slipway.dev', '-n', 'team-default', '-o', 'json'];
  const { items } = JSON.parse(await platform.kubectl(reports)) as {
    items: ({ metadata: { name: string }; spec: { subject: { name: string } } } & Past)[];
  };
  const report = items.find(({ spec }) => spec.subject.name === service);
  if (!report) return;
  const { scorecards = [], delivery = [] } = report.status;
  const days = Array.from({ length: 14 }, (_, index) => new Date(Date.now() - (14 - index) * 86_400_000));
  for (const card of scorecards) {
    const now = card.history.at(-1);
    if (!now) continue;
    const passed = (index: number) => Math.max(0, now.passed - 5 + Math.floor(index / 3));
    card.history = [
      ...days.map((day, index) => ({ ...now, at: day.toISOString(), passed: passed(index) })),
      now,
    ];
  }
  for (const each of delivery) {
    const now = each.history.at(-1);
    if (!now) continue;
    const before = days.map((day, index) => ({
      ...now,
      to: day.toISOString(),
      deployments: (index * 7) % 5,
    }));
    each.history = [...before, now];
  }
  const patch = JSON.stringify({ status: { scorecards, delivery } });
  const about = ['reports.insights.slipway.dev', report.metadata.name, '-n', 'team-default'];
  await platform.kubectl(['patch', ...about, '--subresource=status', '--type=merge', '-p', patch]);
}

/** A check that nobody reports, and the service's exception from it. */
async function policyWithException(platform: Platform, service: string): Promise<void> {
  const apiVersion = 'slipway.dev/v1alpha1';
  const policy = { checks: ['licences'], description: 'Licences are looked at before anything goes live.' };
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const why = { owner: 'ann', reason: 'its licences are being looked at', until };
  const spec = { policy: 'licensed', service: `default/${service}`, ...why };
  const items = [
    { apiVersion, kind: 'PolicyException', metadata: { name: `${service}-licences` }, spec },
    { apiVersion, kind: 'PipelinePolicy', metadata: { name: 'licensed' }, spec: policy },
  ];
  await platform.kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

/** A list that nobody confirmed. */
async function plannedRetirement(platform: Platform, service: string): Promise<string> {
  const metadata = { name: `${service}-list`, namespace: 'team-default' };
  const object = { apiVersion: 'slipway.dev/v1alpha1', kind: 'Retirement', metadata };
  const text = JSON.stringify({ ...object, spec: { workload: service, keep: ['images'] } });
  await platform.kubectl(['create', '-f', '-'], text);
  return metadata.name;
}

/** One that waits for the person who is signed in. */
async function openPromotion(platform: Platform, service: string): Promise<string> {
  const requires = [{ approval: { group: 'platform-admins', count: 1 } }, { checks: ['tests', 'sbom'] }];
  const rule = JSON.stringify({ spec: { promotion: { requires } } });
  await platform.kubectl(['patch', 'environments.slipway.dev', 'prod', '--type=merge', '-p', rule]);
  const args = ['service', 'promote', service, '--reason', 'the first release'];
  return (await platform.json<{ name: string }>(args)).name;
}
