import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeTarget, written } from './markdown-text.ts';
import { yamlOf } from './yaml-text.ts';

const links: { href: string; leads: string | undefined; because: string }[] = [
  { href: 'https://example.com/a', leads: 'https://example.com/a', because: 'the web is where links lead' },
  { href: 'mailto:ann@example.com', leads: 'mailto:ann@example.com', because: 'mail is fine' },
  { href: 'docs/more.md', leads: '/repo/docs/more.md', because: 'a relative one is the page’s to resolve' },
  { href: 'javascript:alert(1)', leads: undefined, because: 'text of others runs no code' },
  { href: ' JavaScript:alert(1)', leads: undefined, because: 'neither with blanks nor capitals' },
  { href: 'data:text/html,<b>', leads: undefined, because: 'a page within a link is none of ours' },
  { href: '//elsewhere.example/x', leads: undefined, because: 'another host without a scheme' },
  { href: '\\\\elsewhere.example', leads: undefined, because: 'browsers read a backslash as a slash' },
];
for (const { href, leads, because } of links) {
  test(`safeTarget() leads ${JSON.stringify(href)} to ${leads}: ${because}`, () =>
    assert.equal(
      safeTarget(href, target => `/repo/${target}`),
      leads,
    ));
}

test('written() knows character references, and leaves what is none', () => {
  assert.equal(written('a &lt;b&gt; &#65;&#x42; &amp;lt; &nope; &#0;'), 'a <b> AB &lt; &nope; &#0;');
});

test('yamlOf() writes an object without managed fields and without references', () => {
  const shared = { a: '1', on: 'yes' };
  const object = {
    kind: 'Thing',
    metadata: { name: 'x', managedFields: [{}], gone: undefined },
    spec: [shared, shared],
  };
  const yaml = [
    'kind: Thing',
    'metadata:',
    '  name: x',
    'spec:',
    "  - a: '1'",
    "    'on': 'yes'",
    "  - a: '1'",
    "    'on': 'yes'",
    '',
  ];
  assert.equal(yamlOf(object), yaml.join('\n'));
});
