import type { UserInfo } from './http.ts';
import type { Kind } from './kind.ts';
import type { KubeObject } from './object.ts';

/** A write that every check of the API's own has let through. */
export interface AdmittedWrite {
  operation: 'CREATE' | 'UPDATE';
  /** As it is to be stored. */
  object: KubeObject;
  /** As it is stored; absent for CREATE. */
  oldObject?: KubeObject;
  subresource?: string;
  namespace?: string;
  user: UserInfo;
}

export interface Judgement {
  /** Why it is refused and what to do, for `<resource> "<name>" is forbidden: …`; absent: it may pass. */
  refused?: string;
  /** Told to whoever writes. */
  warnings?: string[];
}

/**
 * Judges writes of some kinds: a validating webhook in the same process. A refusal is a 403 and is in the audit; when
 * `judge` rejects, the write fails.
 */
export interface Admitter {
  kinds: Pick<Kind, 'group' | 'plural'>[];
  judge(write: AdmittedWrite): Promise<Judgement>;
}
