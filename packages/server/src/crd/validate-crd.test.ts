import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageOf } from '@slipway/api';
import {
  argoCdDefinitions,
  argoWorkflowsDefinitions,
  type CustomResourceDefinition,
  certManagerDefinitions,
  gatewayApiDefinitions,
} from '@slipway/kinds';
import { defaultObject } from '../defaults/index.ts';
import { facts, resource } from '../facts.fixture.ts';
import { establishCrd, unsupportedRules, validateCrd } from './index.ts';

const info = resource('apiextensions.k8s.io/v1/customresourcedefinitions');

/** Where our message says less, and why that is enough. */
const DIFFERENT: Record<string, string> = {
  noVersions: 'a second complaint about the status',
  twoStorage: 'a second complaint about the status',
  noStorage: 'a second complaint about the status',
  noKind: 'the list kind is made from the kind',
  versionName: 'the same complaint twice',
  celBad: 'each CEL parser words its complaint itself',
  celUndefined: 'each CEL parser words its complaint itself',
  celType: 'types of rules are not inferred from schemas',
  celField: 'types of rules are not inferred from schemas',
};

for (const { because, input, message } of facts<
  { because: string; input: CustomResourceDefinition; message?: string }[]
>('definitions')) {
  if (DIFFERENT[because]) continue;
  test(`validateCrd() answers as the real server: ${because}`, () => {
    const definition = defaultObject(input, info);
    if (message === undefined) return validateCrd(definition);
    assert.throws(
      () => validateCrd(definition),
      error => {
        assert.equal(messageOf(error), message);
        return true;
      },
    );
  });
}

test('validateCrd() refuses rules that are no CEL', () => {
  const rows = facts<{ because: string; input: CustomResourceDefinition }[]>('definitions');
  for (const name of ['celBad', 'celUndefined']) {
    const found = rows.find(row => row.because === name);
    assert.ok(found);
    assert.throws(
      () => validateCrd(found.input),
      /x-kubernetes-validations\[0\]\.rule: Invalid value: .* compilation failed/s,
    );
  }
});

test('validateCrd() takes the CRDs of the tools we serve, and all their rules can run', async () => {
  const all = [
    ...(await argoCdDefinitions()),
    ...(await argoWorkflowsDefinitions()),
    ...(await certManagerDefinitions()),
    ...(await gatewayApiDefinitions()),
  ];
  for (const definition of all) {
    validateCrd(definition);
    assert.deepEqual(unsupportedRules(definition), [], definition.metadata.name);
  }
});

function definition(
  change: (spec: CustomResourceDefinition['spec']) => void = () => {},
): CustomResourceDefinition {
  const spec: CustomResourceDefinition['spec'] = {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Foo', plural: 'foos', shortNames: ['fo'] },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  };
  change(spec);
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${spec.names.plural}.${spec.group}` },
    spec,
  };
}

interface Established {
  status: {
    conditions: {
      type: string;
      status: string;
      reason: string;
      message: string;
      lastTransitionTime: string;
    }[];
    storedVersions: string[];
    acceptedNames: object;
  };
}

function established(found: CustomResourceDefinition, others: CustomResourceDefinition[] = [], now = 0) {
  return (establishCrd(found, others, now) as unknown as Established).status;
}

test('establishCrd() accepts names as the real controllers do', () => {
  const status = established(definition());
  assert.deepEqual(status, {
    conditions: [
      {
        type: 'NamesAccepted',
        status: 'True',
        reason: 'NoConflicts',
        message: 'no conflicts found',
        lastTransitionTime: '1970-01-01T00:00:00Z',
      },
      {
        type: 'Established',
        status: 'True',
        reason: 'InitialNamesAccepted',
        message: 'the initial names have been accepted',
        lastTransitionTime: '1970-01-01T00:00:00Z',
      },
    ],
    acceptedNames: { plural: 'foos', singular: 'foo', shortNames: ['fo'], kind: 'Foo', listKind: 'FooList' },
    storedVersions: ['v1'],
  });
});

test('establishCrd() keeps times of conditions that stay, and versions that were stored once', () => {
  const first = establishCrd(definition(), [], 0);
  const second = {
    ...first,
    spec: definition(spec => {
      spec.versions = [
        { name: 'v1', served: true, storage: false },
        { name: 'v2', served: true, storage: true },
      ];
    }).spec,
  };
  const status = established(second as CustomResourceDefinition, [], 5000);
  assert.deepEqual(status.storedVersions, ['v1', 'v2']);
  assert.equal(status.conditions[0]?.lastTransitionTime, '1970-01-01T00:00:00Z');
});

const conflicts = [
  {
    change: { plural: 'bars', singular: 'bar', kind: 'Foo' },
    reason: 'KindConflict',
    because: 'a kind is one CRD’s in a group',
  },
  { change: { plural: 'fo', kind: 'Bar' }, reason: 'PluralConflict', because: 'short names are names too' },
  {
    change: { plural: 'bars', kind: 'Bar', shortNames: ['foos'] },
    reason: 'ShortNamesConflict',
    because: 'so are plurals',
  },
];
for (const { change, reason, because } of conflicts) {
  test(`establishCrd() does not establish names in use: ${because}`, () => {
    const late = definition(spec => {
      spec.names = change;
    });
    const [accepted, isEstablished] = established(late, [definition()]).conditions;
    assert.deepEqual([accepted?.status, accepted?.reason, isEstablished?.status], ['False', reason, 'False']);
  });
}

test('establishCrd() says which rules are not evaluated', () => {
  const odd = definition(spec => {
    const schema = {
      type: 'object',
      properties: {
        a: { type: 'string', 'x-kubernetes-validations': [{ rule: 'quantity(self).isInteger()' }] },
      },
    };
    spec.versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }];
  });
  const condition = established(odd).conditions.find(found => found.type === 'RulesSupported');
  assert.equal(condition?.status, 'False');
  assert.match(condition?.message ?? '', /v1\.a: "quantity\(self\)\.isInteger\(\)"/);
});
