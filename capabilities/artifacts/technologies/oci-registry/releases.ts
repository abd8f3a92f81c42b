import type { Upstream } from '@slipway/definition';
import { manifests } from './manifests.ts';

/** Pinned by `npm run pin -- oci-registry --write`; versions are those of CNCF Distribution. */
export const releases: Upstream['releases'] = [
  {
    version: '3.1.2',
    form: 'manifests',
    parts: [{ at: '', files: { 'registry.json': manifests('3.1.2') } }],
    digest: 'sha256:7f6cf8f54cb6f575557b3c135630c1ae2532f24743ff2bbd1aba0ab2c6b7931a',
  },
  {
    version: '3.0.0',
    form: 'manifests',
    parts: [{ at: '', files: { 'registry.json': manifests('3.0.0') } }],
    digest: 'sha256:aa5ddd1ff1a3bd4794f419031e59a1785ac49eabc131915cd192d1f40f24daab',
  },
];
