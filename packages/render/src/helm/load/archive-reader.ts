import type { SourceReader } from '../../source-reader.ts';
import { archiveFiles, type ChartLimits } from './archive-files.ts';
import { folderReader } from './folder-reader.ts';

/**
 * A packed chart (`.tgz`) as a source: its files lie at the root (`Chart.yaml`, `templates/…`), without the archive's top
 * folder.
 * @throws ChartError ArchiveInvalid, ArchiveUnsafe, ArchiveTooLarge
 */
export function archiveReader(archive: Uint8Array, limits: Partial<ChartLimits> = {}): SourceReader {
  return folderReader(archiveFiles(archive, limits));
}
