/** What stands in a folder. A link is a symbolic one: it is listed, and never followed. */
export interface SourceEntry {
  name: string;
  type: 'file' | 'folder' | 'link';
}

/** Reads files of one fetched source. Paths are relative, with `/`, and never leave the source. */
export interface SourceReader {
  /** Undefined when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Names directly below a folder; undefined when there is no such folder. */
  list(path: string): Promise<SourceEntry[] | undefined>;
  /** What a symbolic link says, as it is written. Without it, whatever leads over a link is refused. */
  target?(path: string): Promise<string | undefined>;
}
