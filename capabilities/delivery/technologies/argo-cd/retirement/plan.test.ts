import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RetirementItem } from '@slipway/kinds';
import { type Known, mergeItems, nextStep, type PlannedItem, planRetirement, unfinished } from './plan.ts';
import type { Thing } from './thing.ts';

const TEAM = 'team-payments';
const DEV = 'payments-dev';

let count = 0;
function thing(kind: string, name: string, more: Partial<Thing> = {}): Thing {
  const apiVersion = GROUPS[kind] ?? 'v1';
  const uid = `${kind}-${name}-${count++}`;
  return {
    apiVersion,
    kind,
    namespace: TEAM,
    name,
    uid,
    labels: {},
    annotations: {},
    owners: [],
    deleting: false,
    ...more,
  };
}

const GROUPS: Record<string, string> = {
  Workload: 'slipway.dev/v1alpha1',
  Promotion: 'slipway.dev/v1alpha1',
  Approval: 'slipway.dev/v1alpha1',
  Retirement: 'slipway.dev/v1alpha1',
  TemplateRun: 'slipway.dev/v1alpha1',
  Repository: 'source.slipway.dev/v1alpha1',
  ChangeRequest: 'source.slipway.dev/v1alpha1',
  Application: 'argoproj.io/v1alpha1',
  Workflow: 'argoproj.io/v1alpha1',
  Build: 'artifacts.slipway.dev/v1alpha1',
  Entity: 'catalog.slipway.dev/v1alpha1',
  Report: 'insights.slipway.dev/v1alpha1',
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  Certificate: 'cert-manager.io/v1',
};

const workload = thing('Workload', 'shop', { repository: 'shop' });
const repository = thing('Repository', 'shop');
const mine = { labels: { 'slipway.dev/workload': 'shop' } };
const keep = { annotations: { 'slipway.dev/keep': 'true' } };
const madeOf = ({ apiVersion, kind, namespace = '', name }: Thing) => ({ apiVersion, kind, namespace, name });
const applied = (kind: string, group: string, name: string) => ({ kind, group, namespace: DEV, name });
const application = (...resources: ReturnType<typeof applied>[]) =>
  thing('Application', 'shop-dev', {
    ...mine,
    applied: resources,
    source: { repository: 'payments/environment-dev', path: 'shop' },
  });
const inDev = { namespace: DEV };

function plan(things: Thing[], more: Partial<Known> = {}): PlannedItem[] {
  return planRetirement({
    workload,
    repository,
    things: [workload, repository, ...things],
    listed: [],
    keep: [],
    images: [],
    folders: [],
    ...more,
  });
}

/** `remove Kind name` of everything but the service and its repository. */
function told(items: PlannedItem[]): string[] {
  return items
    .filter(({ uid }) => uid !== workload.uid && uid !== repository.uid)
    .map(({ action, part, kind, name }) => `${action.toLowerCase()} ${part}: ${kind} ${name}`);
}

const deployment = thing('Deployment', 'shop', inDev);
const replicaSet = thing('ReplicaSet', 'shop-1', { ...inDev, owners: [deployment.uid] });
const service = thing('Service', 'shop', inDev);
const certificate = thing('Certificate', 'shop-tls', inDev);
const set = thing('StatefulSet', 'db', { ...inDev, claims: ['data'] });
const workflow = thing('Workflow', 'shop-1', mine);
const promotion = thing('Promotion', 'shop-prod', { workload: 'shop' });
const runsElsewhere = thing('Pod', 'batch', {
  namespace: 'other-dev',
  images: ['registry.slipway.internal/payments/shop@sha256:1'],
});
const image = { name: 'payments/shop@sha256:1', because: 'tagged latest' };
const folder = { repository: 'payments/environment-dev', path: 'shop' };

