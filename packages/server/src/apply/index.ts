// Field management: what server-side apply and every other write record and respect.
export { type ApplyRequest, type ApplyResult, serverSideApply } from './server-side-apply.ts';
export { type TrackRequest, trackUpdate } from './track-update.ts';
