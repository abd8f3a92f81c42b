export { RECONCILE_MS, sameAddress } from './git-source.ts';
