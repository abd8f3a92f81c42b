import { closeSync, constants, openSync, readSync } from 'node:fs';

/** More than a record of the kernel's log ever has (CONSOLE_EXT_LOG_MAX). */
const RECORD_BYTES = 8192;

/**
 * Whether the kernel has ended something in a container for want of memory, by its own log: some engines do not tell
 * (Podman 4 on cgroups of version 1). False where the log cannot be read.
 */
export function ranOutOfMemory(containerId: string): boolean {
  try {
    // Without waiting for what is yet to come: the end of the log is an error (EAGAIN).
    const log = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return hasRecord(log, containerId);
    } finally {
      closeSync(log);
    }
  } catch {
    return false;
  }
}

/** Each read gives one record. */
function hasRecord(log: number, containerId: string): boolean {
  const buffer = Buffer.alloc(RECORD_BYTES);
  for (;;) {
    const text = buffer.toString('utf8', 0, readSync(log, buffer));
    if (text.includes('oom-kill:') && text.includes(containerId)) return true;
  }
}
