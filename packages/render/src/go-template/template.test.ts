import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextFunction, type FunctionTable, GoError, goFunction } from './function.ts';
import { parseTemplates, type TemplateSet } from './template.ts';
import { TemplateError } from './template-error.ts';
import { goMap } from './value.ts';

/** Helm's two functions that execute templates, in short. */
const functions: FunctionTable = {
  include: contextFunction({ in: ['string', 'any'], out: 'string' }, (call, name, data) =>
    call.execute(name, data),
  ),
  tpl: contextFunction({ in: ['string', 'any'], out: 'string' }, (call, text, data) => {
    const set = call.set.clone();
    return call.execute(set.parse({ name: call.template, text }), data, set);
  }),
  fails: goFunction({ in: [], out: 'string' }, () => {
    throw new GoError('no luck');
  }),
};

function setOf(files: Record<string, string>): TemplateSet {
  const named = Object.entries(files).map(([name, text]) => ({ name, text }));
  return parseTemplates(named, { name: 'root', functions });
}

function errorOf(work: () => unknown): TemplateError {
  try {
    work();
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('no error');
}

test('TemplateSet.clone() gives a set of its own: what is parsed there stays there', () => {
  const set = setOf({ a: '{{template "x"}}', x: 'old' });
  const copy = set.clone();
  copy.parse({ name: 'x', text: 'new' });
  assert.deepEqual([set.execute('a', null), copy.execute('a', null)], ['old', 'new']);
  assert.deepEqual([set.has('y'), set.names()], [false, ['a', 'x']]);
});

test('TemplateSet.clone() changes options without losing functions', () => {
  const set = setOf({ a: '{{.nope}}{{include "b" .}}', b: 'b' });
  const strict = set.clone({
    missingKey: 'error',
    functions: { more: goFunction({ in: [], out: 'int' }, () => 1n) },
  });
  assert.equal(set.execute('a', goMap()), '<no value>b');
  assert.match(errorOf(() => strict.execute('a', goMap())).message, /map has no entry for key "nope"$/);
  strict.parse({ name: 'c', text: '{{more}}' });
  assert.equal(strict.execute('c', null), '1');
});

test('TemplateSet.parse() leaves the set as it was when the text is wrong', () => {
  const set = setOf({ a: 'old' });
  assert.throws(() => set.parse({ name: 'a', text: '{{define "b"}}x{{end}}{{' }), TemplateError);
  assert.deepEqual([set.execute('a', null), set.has('b')], ['old', false]);
});

test('a function may parse a text and execute it, with the templates around it', () => {
  const set = setOf({
    a: '{{tpl "{{define \\"y\\"}}Y{{end}}{{template \\"y\\"}}{{include \\"x\\" .b}}" .}}',
    x: '<{{.}}>',
  });
  assert.equal(set.execute('a', goMap({ b: 'B' })), 'Y<B>');
  assert.equal(set.has('y'), false);
});

test('TemplateSet.parse() gives a text of its own even where it is empty and another keeps its name', () => {
  const set = setOf({ a: '[{{tpl "{{/* nothing */}}" .}}]' });
  assert.equal(set.execute('a', null), '[]');
});

test('TemplateSet.parse() takes no text for known where its functions are not', () => {
  const text = '{{range .}}{{known}}{{break}}{{end}}';
  const known = goFunction({ in: [], out: 'string' }, () => 'k');
  const broken = goFunction({ in: [], out: 'string' }, () => 'b');
  const parse = (table: FunctionTable) => parseTemplates([{ name: 'a', text }], { functions: table });
  for (let round = 0; round < 2; round++) {
    assert.equal(parse({ known }).execute('a', [1, 2]), 'k');
    assert.equal(parse({ known, break: broken }).execute('a', [1, 2]), 'kbkb');
    assert.equal(errorOf(() => parse({})).message, 'template: a:1: function "known" not defined');
  }
});

test('TemplateSet.parse() knows a text again under another name, but for its own name among its definitions', () => {
  const text = '{{define "p"}}P{{end}}{{define "q"}}Q{{.x.y}}{{end}}{{template "p"}}';
  for (const name of ['a', 'b']) {
    const set = setOf({ [name]: text, use: '{{template "q" .}}' });
    assert.equal(set.execute(name, null), 'P');
    const error = errorOf(() => set.execute('use', goMap({ x: 1n })));
    assert.equal(
      error.message,
      `template: ${name}:1:41: executing "q" at <.x.y>: can't evaluate field y in type interface {}`,
    );
  }
  const twice = 'template: p:1: template: multiple definition of template "p"';
  assert.equal(errorOf(() => setOf({ p: text })).message, twice);
  const empty = '{{define "p"}}P{{end}} ';
  assert.deepEqual([setOf({ p: empty }).names(), setOf({ a: empty }).names()], [['p'], ['p', 'a']]);
  assert.deepEqual(
    [setOf({ p: empty }).execute('p', null), setOf({ a: empty }).execute('a', null)],
    ['P', ' '],
  );
});

test('an error in a template that a function executes names both, and keeps the first as its cause', () => {
  const set = setOf({ a: '{{include "x" .}}', x: '\n{{fails}}' });
  const error = errorOf(() => set.execute('a', null));
  const inner = 'template: x:2:2: executing "x" at <fails>: error calling fails: no luck';
  assert.equal(
    error.message,
    `template: a:1:2: executing "a" at <include "x" .>: error calling include: ${inner}`,
  );
  assert.deepEqual(
    [error.code, error.template, (error.cause as Error).message],
    ['TemplateExecution', 'a', inner],
  );
  assert.ok((error.cause as Error).cause instanceof GoError);
});

test('TemplateError tells a text that cannot be parsed from one that fails', () => {
  const error = errorOf(() => setOf({ a: '\n{{' }));
  assert.deepEqual(
    [error.code, error.template, error.message],
    ['TemplateSyntax', 'a', 'template: a:2: unclosed action'],
  );
});
