const LONGEST_LINE = 8 * 1024;
const CR = 13;
const LF = 10;

/**
 * Follows a chunked body (RFC 9112, 7.1) only to find its end; the bytes themselves go on as they are. Feed it each
 * piece: it answers how many bytes of the piece belong to the body, or `bad`.
 */
export interface ChunkEnd {
  feed(piece: Buffer): number | 'bad';
  readonly isOver: boolean;
}

export function chunkEnd(): ChunkEnd {
  /** Bytes of data and its line end that are still to come. */
  let left = 0;
  let line = '';
  let isTrailer = false;
  let isOver = false;

  /** A line is complete: a chunk's size, or a trailer. */
  function take(): boolean {
    if (isTrailer) {
      isOver = line === '';
      return isOver || /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t !-~\x80-\xff]*$/.test(line);
    }
    const size = /^[0-9A-Fa-f]{1,8}$/.exec(line);
    if (!size) return false;
    const bytes = Number.parseInt(line, 16);
    isTrailer = bytes === 0;
    left = bytes === 0 ? 0 : bytes + 2;
    return true;
  }

  function feed(piece: Buffer): number | 'bad' {
    let at = 0;
    while (at < piece.length && !isOver) {
      if (left > 0) {
        const step = Math.min(left, piece.length - at);
        if (!endsRight(piece, at, step)) return 'bad';
        left -= step;
        at += step;
        continue;
      }
      const end = piece.indexOf(LF, at);
      const stop = end < 0 ? piece.length : end + 1;
      line += piece.toString('latin1', at, stop);
      at = stop;
      if (line.length > LONGEST_LINE) return 'bad';
      if (end < 0) continue;
      if (!line.endsWith('\r\n')) return 'bad';
      line = line.slice(0, -2);
      if (!take()) return 'bad';
      line = '';
    }
    return at;
  }

  /** The two last bytes of a chunk are CR LF. */
  function endsRight(piece: Buffer, at: number, step: number): boolean {
    const after = left - step;
    const last = at + step - 1;
    if (after === 0 && piece[last] !== LF) return false;
    if (after === 0 && step > 1 && piece[last - 1] !== CR) return false;
    return after !== 1 || piece[last] === CR;
  }

  return {
    feed,
    get isOver() {
      return isOver;
    },
  };
}
