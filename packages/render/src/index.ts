// source-reader: the only way in; documents: objects of one file; plain: objects of a folder's files. No I/O here.
export { parseDocuments, parseObjects, type RenderedObject } from './documents.ts';
export { type PlainOptions, renderPlain } from './plain.ts';
export type * from './source-reader.ts';
