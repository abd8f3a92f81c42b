import { Worker } from 'node:worker_threads';
import { SlipwayError, StatusError } from '@slipway/api';
import type { AuditEntry, AuditFilter, AuditRecord, AuditVerdict } from '../audit/audit.ts';
import type { RowWrite, WriterAnswer, WriterRequest, WriterSettings } from './writer-protocol.ts';

type Ask<T = WriterRequest> = T extends { call: number } ? Omit<T, 'call'> : never;

interface Waiting {
  resolve(answer: WriterAnswer): void;
  reject(error: unknown): void;
}

interface Batch {
  rows: RowWrite[];
  audit: AuditEntry[];
  version: number;
  /** Run in the order they were added, before anybody learns that the commit is done. */
  done: (() => void)[];
  failed: ((error: unknown) => void)[];
}

function emptyBatch(): Batch {
  return { rows: [], audit: [], version: 0, done: [], failed: [] };
}

/** The main thread's side of the writer: gathers what comes in while a commit is under way into the next one. */
export class Writer {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #next = emptyBatch();
  #busy = false;
  #scheduled = false;
  #holding = false;
  #copying = false;
  #broken: unknown;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (answer: WriterAnswer) => {
      const waiting = this.#waiting.get(answer.call);
      this.#waiting.delete(answer.call);
      waiting?.resolve(answer);
    });
    worker.on('error', error => this.#fail(error));
    worker.on('exit', () => this.#fail(new SlipwayError('StoreClosed', 'store: closed; open it again')));
  }

  static async start(settings: WriterSettings): Promise<Writer> {
    const worker = new Worker(new URL('./store-writer-worker.ts', import.meta.url), {
      workerData: settings,
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    const writer = new Writer(worker);
    await new Promise<WriterAnswer>((resolve, reject) => writer.#waiting.set(0, { resolve, reject }));
    return writer;
  }

  #fail(error: unknown): void {
    this.#broken ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
    const { failed } = this.#next;
    this.#next = emptyBatch();
    for (const reject of failed) reject(error);
  }

  /** `done` runs after the commit, `failed` when nothing of it was written. One of the two always runs. */
  add(item: { row?: RowWrite; audit: AuditEntry[]; done(): void; failed(error: unknown): void }): void {
    if (this.#broken) {
      item.failed(this.#broken);
      return;
    }
    if (item.row) {
      this.#next.rows.push(item.row);
      this.#next.version = item.row.version;
    }
    this.#next.audit.push(...item.audit);
    this.#next.done.push(item.done);
    this.#next.failed.push(item.failed);
    this.#schedule();
  }

  /** One commit at a time; the first waits for the end of this turn, so that what comes together goes together. */
  #schedule(): void {
    if (this.#busy || this.#scheduled || this.#holding) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#commit();
    });
  }

  async #commit(): Promise<void> {
    const batch = this.#next;
    if (batch.done.length === 0 || this.#holding) return;
    this.#next = emptyBatch();
    this.#busy = true;
    try {
      const { rows, audit, version } = batch;
      await this.#ask({ ask: 'commit', rows, audit, version });
      for (const done of batch.done) done();
    } catch (error) {
      for (const failed of batch.failed) failed(error);
    } finally {
      this.#busy = false;
      if (this.#next.done.length > 0) void this.#commit();
    }
  }

  async #ask(ask: Ask): Promise<AuditRecord[] | AuditVerdict | undefined> {
    if (this.#broken) throw this.#broken;
    const call = ++this.#calls;
    const answer = await new Promise<WriterAnswer>((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#worker.postMessage({ ...ask, call });
    });
    if (answer.ok) return answer.value;
    throw new StatusError('ServiceUnavailable', refusal(answer));
  }

  async search(filter: AuditFilter): Promise<AuditRecord[]> {
    return (await this.#ask({ ask: 'search', filter })) as AuditRecord[];
  }

  async verify(): Promise<AuditVerdict> {
    return (await this.#ask({ ask: 'verify' })) as AuditVerdict;
  }

  /** One at a time: the thread pins one moment. */
  async backup(file: string, atThatMoment: () => Promise<void> = async () => {}): Promise<void> {
    if (this.#copying) {
      throw new SlipwayError(
        'BackupRunning',
        `store: a copy is being made already: "${file}"; try again later`,
      );
    }
    this.#copying = true;
    try {
      await this.#held(async () => {
        await this.#ask({ ask: 'pin' });
        await atThatMoment();
      });
      await this.#ask({ ask: 'copy', file });
    } finally {
      this.#copying = false;
      await this.#ask({ ask: 'unpin' }).catch(() => {});
    }
  }

  /** Runs work between two commits: what is added meanwhile waits for the next one. */
  async #held(work: () => Promise<void>): Promise<void> {
    this.#holding = true;
    try {
      while (this.#busy) await new Promise<void>(resolve => setImmediate(resolve));
      await work();
    } finally {
      this.#holding = false;
      this.#schedule();
    }
  }

  /** Everything added before is committed first. */
  async close(): Promise<void> {
    if (this.#broken) return;
    while (this.#busy || this.#scheduled || this.#holding)
      await new Promise<void>(resolve => setImmediate(resolve));
    await this.#ask({ ask: 'close' });
    this.#broken = new SlipwayError('StoreClosed', 'store: closed; open it again');
    await this.#worker.terminate();
  }
}

function refusal(answer: { code: string; message: string }): string {
  if (answer.code === 'StoreFull')
    return 'store: nothing was written: the disk is full; free space and try again';
  return `store: nothing was written: ${answer.message}; see that the data folder is on a healthy, writable disk`;
}
