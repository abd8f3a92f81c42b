import type { AnyObject } from '@slipway/api';

export const TEAM_FORMAT = 'slipway-team/1';

/** What the manifest of a team's archive says of the whole. */
export interface TeamAbout {
  team: string;
  platform: { id: string; domain: string };
  members: string[];
  may: unknown[];
  environments: string[];
  /** What was left where it is, and why. */
  left: string[];
  /** Secrets that objects of the team may name: never their values. */
  secrets: SecretReference[];
}

export interface SecretReference {
  namespace: string;
  name: string;
  type: string;
  keys: string[];
}

/** An object as it stands in the archive. */
export interface ArchivedObject {
  object: AnyObject;
  /** Its uid there: what others of the archive name it by. */
  uid: string;
  createdAt: string;
  createdBy?: string;
}

/** A repository of an OCI registry, as the layout's index lists it. */
export interface ArchivedImage {
  repository: string;
  /** Absent: only by digest. */
  tag?: string;
  mediaType: string;
  digest: `sha256:${string}`;
  size: number;
}
