// What any source technology here must do. Others meet it through Repository objects and the Git protocol.
import { SlipwayError } from '@slipway/api';

/** Keeps storage until it is removed together with its object. */
export const STORAGE_FINALIZER = 'source.slipway.dev/storage';

/** Name inside the platform; stored in objects and manifests, never the public one. */
export const INTERNAL_HOST = 'git.slipway.internal';

export type SourceErrorCode =
  | 'RepositoryNameInvalid'
  | 'RepositoryNameMismatch'
  | 'RepositoryPublic'
  | 'RepositoryMissing'
  | 'PathInvalid'
  | 'BranchMoved'
  | 'BranchProtected'
  | 'ChangeClosed'
  | 'ChangeMerged'
  | 'ChangeNotReady'
  | 'HeadMoved'
  | 'MayNotMerge'
  | 'MergeConflict'
  | 'UnrelatedHistories'
  | 'NotFastForward'
  | 'TooManyCommits';

/** The errors of this capability; each code is one of `SourceErrorCode`. */
export class SourceError extends SlipwayError {
  declare readonly code: SourceErrorCode;
  constructor(code: SourceErrorCode, message: string) {
    super(code, message);
    this.name = 'SourceError';
  }
}
