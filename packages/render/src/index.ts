// source-reader: the only way in; plain: documents of files in order.
export type * from './source-reader.ts';