const rows: { things: Thing[]; more?: Partial<Known>; gives: string[]; because: string }[] = [
  {
    things: [workflow, thing('Pod', 'shop-1-test', { owners: [workflow.uid] })],
    gives: ['remove pipelines: Pod shop-1-test', 'remove pipelines: Workflow shop-1'],
    because: 'a label names the service, owners lead to the rest',
  },
  {
    things: [thing('Workflow', 'shop2-1', { labels: { 'slipway.dev/workload': 'shop2' } })],
    gives: [],
    because: 'another service whose name begins alike is another service',
  },
  {
    things: [thing('ConfigMap', 'x', { ...mine, namespace: 'team-other' })],
    gives: [],
    because: 'a label in another team’s namespace claims nothing',
  },
  {
    things: [application(applied('Deployment', 'apps', 'shop')), deployment, replicaSet],
    gives: [
      'remove deliveries: Application shop-dev',
      'remove deliveries: Deployment shop',
      'remove deliveries: ReplicaSet shop-1',
    ],
    because: 'what an Application applied goes with it',
  },
  {
    things: [
      application(),
      thing('ConfigMap', 'old', { ...inDev, tracked: { namespace: TEAM, name: 'shop-dev' } }),
    ],
    gives: ['remove deliveries: Application shop-dev', 'remove deliveries: ConfigMap old'],
    because: 'a leftover that says it is the Application’s is found by its tracking id',
  },
  {
    things: [
      application(applied('ConfigMap', '', 'common')),
      thing('ConfigMap', 'common', { ...inDev, tracked: { namespace: TEAM, name: 'cart-dev' } }),
    ],
    gives: ['remove deliveries: Application shop-dev', 'keep deliveries: ConfigMap common'],
    because: 'what another Application has taken over stays, and is told',
  },
  {
    things: [
      application(applied('Service', '', 'shop'), applied('Certificate', 'cert-manager.io', 'shop-tls')),
      service,
      certificate,
      thing('Endpoints', 'shop', inDev),
      thing('Secret', 'shop-tls', {
        ...inDev,
        annotations: { 'cert-manager.io/certificate-name': 'shop-tls' },
      }),
    ],
    gives: [
      'remove deliveries: Application shop-dev',
      'remove deliveries: Certificate shop-tls',
      'remove deliveries: Endpoints shop',
      'remove deliveries: Secret shop-tls',
      'remove deliveries: Service shop',
    ],
    because: 'controllers make things beside what was applied, without owning them',
  },
  {
    things: [
      application(applied('StatefulSet', 'apps', 'db')),
      set,
      thing('PersistentVolumeClaim', 'data-db-0', inDev),
      thing('PersistentVolumeClaim', 'data-db-backup', inDev),
    ],
    gives: [
      'remove deliveries: Application shop-dev',
      'remove deliveries: StatefulSet db',
      'remove data: PersistentVolumeClaim data-db-0',
    ],
    because: 'claims of a StatefulSet have no owner; one that somebody made by hand is not among them',
  },
  {
    things: [
      application(applied('StatefulSet', 'apps', 'db')),
      set,
      thing('PersistentVolumeClaim', 'data-db-0', inDev),
    ],
    more: { keep: ['data'] },
    gives: [
      'remove deliveries: Application shop-dev',
      'remove deliveries: StatefulSet db',
      'keep data: PersistentVolumeClaim data-db-0',
    ],
    because: 'data may be kept without what used it',
  },
  {
    things: [
      thing('Secret', 'hook-1', { labels: { 'source.slipway.dev/hook-of': 'shop' } }),
      thing('ChangeRequest', 'shop-7', { repository: 'shop' }),
      thing('Entity', 'component.shop', { labels: { 'catalog.slipway.dev/repository': 'shop' } }),
    ],
    gives: [
      'remove repository: ChangeRequest shop-7',
      'remove repository: Secret hook-1',
      'remove catalog: Entity component.shop',
    ],
    because: 'webhooks, changes and catalog entries go with the repository',
  },
  {
    things: [
      thing('Secret', 'hook-1', { labels: { 'source.slipway.dev/hook-of': 'shop' } }),
      thing('Entity', 'component.shop', { labels: { 'catalog.slipway.dev/repository': 'shop' } }),
    ],
    more: { keep: ['repository'] },
    gives: ['keep repository: Secret hook-1', 'keep catalog: Entity component.shop'],
    because: 'what belongs to a kept repository stays with it',
  },
  {
    things: [promotion, thing('Approval', 'yes', { decides: promotion.uid })],
    gives: ['remove promotions: Approval yes', 'remove promotions: Promotion shop-prod'],
    because: 'decisions go first: the audit keeps who decided what',
  },
  {
    things: [
      thing('TemplateRun', 'r1', {
        inventory: [madeOf(repository), madeOf(workload), madeOf(thing('ConfigMap', 'extra'))],
      }),
      thing('ConfigMap', 'extra'),
    ],
    gives: ['remove records: ConfigMap extra', 'remove records: TemplateRun r1'],
    because: 'the run that made the service says what else it made',
  },
  {
    things: [
      thing('Workload', 'cart'),
      thing('TemplateRun', 'r1', {
        inventory: [madeOf(workload), madeOf(thing('Workload', 'cart')), madeOf(thing('ConfigMap', 'both'))],
      }),
      thing('ConfigMap', 'both'),
    ],
    gives: ['keep records: ConfigMap both', 'keep records: TemplateRun r1'],
    because: 'a run that made another service, too, stays with what it made for both',
  },
  {
    things: [thing('Report', 'service.shop', { owners: [workload.uid] })],
    gives: ['remove service: Report service.shop'],
    because: 'a controller would write its record again as long as the service is there',
  },
  {
    things: [thing('Retirement', 'shop-x', { workload: 'shop' })],
    gives: [],
    because: 'the receipt is no part of what it is about',
  },
  {
    things: [],
    more: { images: [image] },
    gives: ['remove images: Image payments/shop@sha256:1'],
    because: 'nobody runs it',
  },
  {
    things: [runsElsewhere],
    more: { images: [image] },
    gives: ['keep images: Image payments/shop@sha256:1'],
    because: 'a pod of somebody else runs it',
  },
  {
    things: [thing('Pod', 'p', { images: ['registry.slipway.internal/payments/shop-two:1'] })],
    more: { images: [image] },
    gives: ['remove images: Image payments/shop@sha256:1'],
    because: 'an image whose name begins alike is another image',
  },
  {
    things: [{ ...application(applied('Deployment', 'apps', 'shop')), ...keep }, deployment],
    more: { folders: [folder] },
    gives: [
      'keep deliveries: Application shop-dev',
      'keep deliveries: Deployment shop',
      'keep folders: Folder payments/environment-dev/shop',
      'keep folders: Repository environment-dev',
    ],
    because: 'a kept Application keeps what it delivers, and the files it delivers it from',
  },
  {
    things: [],
    more: { folders: [folder] },
    gives: [
      'remove folders: Folder payments/environment-dev/shop',
      'keep folders: Repository environment-dev',
    ],
    because: 'the folder of an environment goes, its repository is everybody’s',
  },
  {
    things: [thing('PersistentVolumeClaim', 'data-db-0', { ...inDev, uid: 'known' })],
    more: { listed: [item({ uid: 'known', name: 'data-db-0' })] },
    gives: ['remove data: PersistentVolumeClaim data-db-0'],
    because: 'what was listed is found although what led to it is gone',
  },
  {
    things: [thing('PersistentVolumeClaim', 'data-db-0', { ...inDev, uid: 'new' })],
    more: { listed: [item({ uid: 'known', name: 'data-db-0' })] },
    gives: [],
    because: 'another object of the same name is somebody else’s',
  },
];
for (const { things, more, gives, because } of rows) {
  test(`planRetirement(): ${because}`, () => assert.deepEqual(told(plan(things, more)), gives));
}

