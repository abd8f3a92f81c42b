import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import {
  DEFAULT_TRACKING,
  instanceOf,
  isOwnId,
  TRACKING_ANNOTATION,
  type Tracking,
  tracked,
  trackedBy,
  trackingId,
  withTrackingOf,
} from './tracking.ts';

const web = (metadata: object = {}): AnyObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'prod', ...metadata },
});
const shop = { namespace: 'team-a', name: 'shop' };
const by = (trackingMethod: Tracking['trackingMethod'], installationId = ''): Tracking => ({
  ...DEFAULT_TRACKING,
  trackingMethod,
  installationId,
});

test('trackingId() and trackedBy() agree, and a copy is not tracked', () => {
  const id = trackingId(shop, web(), 'prod');
  assert.equal(id, 'team-a_shop:apps/Deployment:prod/web');
  const marked = web({ annotations: { [TRACKING_ANNOTATION]: id } });
  assert.deepEqual(trackedBy(marked), shop);
  const copy = { ...marked, kind: 'ReplicaSet' };
  assert.equal(trackedBy(copy), undefined);
  assert.equal(instanceOf(copy, DEFAULT_TRACKING), 'team-a_shop', 'it still says whose copy it is');
});

const cases: {
  tracking: Tracking;
  object: AnyObject;
  labels?: object;
  annotations?: object;
  because: string;
}[] = [
  {
    tracking: by('annotation'),
    object: web(),
    annotations: { [TRACKING_ANNOTATION]: 'team-a_shop:apps/Deployment:prod/web' },
    because: 'the default',
  },
  {
    tracking: by('label'),
    object: web({ labels: { a: 'b' } }),
    labels: { a: 'b', 'app.kubernetes.io/instance': 'team-a_shop' },
    because: 'the label alone, beside others',
  },
  {
    tracking: by('annotation+label'),
    object: web(),
    labels: { 'app.kubernetes.io/instance': 'team-a_shop' },
    annotations: { [TRACKING_ANNOTATION]: 'team-a_shop:apps/Deployment:prod/web' },
    because: 'both',
  },
  {
    tracking: by('annotation', 'one'),
    object: web(),
    annotations: {
      [TRACKING_ANNOTATION]: 'team-a_shop:apps/Deployment:prod/web',
      'argocd.argoproj.io/installation-id': 'one',
    },
    because: 'several installations on one cluster',
  },
  {
    tracking: by('annotation'),
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } },
    annotations: { [TRACKING_ANNOTATION]: 'team-a_shop:/Namespace:prod/x' },
    because: 'what has no namespace carries the destination’s',
  },
  {
    tracking: by('annotation'),
    object: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'x' },
    },
    because: 'CRDs are nobody’s',
  },
];
for (const { tracking, object, labels, annotations, because } of cases) {
  test(`tracked() marks objects: ${because}`, () => {
    const { metadata } = tracked(object, shop, 'prod', tracking);
    assert.deepEqual(metadata.labels, labels);
    assert.deepEqual(metadata.annotations, annotations);
  });
}

test('tracked() cuts a label that is too long only where the annotation has the whole name', () => {
  const long = { namespace: 'argocd', name: `${'a'.repeat(62)}-b` };
  const key = 'app.kubernetes.io/instance';
  assert.equal(tracked(web(), long, '', by('annotation+label')).metadata.labels?.[key], 'a'.repeat(62));
  assert.equal(tracked(web(), long, '', by('label')).metadata.labels?.[key], long.name);
});

test('isOwnId() knows copies, and objects of the whole cluster', () => {
  const of = (id: string, object: AnyObject) => ({
    ...object,
    metadata: { ...object.metadata, annotations: { [TRACKING_ANNOTATION]: id } },
  });
  assert.ok(isOwnId(of('shop:apps/Deployment:prod/web', web()), DEFAULT_TRACKING));
  assert.ok(!isOwnId(of('shop:apps/Deployment:dev/web', web()), DEFAULT_TRACKING));
  const role: AnyObject = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'r' },
  };
  assert.ok(isOwnId(of('shop:rbac.authorization.k8s.io/ClusterRole:prod/r', role), DEFAULT_TRACKING));
  assert.equal(
    instanceOf(of('shop:apps/Deployment:prod/web', web()), by('annotation', 'one')),
    undefined,
    'another installation’s',
  );
});

test('withTrackingOf() makes a change of the method no difference, but shows another owner', () => {
  const target = tracked(web(), shop, 'prod', DEFAULT_TRACKING);
  const key = 'app.kubernetes.io/instance';
  const live = web({ labels: { [key]: 'shop', a: 'b' } });
  const seen = withTrackingOf(target, live, DEFAULT_TRACKING);
  assert.deepEqual(seen.metadata.labels, { a: 'b' });
  assert.equal(seen.metadata.annotations?.[TRACKING_ANNOTATION], 'team-a_shop:apps/Deployment:prod/web');
  const other = web({
    labels: { [key]: 'x' },
    annotations: { [TRACKING_ANNOTATION]: 'x:apps/Deployment:prod/web' },
  });
  assert.equal(
    withTrackingOf(target, other, DEFAULT_TRACKING).metadata.annotations?.[TRACKING_ANNOTATION],
    'x:apps/Deployment:prod/web',
  );
});
