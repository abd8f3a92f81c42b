/** What of a platform a backup holds, as it was at one moment: `stage.json` of the folder it was set aside in. */
export interface Staged {
  /** RFC 3339: the moment. */
  at: string;
  platform: { id: string; name: string; domain: string };
  /** Newest record of the audit at that moment: what `slipway audit verify --head` takes. */
  audit?: { sequence: number; hash: string };
  parts: StagedPart[];
}

export type StagedPart = StagedFile | StagedRepository;

/** `name`: path in the archive, and in a data folder; `file`: where its bytes are now. */
export interface StagedFile {
  kind: 'file' | 'database';
  name: string;
  file: string;
}

/** A bare repository as it stands, with the references it had at that moment. */
export interface StagedRepository {
  kind: 'repository';
  name: string;
  repository: string;
  /** The branch HEAD names. */
  head: string;
  /** Full name → id of what it names. */
  refs: Record<string, string>;
}

export const STAGED = 'stage.json';
