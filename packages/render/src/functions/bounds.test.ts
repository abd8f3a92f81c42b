import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock, systemRandom } from '@slipway/api';
import { parseTemplates } from '../go-template/template.ts';
import { TemplateError } from '../go-template/template-error.ts';
import { goMap } from '../go-template/value.ts';
import { helmFunctions } from './helm-functions.ts';

const functions = helmFunctions({ clock: systemClock, random: systemRandom });
const limits = { steps: 200_000, output: 1_000_000 };

function render(text: string): string {
  return parseTemplates([{ name: 't', text }], { functions }).execute('t', goMap(), { limits });
}

const doubled = '{{ $l := list 1 }}{{ range until 40 }}{{ $l = list $l $l }}{{ end }}';
const bombs: [template: string, because: string][] = [
  ['{{ repeat 1000000000000 "a" }}', 'a text without end'],
  ['{{ indent 100000000000 "a" }}', 'an indentation without end'],
  ['{{ nindent 1000000 "a\\nb\\nc" }}', 'an indentation of every line'],
  ['{{ until 9223372036854775807 }}', 'a list without end'],
  ['{{ untilStep 0 1000000000 1 }}', 'a list of steps'],
  ['{{ seq 100000000 }}', 'a list as text'],
  ['{{ randAlphaNum 10000000000 }}', 'letters without end'],
  ['{{ randBytes 100000000000 }}', 'bytes without end'],
  ['{{ replace "" (repeat 10000 "x") (repeat 1000 "y") }}', 'a long text in every place'],
  ['{{ regexReplaceAll "a" (repeat 1000 "a") (repeat 10000 "b") }}', 'a long text for every match'],
  ['{{ regexFindAll "" (repeat 900000 "a") -1 | len }}', 'matches without end'],
  ['{{ regexMatch "(x*)*y{900}" (repeat 900000 "x") }}', 'a large pattern on a long text'],
  ['{{ wrapWith 1 (repeat 1000 "x") (repeat 10000 "y") | len }}', 'a long text at every line'],
  [`${doubled}{{ toJson $l }}`, 'a list that stands in itself 2^40 times'],
  [`${doubled}{{ toYaml $l }}`, 'the same as YAML'],
  [`${doubled}{{ toToml (dict "a" $l) }}`, 'the same as TOML'],
  [`${doubled}{{ deepCopy $l | len }}`, 'a copy of it'],
  [`${doubled.replaceAll('$l', '$m')}${doubled}{{ deepEqual $l $m }}`, 'two of them compared'],
  [`${doubled.replaceAll('$l', '$m')}${doubled}{{ has $m (list $l) }}`, 'one looked for'],
  ['{{ $l := list 1 }}{{ range until 40 }}{{ $l = concat $l $l }}{{ end }}', 'a list that doubles'],
  ['{{ $s := "x" }}{{ range until 40 }}{{ $s = cat $s $s }}{{ end }}', 'a text that doubles'],
  ['{{ $s := "x" }}{{ range until 40 }}{{ $s = quote $s $s }}{{ end }}', 'quotes in quotes'],
  ['{{ $s := "x" }}{{ range until 40 }}{{ $s = join $s (list $s $s) }}{{ end }}', 'a text joined to itself'],
  ['{{ range until 1000 }}{{ bcrypt "x" }}{{ end }}', 'slow hashes one after the other'],
  ['{{ range until 1000 }}{{ genPrivateKey "rsa" }}{{ end }}', 'slow keys one after the other'],
];
for (const [template, because] of bombs)
  test(`a template cannot exhaust time and memory by ${because}`, () => {
    assert.throws(
      () => render(template),
      error => error instanceof TemplateError && error.code === 'TemplateLimit',
    );
  });

const circle = '{{ $d := dict }}{{ $_ := set $d "a" $d }}';
const circles: [template: string, expected: string | RegExp, because: string][] = [
  [`${circle}{{ toJson $d }}|{{ toYaml $d }}`, '|', 'what is written quietly is empty, as in Helm'],
  [
    `${circle}{{ mustToJson $d }}`,
    /encountered a cycle via map\[string\]interface/,
    'what is not, is an error',
  ],
  [`${circle}{{ deepCopy $d }}`, /too deep/, 'a copy has no end'],
  [`${circle}{{ merge (dict "a" (dict "a" 1)) $d | len }}`, '1', 'a merge ends where one side does'],
];
for (const [template, expected, because] of circles)
  test(`a map that holds itself is no end: ${because}`, () => {
    if (typeof expected === 'string') assert.equal(render(template), expected);
    else assert.throws(() => render(template), expected);
  });
