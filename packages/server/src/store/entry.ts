import type { KubeObject } from '@slipway/api';
import type { Entry } from './store.ts';

const none: Readonly<Record<string, string>> = Object.freeze({});

/** An Entry as the index keeps it: its text, its place in the database, and its labels once asked for. */
export class StoredEntry implements Entry {
  readonly key: string;
  readonly resourceVersion: number;
  readonly text: string;
  /** Row id in the database; stays the same over the object's life. */
  readonly row: number;
  #labels: Readonly<Record<string, string>> | undefined;

  constructor(value: {
    key: string;
    resourceVersion: number;
    text: string;
    row: number;
    labels?: Record<string, string> | undefined;
    known?: boolean;
  }) {
    this.key = value.key;
    this.resourceVersion = value.resourceVersion;
    this.text = value.text;
    this.row = value.row;
    if (value.known) this.#labels = value.labels ?? none;
  }

  labels(): Readonly<Record<string, string>> {
    this.#labels ??= (JSON.parse(this.text) as KubeObject).metadata.labels ?? none;
    return this.#labels;
  }
}
