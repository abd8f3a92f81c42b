import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functions } from './go-values.fixture.ts';
import type { TemplateLimits } from './limits.ts';
import { parseTemplates } from './template.ts';
import { type LimitName, TemplateError } from './template-error.ts';
import { goMap } from './value.ts';

function errorOf(text: string, limits: TemplateLimits): TemplateError {
  try {
    parseTemplates([{ name: 't', text }], { functions }).execute('t', cyclic, { limits });
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('no error');
}

const cyclic = goMap({ list: [1n, 2n] });
cyclic.self = cyclic;

const rows: { text: string; limit: LimitName; output?: number; says: RegExp; because: string }[] = [
  {
    text: 'a\n{{template "t" .}}',
    limit: 'depth',
    says: /^template: t:2:11: templates more than 400 deep/,
    because: 'a template that calls itself would go on until the stack is full',
  },
  {
    text: '{{define "a"}}{{template "b" .}}{{end}}{{define "b"}}{{template "a" .}}{{end}}{{template "a" .}}',
    limit: 'depth',
    says: /templates more than 400 deep/,
    because: 'so would two that call each other',
  },
  {
    text: '{{range 9223372036854775807}}{{end}}',
    limit: 'steps',
    says: /^template: t:1:8: more than 100000 steps/,
    because: 'a loop may count very far without writing anything',
  },
  {
    text: '{{range 5000}}{{range 5000}}{{end}}{{end}}',
    limit: 'steps',
    says: /more than 100000 steps/,
    because: 'loops within loops multiply',
  },
  {
    text: '{{range 90000}}0123456789abcdef{{end}}',
    limit: 'output',
    says: /^template: t:1:\d+: more than 1000000 characters of output/,
    because: 'what is written is held in memory',
  },
  {
    text: '{{$x := "a"}}{{range 60}}{{$x = print $x $x}}{{end}}',
    limit: 'output',
    says: /^template: t:1:32: printing more than 1000000 characters/,
    because: 'a string that is doubled sixty times is larger than any memory',
  },
  {
    text: '{{$x := list 1 2}}{{range 60}}{{$x = list $x $x}}{{end}}{{$x}}',
    limit: 'output',
    says: /printing more than 1000000 characters/,
    because: 'a small value that holds another twice, sixty times, is long when printed',
  },
  {
    text: '{{printf "%1000000d%1000000d%1000000d" 1 2 3}}',
    limit: 'output',
    says: /^template: t:1:2: printing more than 1000000 characters/,
    because: 'a width fills up with spaces',
  },
  { text: '{{.}}', limit: 'depth', says: /nested too deep/, because: 'a map that holds itself has no end' },
  {
    text: '{{$x := "é"}}{{range 19}}{{$x = print $x $x}}{{end}}{{range 99999}}{{len $x}}{{end}}',
    limit: 'steps',
    says: /^template: t:1:\d+: more than 100000 steps/,
    because: 'one step with a large text takes as long as many with a small one',
  },
  {
    text: '{{$x := "a"}}{{range 8}}{{$x = print $x $x}}{{end}}{{range 99999}}{{$y := upper $x}}{{end}}',
    limit: 'output',
    says: /strings of more than 3200000 characters in all/,
    because: 'many texts that are kept fill the memory as a long one does',
    output: 100_000,
  },
  {
    text: '{{if true}}'.repeat(100_000) + '{{end}}'.repeat(100_000),
    limit: 'depth',
    says: /nested too deep/,
    because: 'the parser goes down with the text, and its stack is not endless',
  },
];
for (const { text, limit, output = 1_000_000, says, because } of rows) {
  const shown = text.length > 60 ? `${text.slice(0, 40)}…` : text;
  test(`TemplateSet.execute() stops ${JSON.stringify(shown)} at its limit of ${limit}: ${because}`, () => {
    const error = errorOf(text, { steps: 100_000, output });
    assert.equal(error.code, 'TemplateLimit');
    assert.equal(error.limit, limit);
    assert.match(error.message, says);
  });
}

test('a limit reached within a function is not that function’s error', () => {
  const error = errorOf('{{define "x"}}{{range 99999999}}{{end}}{{end}}{{include "x" .}}', { steps: 1000 });
  assert.match(error.message, /^template: t:1:\d+: more than 1000 steps/);
});

test('steps of templates that functions execute count together', () => {
  const text = '{{define "x"}}{{range 50}}{{end}}{{end}}{{range 50}}{{include "x" .}}{{end}}';
  assert.equal(errorOf(text, { steps: 1000 }).limit, 'steps');
});

test('parentheses deeper than 500 are refused as Go refuses 10,000', () => {
  const error = errorOf(`{{${'('.repeat(100_000)}1${')'.repeat(100_000)}}}`, {});
  assert.equal(error.message, 'template: t:1: max expression depth exceeded');
});
