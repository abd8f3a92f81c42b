import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, type KubeObject, messageOf, parseApiVersion, StatusError } from '@slipway/api';
import { defaultObject } from '../defaults/index.ts';
import { facts, plain } from '../facts.fixture.ts';
import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicPatch,
  type JsonPatchOperation,
} from '../patch/index.ts';
import { createRegistry, type ResourceInfo, validateObject } from '../schema/index.ts';
import { serverSideApply } from './server-side-apply.ts';
import { trackUpdate } from './track-update.ts';

interface Step {
  type: string;
  manager: string;
  force?: boolean;
  subresource?: string;
  body: Json;
  object?: KubeObject;
  error?: { message: string; code: number };
}

const registry = createRegistry();
const NOW = Date.parse('2026-01-01T00:00:00Z');

function infoOf({ apiVersion, kind }: KubeObject): ResourceInfo {
  const { group } = parseApiVersion(apiVersion);
  const found = registry.byKind(group, 'v1', kind);
  assert.ok(found, `${apiVersion} ${kind}`);
  return found;
}

function patched(live: KubeObject, { type, body }: Step, info: ResourceInfo): KubeObject {
  const document = live as unknown as Json;
  if (type.startsWith('application/merge-patch'))
    return applyMergePatch(document, body) as unknown as KubeObject;
  if (type.startsWith('application/json-patch')) {
    return applyJsonPatch(document, body as unknown as JsonPatchOperation[]) as unknown as KubeObject;
  }
  return applyStrategicPatch(document, body, info) as unknown as KubeObject;
}

/** What the request pipeline does with a step, as far as these parts go. */
function run(live: KubeObject | undefined, step: Step, info: ResourceInfo): KubeObject {
  const { manager, subresource } = step;
  const body = step.body as unknown as KubeObject;
  const object = { ...body, metadata: { ...body.metadata, namespace: 'default' } };
  if (step.type.includes('apply-patch')) {
    const request = {
      live,
      applied: object,
      manager,
      force: step.force === true,
      info,
      now: NOW,
      subresource,
    };
    const result = serverSideApply(request).object;
    validateObject(result, info, 'Strict');
    return result;
  }
  if (!live) return trackUpdate({ updated: defaultObject(object, info), manager, info, now: NOW });
  const whole = defaultObject(patched(live, step, info), info) as KubeObject & { status?: unknown };
  const updated = subresource === 'status' ? ({ ...live, status: whole.status } as KubeObject) : whole;
  return trackUpdate({ live, updated, manager, info, now: NOW, subresource });
}

/** Without what other parts of the server fill in, and without the order that only times give. */
function comparable(object: KubeObject): unknown {
  const {
    uid: _u,
    resourceVersion: _r,
    creationTimestamp: _c,
    generation: _g,
    ...metadata
  } = object.metadata;
  const managedFields = (metadata.managedFields ?? [])
    .map(({ time: _time, ...entry }) => entry)
    .sort((a, b) => (`${a.operation}${a.manager}` < `${b.operation}${b.manager}` ? -1 : 1));
  const { status, spec, ...rest } = object as KubeObject & {
    status?: object;
    spec?: Record<string, unknown>;
  };
  const allocated = ['ipFamilies', 'ipFamilyPolicy', 'clusterIPs'];
  const ownSpec =
    object.kind === 'Service' && spec
      ? Object.fromEntries(Object.entries(spec).filter(([name]) => !allocated.includes(name)))
      : spec;
  const shown = status && Object.keys(status).length > 0 && object.kind !== 'Service' ? { status } : {};
  return plain({ ...rest, metadata: { ...metadata, managedFields }, spec: ownSpec, ...shown });
}

/** Steps whose answer comes from another part of the server, or holds what only it knows. */
const ELSEWHERE = new Set(['wrong version']);

for (const { because, steps } of facts<{ because: string; steps: Step[] }[]>('apply')) {
  if (ELSEWHERE.has(because)) continue;
  test(`apply, update and patch leave what the real server leaves: ${because}`, () => {
    const info = infoOf((steps[0]?.body ?? {}) as unknown as KubeObject);
    let live: KubeObject | undefined;
    for (const [index, step] of steps.entries()) {
      if (step.error) {
        assert.throws(
          () => run(live, step, info),
          error => {
            // The namespace stands in the body of what kubectl sends; these bodies had none.
            assert.equal(messageOf(error).replace('(default/x;', '(/x;'), step.error?.message);
            return error instanceof StatusError && error.status === step.error?.code;
          },
        );
        continue;
      }
      assert.ok(step.object);
      live = run(live, step, info);
      const expected = withNamespaceInAnnotation(step.object);
      assert.deepEqual(comparable(live), comparable(expected), `step ${index}`);
      live = { ...live, metadata: { ...live.metadata, uid: 'UID' } };
    }
  });
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** kubectl sends the namespace in the body; the recorded request did not. */
function withNamespaceInAnnotation(object: KubeObject): KubeObject {
  const text = object.metadata.annotations?.[LAST_APPLIED];
  if (!text || text.includes('"namespace"')) return object;
  const annotations = { [LAST_APPLIED]: text.replace('"name":"x"}', '"name":"x","namespace":"default"}') };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
