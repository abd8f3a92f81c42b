// Tables: what `kubectl get` prints.
export { type Table, type TableOptions, tableOf } from './table-of.ts';
