import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@slipway/api';
import type { AdmissionCall } from '../http/seams.ts';
import { recordCreator } from './record-creator.ts';

const CREATED_BY = 'example.dev/created-by';
const admission = recordCreator(CREATED_BY, [{ group: 'example.dev', plural: 'runs' }]);
const ada = { username: 'ada', groups: ['payments'] };
const claimed = (value?: string): KubeObject => ({
  apiVersion: 'example.dev/v1',
  kind: 'Run',
  metadata: { name: 'r', ...(value ? { annotations: { [CREATED_BY]: value } } : {}) },
});
const recorded = JSON.stringify(ada);

const rows: {
  operation: 'CREATE' | 'UPDATE';
  plural: string;
  given?: string;
  old?: string;
  gives: string | undefined;
  because: string;
}[] = [
  { operation: 'CREATE', plural: 'runs', gives: recorded, because: 'the server knows who asks' },
  {
    operation: 'CREATE',
    plural: 'runs',
    given: '{"username":"admin"}',
    gives: recorded,
    because: 'nobody may claim to be another',
  },
  {
    operation: 'UPDATE',
    plural: 'runs',
    given: '{"username":"admin"}',
    old: recorded,
    gives: recorded,
    because: 'no update changes it',
  },
  { operation: 'UPDATE', plural: 'runs', old: recorded, gives: recorded, because: 'no update removes it' },
  {
    operation: 'UPDATE',
    plural: 'runs',
    given: '{"username":"admin"}',
    gives: undefined,
    because: 'what was not recorded at creation is not claimed later',
  },
  { operation: 'CREATE', plural: 'others', given: 'x', gives: 'x', because: 'other kinds are left alone' },
];
for (const { operation, plural, given, old, gives, because } of rows) {
  test(`recordCreator() keeps ${CREATED_BY} true on ${operation} of ${plural}: ${because}`, async () => {
    const object = claimed(given);
    const call = {
      operation,
      info: { kind: { group: 'example.dev', version: 'v1', kind: 'Run', plural, namespaced: true } },
      name: 'r',
      object,
      ...(operation === 'UPDATE' ? { oldObject: claimed(old) } : {}),
      user: ada,
      dryRun: false,
      warn: () => {},
    } as unknown as AdmissionCall;
    const result = (await admission.mutate(call)) ?? object;
    assert.equal(result.metadata.annotations?.[CREATED_BY], gives);
  });
}
