import { readYaml } from '../../yaml/read-yaml.ts';
import { decodeFields, type Field, map, text } from '../load/decode.ts';
import { plainHead } from './plain-head.ts';

/** What Helm reads of a rendered document. */
export interface ManifestHead {
  apiVersion: string;
  kind: string;
  name: string;
  annotations: Record<string, string>;
}

interface Metadata {
  name: string;
  annotations: Record<string, string>;
}

const METADATA: Field<Metadata> = {
  empty: { name: '', annotations: {} },
  decode: (value, { fields }) =>
    decodeFields<Metadata>({ struct: '', fields }, { name: text, annotations: map(text) }, value),
};

/** @throws Error with the words of `sigs.k8s.io/yaml` */
export function readHead(content: string): ManifestHead {
  return plainHead(content) ?? wholeHead(content);
}

/** The same, from all of the document. @throws Error with the words of `sigs.k8s.io/yaml` */
export function wholeHead(content: string): ManifestHead {
  const head = decodeFields<{ apiVersion: string; kind: string; metadata: Metadata }>(
    { struct: 'SimpleHead', fields: [] },
    { apiVersion: text, kind: text, metadata: METADATA },
    readYaml(content),
  );
  const { name, annotations } = head.metadata;
  return { apiVersion: head.apiVersion, kind: head.kind, name, annotations };
}
