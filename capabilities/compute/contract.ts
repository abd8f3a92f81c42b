// What any compute technology here must do: make Pods of the API real.

/** Codes of what can go wrong with a pod, as its conditions, container states and events name them. */
export type PodTrouble =
  /** A field that cannot be kept; the message names it. Stays Pending. */
  | 'Unsupported'
  /** The driver does not keep all that pods are promised; an event, and `ENFORCED_CONDITION`. It runs all the same. */
  | 'NotEnforced'
  /** Two pods want one port of the machine (process driver). Stays Pending and is tried again. */
  | 'PortTaken'
  | 'FailedMount'
  | 'FailedCreatePodSandBox'
  | 'ErrImagePull'
  | 'ImagePullBackOff'
  | 'ErrImageNeverPull'
  | 'InvalidImageName'
  | 'CreateContainerConfigError'
  | 'CreateContainerError'
  | 'StartError'
  | 'CrashLoopBackOff'
  | 'OOMKilled'
  | 'DeadlineExceeded'
  /** A connection out of the platform that the egress rule forbids; an event that names the target. */
  | 'EgressRefused';

/** Condition that is False on pods which ask for more than the driver can keep. */
export const ENFORCED_CONDITION = 'slipway.dev/Enforced';

/** Annotation of a Pod and of its Namespace; both must be `allow` before a pod reaches anything outside. */
export const EGRESS_ANNOTATION = 'slipway.dev/egress';
