import { quote } from '../../go-template/quote.ts';

/** A Kubernetes version as Helm holds it. */
export interface KubeVersion {
  /** As given, with a `v`: `v1.33.4-gke.1`. */
  version: string;
  /** Only its numbers: `v1.33.4`; constraints are checked against it. */
  normalized: string;
  major: string;
  minor: string;
}

/** What this Helm assumes of a cluster that it does not ask. */
export const DEFAULT_KUBE_VERSION: KubeVersion = {
  version: 'v1.36.0',
  normalized: 'v1.36.0',
  major: '1',
  minor: '36',
};

/**
 * Two numbers or more; whatever follows them is left out of the normalized form.
 * @throws Error with the words of Kubernetes' version parser
 */
export function parseKubeVersion(text: string): KubeVersion {
  const [, numbers] = /^\s*v?([0-9]+(?:\.[0-9]+)*)/.exec(text) ?? [];
  if (numbers === undefined) throw new Error(`could not parse ${quote(text)} as version`);
  const parts = numbers.split('.');
  const [major = '', minor] = parts;
  if (minor === undefined) throw new Error(`illegal version string ${quote(text)}`);
  if (major.startsWith('0') && major !== '0')
    throw new Error(`illegal zero-prefixed version component ${quote(major)} in ${quote(text)}`);
  const normal = parts.map(part => BigInt(part).toString());
  return {
    version: text.startsWith('v') ? text : `v${text}`,
    normalized: `v${normal.join('.')}`,
    major: normal[0] ?? '',
    minor: normal[1] ?? '',
  };
}
