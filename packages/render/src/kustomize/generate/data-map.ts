import { clearField, lookup, setField } from '../node/lookup.ts';
import { YNode } from '../node/y-node.ts';
import { byBytes } from '../resource/json-text.ts';
import type { StringMap } from '../resource/resource.ts';

const LINE = 70;

/** Base64 as go-yaml writes it: lines of 70 signs, each ended, when there is more than one. */
function wrappedBase64(data: Uint8Array): string {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
  if (text.length < LINE) return text;
  return (text.match(/.{1,70}/g) ?? []).map(line => `${line}\n`).join('');
}

/** The text that bytes are in UTF-8; undefined when they are none. */
export function utf8Text(data: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return undefined;
  }
}

function dataNode(text: string): YNode {
  return new YNode('scalar', '!!str', text, text.includes('\n') ? 'literal' : '');
}

/** Fills a ConfigMap: texts under `data`, other bytes in base64 under `binaryData`. */
export function fillConfigMap(node: YNode, values: ReadonlyMap<string, Uint8Array>): void {
  for (const key of [...values.keys()].sort(byBytes)) {
    const bytes = values.get(key) ?? new Uint8Array();
    const text = utf8Text(bytes);
    put(node, text === undefined ? 'binaryData' : 'data', key, dataNode(text ?? wrappedBase64(bytes)));
  }
}

/** Fills a Secret: everything in base64 under `data`, which is there even without anything in it. */
export function fillSecret(node: YNode, values: ReadonlyMap<string, Uint8Array>): void {
  lookup(node, ['data'], 'map');
  for (const key of [...values.keys()].sort(byBytes))
    put(node, 'data', key, dataNode(wrappedBase64(values.get(key) ?? new Uint8Array())));
}

function put(node: YNode, field: string, key: string, value: YNode): void {
  const map = lookup(node, [field], 'map');
  if (map) setField(map, key, value);
}

export function setData(node: YNode, values: StringMap): void {
  setTexts(node, 'data', values);
}

export function setBinaryData(node: YNode, values: StringMap): void {
  setTexts(node, 'binaryData', values);
}

function setTexts(node: YNode, field: string, values: StringMap): void {
  clearField(node, field);
  for (const key of [...values.keys()].sort(byBytes)) put(node, field, key, dataNode(values.get(key) ?? ''));
}
