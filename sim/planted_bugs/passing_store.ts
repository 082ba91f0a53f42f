import type { CommitOutcome, DurableStore, EngineTypes, TurnRecord } from "@scenekeep/engine/core";

/** Passes everything on to another store. */
export class PassingStore implements DurableStore<EngineTypes> {
  protected readonly inner: DurableStore<EngineTypes>;

  constructor(inner: DurableStore<EngineTypes>) {
    this.inner = inner;
  }

  open(): ReturnType<DurableStore<EngineTypes>["open"]> {
    return this.inner.open();
  }

  commit(turn: TurnRecord<EngineTypes>): CommitOutcome {
    return this.inner.commit(turn);
  }

  repliesTo(
    id: Parameters<DurableStore<EngineTypes>["repliesTo"]>[0],
  ): ReturnType<DurableStore<EngineTypes>["repliesTo"]> {
    return this.inner.repliesTo(id);
  }

  isOutstanding(id: Parameters<DurableStore<EngineTypes>["isOutstanding"]>[0]): boolean {
    return this.inner.isOutstanding(id);
  }

  acknowledge(id: Parameters<DurableStore<EngineTypes>["acknowledge"]>[0]): void {
    this.inner.acknowledge(id);
  }

  saveSnapshot(snapshot: unknown): CommitOutcome {
    return this.inner.saveSnapshot(snapshot);
  }

  eventsSinceSnapshot(): number {
    return this.inner.eventsSinceSnapshot();
  }

  pruneApplied(wallMs: number): void {
    this.inner.pruneApplied(wallMs);
  }
}
