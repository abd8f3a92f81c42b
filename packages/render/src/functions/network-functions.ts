import { type FunctionTable, goFunction } from '../go-template/function.ts';

/** Helm looks up no host unless it is told to with `--enable-dns`; a rendering here never does. */
export const networkFunctions: FunctionTable = {
  getHostByName: goFunction({ in: ['string'], out: 'string' }, () => ''),
};
