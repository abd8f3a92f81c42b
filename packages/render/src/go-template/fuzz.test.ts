// Texts made at random, from a fixed seed: whatever they say, they end, and fail with nothing but a TemplateError.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { functions, readValue } from './go-values.fixture.ts';
import { parseTemplates } from './template.ts';
import { TemplateError } from './template-error.ts';

const PIECES =
  '{{ }} {{- -}} " ` \' ( ) | . $ $x := = , if else end range with define template block break nil 1 .a /* */ 0x é \\ {{end}} {{else}} {{range .l}} {{if .s}} {{define "x"}} {{template "x" .}} {{include "x" .}} {{$x := .m}} {{printf "%v" .}} {{template "t" .}}'.split(
    ' ',
  );

function textsOf(folder: URL): string[] {
  return readdirSync(folder).flatMap(file => {
    const { rows } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    return rows.flatMap((row: { text?: string }) => row.text ?? []);
  });
}

/** A linear congruential generator: numbers from 0 up to `most`, excluded. */
function randomFrom(seed: number): (most: number) => number {
  let state = seed;
  return most => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

function changed(text: string, random: (most: number) => number, texts: readonly string[]): string {
  const at = random(text.length + 1);
  switch (random(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + random(3));
    case 1:
      return text.slice(0, at) + texts[random(texts.length)];
    default:
      return `${text.slice(0, at)}${PIECES[random(PIECES.length)]} ${text.slice(at)}`;
  }
}

test('templates made at random end, and fail with TemplateError alone', () => {
  const texts = textsOf(new URL('./testdata/language/', import.meta.url));
  const data = readValue(JSON.parse(readFileSync(new URL('./testdata/data.json', import.meta.url), 'utf8')));
  const random = randomFrom(20);
  const ends = { written: 0, refused: 0 };
  for (let round = 0; round < 4000; round++) {
    let text = texts[random(texts.length)] ?? '';
    for (let change = random(6); change > 0; change--) text = changed(text, random, texts);
    try {
      parseTemplates([{ name: 't', text }], { functions }).execute('t', data, {
        limits: { steps: 5000, output: 100_000 },
      });
      ends.written++;
    } catch (error) {
      assert.ok(error instanceof TemplateError, `${JSON.stringify(text)}: ${error}`);
      assert.doesNotMatch(error.message, /of undefined|\[object|is not a function/, JSON.stringify(text));
      ends.refused++;
    }
  }
  assert.ok(ends.written > 500 && ends.refused > 500, JSON.stringify(ends));
});
