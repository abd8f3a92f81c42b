// sandbox: the seam; drivers/: how each keeps it.
export type * from './sandbox.ts';
