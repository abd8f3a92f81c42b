// From the outside in: client (the interface), then how it is made over a Transport.
export type * from './client.ts';
