import { createHash } from 'node:crypto';

/** A file of a source: path with `/`, below the source's top. */
export interface SourceFile {
  path: string;
  data: Uint8Array;
}

/**
 * One digest for all files of a source, whoever brought them: SHA-256 over the lines `<sha256 of the file>  <path>\n`,
 * sorted by path, as Go's dirhash (`h1:`) has it, in hex.
 * @example
 * filesDigest([{ path: 'Chart.yaml', data }]); // 'sha256:…'
 */
export function filesDigest(files: SourceFile[]): string {
  const whole = createHash('sha256');
  for (const { path, data } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
    whole.update(`${createHash('sha256').update(data).digest('hex')}  ${path}\n`);
  return `sha256:${whole.digest('hex')}`;
}
