// What any delivery technology here must do, in the words of whoever depends on it.
export { durationMs } from './technologies/argo-cd/application/spec.ts';
export {
  environmentRepository,
  imageRepository,
  teamOf,
  WORKLOAD_LABEL,
} from './technologies/argo-cd/workload/plan.ts';

/** Codes of errors that delivery rejects with; each message names what, where and what to do. */
export const DELIVERY_ERRORS = ['GitServer'] as const;
export type DeliveryError = (typeof DELIVERY_ERRORS)[number];
