// sandbox: the seam; open-sandbox: which driver keeps it; drivers/: how each does; network/: what pods reach each other by.
export { codeOf } from './errors.ts';
export * from './open-sandbox.ts';
export type * from './sandbox.ts';
