import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment, Promotion, WorkloadEnvironment } from '@slipway/kinds';
import type { Past } from '../environment/past.ts';
import { sourceOf, targetOf } from './target.ts';

const past = (image: string, revision = `r-${image}`): Past => ({
  commit: `c-${image}`,
  image,
  revision,
  at: '2026-01-01T00:00:00Z',
});
const prod: Environment = {
  apiVersion: 'slipway.dev/v1alpha1',
  kind: 'Environment',
  metadata: { name: 'prod' },
  spec: { order: 2, promotion: { from: 'dev' } },
};
const first = { ...prod, metadata: { name: 'dev' }, spec: { order: 1 } };

const sources: {
  because: string;
  spec?: Partial<Promotion['spec']>;
  environment?: Environment | null;
  gives: string | RegExp;
}[] = [
  { because: 'the environment says so', gives: 'dev' },
  { because: 'it is said and true', spec: { from: 'dev' }, gives: 'dev' },
  { because: 'a rollback stays where it is', spec: { rollbackOf: 'b' }, gives: 'prod' },
  {
    because: 'what comes to prod comes from dev',
    spec: { from: 'qa' },
    gives: /comes from dev; leave "from" out/,
  },
  {
    because: 'there is no such environment',
    spec: { to: 'moon' },
    environment: null,
    gives: /"moon": the platform has none of this name; this service has dev, prod/,
  },
  { because: 'the service does not run there', spec: { to: 'qa' }, gives: /does not run there/ },
  {
    because: 'builds go to the first environment',
    spec: { to: 'dev' },
    environment: first,
    gives: /no promotion.from/,
  },
];
for (const { because, spec, environment, gives } of sources) {
  test(`sourceOf() gives ${gives}: ${because}`, () => {
    const source = sourceOf({
      spec: { workload: 'shop', to: 'prod', ...spec },
      environment: environment === null ? undefined : (environment ?? prod),
      environments: ['dev', 'prod'],
    });
    check(typeof source === 'string' ? source : source.refused, gives);
  });
}

interface Row {
  because: string;
  spec?: Partial<Promotion['spec']>;
  to?: Past[];
  from?: Past[];
  now?: Partial<WorkloadEnvironment>;
  gives: string | RegExp;
}
const targets: Row[] = [
  { because: 'it runs healthy in dev', gives: 'b' },
  {
    because: 'dev is not healthy',
    now: { healthy: false, health: 'Degraded', message: 'crashes' },
    gives: /dev is Degraded \(crashes\); only what runs healthy/,
  },
  { because: 'dev is still on its way', now: { image: 'a', revision: 'r-a' }, gives: /dev is Progressing/ },
  { because: 'nothing was built', from: [], gives: /nothing runs in dev yet/ },
  { because: 'it ran in dev before', spec: { image: 'a' }, gives: 'a' },
  {
    because: 'it ran in prod before, whatever dev does',
    spec: { image: 'z' },
    to: [past('y'), past('z')],
    now: { healthy: false },
    gives: 'z',
  },
  {
    because: 'it never ran',
    spec: { image: 'x' },
    gives: /image x: it never ran in dev or prod; these did: b, a/,
  },
  { because: 'prod has it', to: [past('b')], gives: /b runs in prod already, since 2026/ },
  {
    because: 'the same image with other configuration is another state',
    to: [past('b', 'older')],
    gives: 'b',
  },
  {
    because: 'a rollback goes to the one before',
    spec: { rollbackOf: 'b' },
    to: [past('b'), past('b', 'older'), past('a')],
    gives: 'a',
  },
  {
    because: 'a rollback may say how far',
    spec: { rollbackOf: 'c', image: 'a' },
    to: [past('c'), past('b'), past('a')],
    gives: 'a',
  },
  {
    because: 'somebody was faster',
    spec: { rollbackOf: 'b' },
    to: [past('c'), past('b')],
    gives: /runs c, not b; look again/,
  },
  {
    because: 'nothing ran before',
    spec: { rollbackOf: 'b' },
    to: [past('b')],
    gives: /no other image ran in prod before/,
  },
  { because: 'nothing ran at all', spec: { rollbackOf: 'b' }, gives: /nothing ran in prod yet/ },
  {
    because: 'a rollback takes nothing that did not run there',
    spec: { rollbackOf: 'b', image: 'x' },
    to: [past('b'), past('a')],
    gives: /image x: it never ran in prod/,
  },
];
for (const { because, spec, to = [], from = [past('b'), past('a')], now, gives } of targets) {
  test(`targetOf() gives ${gives}: ${because}`, () => {
    const fromNow = {
      name: 'dev',
      namespace: '',
      application: '',
      url: '',
      image: 'b',
      revision: 'r-b',
      healthy: true,
      ...now,
    };
    const question = { environment: prod, environments: ['dev', 'prod'], past: { to, from }, fromNow };
    const target = targetOf({ ...question, spec: { workload: 'shop', to: 'prod', ...spec } }, 'dev');
    check('refused' in target ? target.refused : target.image, gives);
  });
}

function check(found: string | undefined, gives: string | RegExp): void {
  if (typeof gives === 'string') assert.equal(found, gives);
  if (gives instanceof RegExp) assert.match(found ?? '', gives);
}
