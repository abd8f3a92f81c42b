import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@slipway/api';
import type { AdmissionCall } from '../http/seams.ts';
import { recordSpecAuthor } from './record-spec-author.ts';

const SPEC_BY = 'example.dev/spec-by';
const admission = recordSpecAuthor(SPEC_BY, [{ group: 'example.dev', plural: 'wishes' }]);
const ada = { username: 'ada', groups: ['payments'] };
const recorded = JSON.stringify(ada);
const earlier = '{"username":"ben","groups":[]}';
const wish = (spec: string, by?: string): KubeObject =>
  ({
    apiVersion: 'example.dev/v1',
    kind: 'Wish',
    metadata: { name: 'w', ...(by ? { annotations: { [SPEC_BY]: by } } : {}) },
    spec: { is: spec },
  }) as KubeObject;

interface Row {
  operation: 'CREATE' | 'UPDATE';
  object: KubeObject;
  old?: KubeObject;
  subresource?: string;
  plural?: string;
  gives: string | undefined;
  because: string;
}

const rows: Row[] = [
  { operation: 'CREATE', object: wish('a'), gives: recorded, because: 'who creates it writes its spec' },
  {
    operation: 'CREATE',
    object: wish('a', earlier),
    gives: recorded,
    because: 'nobody claims to be another',
  },
  {
    operation: 'UPDATE',
    object: wish('b', earlier),
    old: wish('a', earlier),
    gives: recorded,
    because: 'who changes it answers for it',
  },
  {
    operation: 'UPDATE',
    object: wish('a', recorded),
    old: wish('a', earlier),
    gives: earlier,
    because: 'an annotation alone changes nothing',
  },
  {
    operation: 'UPDATE',
    object: wish('b'),
    old: wish('a', earlier),
    subresource: 'status',
    gives: earlier,
    because: 'a controller that writes the status is no author',
  },
  {
    operation: 'CREATE',
    object: wish('a', 'x'),
    plural: 'others',
    gives: 'x',
    because: 'other kinds are left alone',
  },
];
for (const { operation, object, old, subresource, plural = 'wishes', gives, because } of rows) {
  test(`recordSpecAuthor() on ${operation} ${subresource ?? ''} of ${plural}: ${because}`, async () => {
    const call = {
      operation,
      info: { kind: { group: 'example.dev', version: 'v1', kind: 'Wish', plural, namespaced: true } },
      name: 'w',
      object,
      ...(old ? { oldObject: old } : {}),
      ...(subresource ? { subresource } : {}),
      user: ada,
      dryRun: false,
      warn: () => {},
    } as unknown as AdmissionCall;
    const result = (await admission.mutate(call)) ?? object;
    assert.equal(result.metadata.annotations?.[SPEC_BY], gives);
  });
}