function item(more: Partial<RetirementItem>): RetirementItem {
  return {
    part: 'data',
    kind: 'PersistentVolumeClaim',
    apiVersion: 'v1',
    namespace: DEV,
    name: 'x',
    action: 'Remove',
    because: 'it was',
    state: 'Planned',
    ...more,
  };
}

test('planRetirement() keeps a repository that another service is made from, and says which', () => {
  const other = thing('Workload', 'cart', { repository: 'shop' });
  const found = plan([other]).find(({ uid }) => uid === repository.uid);
  assert.deepEqual([found?.action, found?.because], ['Keep', 'service cart is made from it, too']);
  assert.ok(!plan([other]).some(({ uid }) => uid === other.uid), 'the other service is not in the list');
});

test('planRetirement() gives the same list whatever the order of what is known', () => {
  const things = [
    application(applied('Deployment', 'apps', 'shop')),
    deployment,
    replicaSet,
    workflow,
    promotion,
  ];
  assert.deepEqual(told(plan([...things].reverse())), told(plan(things)));
});

test('nextStep() is everything of the first part, and never the service itself', () => {
  const first = nextStep(plan([workflow, promotion]));
  assert.deepEqual(
    first.map(({ kind }) => kind),
    ['Promotion'],
  );
  assert.deepEqual(nextStep(plan([], { keep: ['repository'] })), []);
});

test('unfinished() names builds and runs that would leave things behind', () => {
  const running = thing('Build', 'b1', { ...mine, phase: 'Running' });
  const over = thing('Build', 'b2', { ...mine, phase: 'Succeeded' });
  assert.deepEqual(
    unfinished(plan([running, over])).map(({ name }) => name),
    ['b1'],
  );
});

test('mergeItems() keeps what is gone in the list, and adds what came later', () => {
  const before = [item({ name: 'a', uid: '1' }), item({ name: 'b', uid: '2' })];
  const now = [
    { ...item({ name: 'b', uid: '2' }), by: 'engine' as const },
    { ...item({ name: 'c', uid: '3' }), by: 'engine' as const },
  ];
  assert.deepEqual(
    mergeItems(before, now).map(({ name, state }) => `${name} ${state}`),
    ['a Gone', 'b Planned', 'c Planned'],
  );
});

test('planRetirement() leaves what an Application applied to its tool where that removes it, but never data', () => {
  const owner = application(
    applied('Deployment', 'apps', 'shop'),
    applied('PersistentVolumeClaim', '', 'db'),
  );
  const things = [
    workload,
    owner,
    thing('Deployment', 'shop', inDev),
    thing('PersistentVolumeClaim', 'db', inDev),
  ];
  const by = (cascades: boolean) =>
    Object.fromEntries(
      planRetirement({ workload, things, listed: [], keep: [], images: [], folders: [], cascades }).map(
        each => [each.kind, each.by],
      ),
    );
  const always = { Workload: 'person', Application: 'engine', PersistentVolumeClaim: 'engine' };
  assert.deepEqual(by(true), { ...always, Deployment: 'owner' });
  assert.deepEqual(by(false), { ...always, Deployment: 'engine' });
});
