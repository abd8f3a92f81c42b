import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdsWhen } from './condition.ts';
import { expandLoop } from './loops.ts';
import { substitute } from './substitute.ts';

const variables = {
  'inputs.parameters.a': 'x"y\n',
  'steps.s.outputs.result': '3',
  'inputs.parameters.b-c': '1',
};

const texts: { text: string; gives: string; because: string }[] = [
  {
    text: 'v={{inputs.parameters.a}}',
    gives: 'v=x"y\n',
    because: 'quotes and newlines of a value cannot break out of the JSON',
  },
  { text: '{{ inputs.parameters.a }}', gives: 'x"y\n', because: 'blanks in a tag do not matter' },
  {
    text: '{{item}} {{other}}',
    gives: '{{item}} {{other}}',
    because: 'what is not known yet stays for a later pass',
  },
  {
    text: '{{=asInt(steps.s.outputs.result) + 1}}',
    gives: '4',
    because: 'expressions see the same variables',
  },
  { text: "{{=inputs.parameters['b-c']}}", gives: '1', because: 'names with hyphens are reached by index' },
  {
    text: '{{=steps.later.outputs.result}}',
    gives: '{{=steps.later.outputs.result}}',
    because: 'an expression about later steps stays',
  },
  {
    text: '{{ .Values.x }} {% raw %}',
    gives: '{{ .Values.x }} {% raw %}',
    because: 'other languages in braces are not ours',
  },
];
for (const { text, gives, because } of texts) {
  test(`substitute() turns ${JSON.stringify(text)} into ${JSON.stringify(gives)}: ${because}`, () => {
    assert.deepEqual(substitute({ text }, variables, { strict: false, now: 0 }), { text: gives });
  });
}

test('substitute() names the variable it cannot resolve when it must resolve all', () => {
  assert.throws(() => substitute('{{steps.x.outputs.result}}', {}, { strict: true, now: 0 }), {
    code: 'UnresolvedVariable',
    message: /steps\.x\.outputs\.result/,
  });
});

const conditions: { when: string; gives: boolean; because: string }[] = [
  { when: '', gives: true, because: 'no condition always holds' },
  { when: 'heads == heads', gives: true, because: 'bare words are texts' },
  { when: 'heads == tails', gives: false, because: 'bare words are texts' },
  { when: '3 < 10', gives: true, because: 'numbers compare as numbers' },
  { when: '"3" < "10"', gives: false, because: 'quoted ones compare as texts' },
  { when: 'heads =~ hea', gives: true, because: 'a pattern is searched for' },
  {
    when: '( heads == heads && 4 > 3 ) || tails == heads',
    gives: true,
    because: 'parentheses and both connectives',
  },
  { when: '!(a == b)', gives: true, because: 'negation' },
  { when: 'a in (a, b)', gives: true, because: 'membership' },
  { when: '"two words" != "two"', gives: true, because: 'quoted words may hold blanks' },
  { when: 'true && false', gives: false, because: 'literals' },
];
for (const { when, gives, because } of conditions) {
  test(`holdsWhen() gives ${gives} for ${JSON.stringify(when)}: ${because}`, () =>
    assert.equal(holdsWhen(when), gives));
}

for (const when of ['heads', '{{item}} == a', 'a ==', 'a b', '1 < a']) {
  test(`holdsWhen() refuses ${JSON.stringify(when)} and quotes it`, () =>
    assert.throws(() => holdsWhen(when), { code: 'InvalidCondition' }));
}

const loops: { call: object; names: string[] | undefined; because: string }[] = [
  { call: {}, names: undefined, because: 'it loops over nothing' },
  {
    call: { withItems: ['a', 2, true] },
    names: ['s(0:a)', 's(1:2)', 's(2:true)'],
    because: 'scalars stand as they are',
  },
  {
    call: { withItems: [{ b: 1, a: 'x' }] },
    names: ['s(0:a:x,b:1)'],
    because: 'maps stand with their keys in order',
  },
  { call: { withItems: [[1, 2]] }, names: ['s(0:[1,2])'], because: 'lists stand as JSON' },
  { call: { withParam: '["p"]' }, names: ['s(0:p)'], because: 'a parameter holds a JSON list' },
  { call: { withSequence: { count: '2' } }, names: ['s(0:0)', 's(1:1)'], because: 'a count starts at 0' },
  {
    call: { withSequence: { start: '3', end: '1' } },
    names: ['s(0:3)', 's(1:2)', 's(2:1)'],
    because: 'sequences may go down',
  },
  {
    call: { withSequence: { count: 1, start: 5, format: 'n-%03d' } },
    names: ['s(0:n-005)'],
    because: 'numbers have formats',
  },
  { call: { withSequence: { count: 0 } }, names: [], because: 'zero turns are none' },
];
for (const { call, names, because } of loops) {
  test(`expandLoop() of ${JSON.stringify(call)}: ${because}`, () => {
    assert.deepEqual(
      expandLoop({ name: 's', ...call }, 0)?.map(turn => turn.call.name),
      names,
    );
  });
}

test('expandLoop() fills the item into the call', () => {
  const call = {
    name: 's',
    withItems: [{ os: 'linux' }],
    arguments: { parameters: [{ name: 'p', value: '{{item.os}} {{item}}' }] },
  };
  assert.equal(expandLoop(call, 0)?.[0]?.call.arguments.parameters[0]?.value, 'linux {"os":"linux"}');
});

test('expandLoop() refuses a parameter that is no list, and a loop without end', () => {
  assert.throws(
    () => expandLoop({ name: 's', withParam: 'heads' }, 0),
    /could not be parsed as a JSON list: heads/,
  );
  assert.throws(() => expandLoop({ name: 's', withSequence: { start: 0, end: 1e9 } }, 0), {
    code: 'LoopTooLong',
  });
});
